#include <string.h>

#include "kern/m4/m4.h"
#include "kern/m4/output.h"

/*
 * Pixel after pixel, four channels at a time.  Scratch holds a line of
 * in_zero, one pixel of it, and where each tap of the window lies, which for a
 * tap outside is that line.
 */
enum {
	LANES = 4,
	POINTER_BYTES = 8,	/* at most, on any machine: plans are for all */
	TAPS_MAX = 1024,
};

struct quads {
	const struct kern_conv_s8 *k;
	const int8_t *zeros;
	const int8_t **taps;
	uint32_t count;		/* of taps */
};

static void find_taps(const struct quads *q, const int8_t *in, int32_t row,
		      int32_t col)
{
	const struct kern_window *win = &q->k->win;
	const int8_t **tap = q->taps;

	for (int32_t i = 0; i < win->kernel_h; i++) {
		int32_t y = row + i * win->dilation_h;
		bool is_row = y >= 0 && y < win->in.h;
		const int8_t *line = in + (is_row ? (size_t)y * win->in.w *
						    win->in.c : 0);

		for (int32_t j = 0; j < win->kernel_w; j++) {
			int32_t x = col + j * win->dilation_w;

			*tap++ = is_row && x >= 0 && x < win->in.w ?
				line + (size_t)x * win->in.c : q->zeros;
		}
	}
}

/* Two taps of four channels. */
static inline void add_pair(int32_t sums[LANES], uint32_t a, uint32_t b,
			    const int8_t *weights)
{
	uint32_t a02 = simd_sxtb16(a), a13 = simd_sxtb16_ror8(a);
	uint32_t b02 = simd_sxtb16(b), b13 = simd_sxtb16_ror8(b);
	uint32_t w01 = simd_load(weights), w23 = simd_load(weights + 4);

	sums[0] = simd_smlad(simd_sxtb16(w01), simd_pkhbt(a02, b02), sums[0]);
	sums[1] = simd_smlad(simd_sxtb16_ror8(w01), simd_pkhbt(a13, b13),
			     sums[1]);
	sums[2] = simd_smlad(simd_sxtb16(w23), simd_pkhtb(b02, a02), sums[2]);
	sums[3] = simd_smlad(simd_sxtb16_ror8(w23), simd_pkhtb(b13, a13),
			     sums[3]);
}

/* Channels c ... c + 3 of one pixel; weights are theirs. */
static inline void run_quad(const struct quads *q, int32_t c,
			    const int8_t *weights, int8_t *out)
{
	const struct kern_conv_s8 *k = q->k;
	const int8_t *const *tap = q->taps;
	int32_t sums[LANES] = { 0 };
	uint32_t pairs = q->count / 2;

	if (q->count % 2) {
		const int8_t *in = *tap++ + c;

		for (int i = 0; i < LANES; i++)
			sums[i] = in[i] * *weights++;
	}
	for (; pairs; pairs--, tap += 2, weights += 2 * LANES)
		add_pair(sums, simd_load(tap[0] + c), simd_load(tap[1] + c),
			 weights);
	for (int i = 0; i < LANES; i++) {
		struct kern_channel ch = kern_channel(k->channels, c + i);

		out[c + i] = m4_output(simd_add(sums[i], ch.bias),
				       m4_factor(ch, k->out_zero));
	}
}

static __attribute__((noinline))
void run_pixel(const struct quads *q, int8_t *out)
{
	const int8_t *weights = q->k->weights;

	for (int32_t c = 0; c < q->k->win.out.c; c += LANES) {
		run_quad(q, c, weights, out);
		weights += LANES * q->count;
	}
}

static void run_image(const struct quads *q, const int8_t *in, int8_t *out)
{
	const struct kern_window *win = &q->k->win;

	for (int32_t y = 0; y < win->out.h; y++)
		for (int32_t x = 0; x < win->out.w; x++) {
			find_taps(q, in, y * win->stride_h - win->pad_top,
				  x * win->stride_w - win->pad_left);
			run_pixel(q, out);
			out += win->out.c;
		}
}

static size_t zeros_bytes(const struct kern_window *win)
{
	return ((size_t)win->in.c + 7) & ~(size_t)7;
}

void kern_m4_depthwise_quads_s8(const struct kern_conv_s8 *k,
				const int8_t *in, int8_t *out, void *scratch)
{
	const struct kern_shape *i = &k->win.in, *o = &k->win.out;
	size_t n = (size_t)o->h * o->w * o->c, zeros = zeros_bytes(&k->win);
	struct quads q = {
		k, scratch, (const int8_t **)(void *)((char *)scratch + zeros),
		(uint32_t)(k->win.kernel_h * k->win.kernel_w),
	};

	memset(scratch, k->in_zero, zeros);
	for (int32_t b = 0; b < o->n; b++, out += n) {
		run_image(&q, in + (size_t)b * i->h * i->w * i->c, out);
		m4_clamp(out, n, k->act_min, k->act_max);
	}
}

size_t kern_m4_depthwise_quads_s8_scratch_bytes(const struct kern_conv_s8 *k)
{
	const struct kern_window *win = &k->win;

	return zeros_bytes(win) + (size_t)win->kernel_h * win->kernel_w *
				  POINTER_BYTES;
}

uint64_t kern_m4_depthwise_quads_bytes(const struct kern_window *win)
{
	uint64_t taps = (uint64_t)win->kernel_h * (uint64_t)win->kernel_w;

	return win->in.c == win->out.c && win->in.c % LANES == 0 &&
	       taps <= TAPS_MAX ? taps * (uint64_t)win->out.c : 0;
}
