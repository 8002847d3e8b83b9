#include <string.h>

#include "kern/m4/m4.h"
#include "kern/m4/output.h"

/*
 * Four pixels at a time: their windows, widened to 16 bits, lie interleaved
 * in scratch, and each pair of rows of weights passes over them once.
 */
enum { PIXELS = 4 };

/* One pixel's window while it is filled.  Channels that are no multiple of 4
 * gather in bytes first. */
struct window {
	uint32_t *words;	/* of this pixel; the next is PIXELS on */
	int8_t *bytes;		/* NULL: straight into words */
	uint32_t zero;		/* in_zero in all four bytes */
};

static int32_t quads_of(const struct kern_window *win)
{
	return (win->kernel_h * win->kernel_w * win->in.c + 3) / 4;
}

static inline uint32_t *put_quad(uint32_t *words, uint32_t quad)
{
	words[0] = simd_sxtb16(quad);
	words[PIXELS] = simd_sxtb16_ror8(quad);
	return words + 2 * PIXELS;
}

static inline void put(struct window *w, const int8_t *from, int32_t n)
{
	if (!w->bytes) {
		for (; n; n -= 4, from += 4)
			w->words = put_quad(w->words, simd_load(from));
		return;
	}
	for (; n >= 4; n -= 4, from += 4, w->bytes += 4)
		__builtin_memcpy(w->bytes, from, 4);
	while (n--)
		*w->bytes++ = *from++;
}

static void put_zeros(struct window *w, int32_t n)
{
	if (!w->bytes) {
		for (; n; n -= 4)
			w->words = put_quad(w->words, w->zero);
		return;
	}
	while (n--)
		*w->bytes++ = (int8_t)w->zero;
}

#include "kern/window.inc"

static bool is_inside(const struct kern_window *win, int32_t row, int32_t col)
{
	return row >= 0 && col >= 0 && win->dilation_h == 1 &&
	       win->dilation_w == 1 && win->kernel_h <= win->in.h - row &&
	       win->kernel_w <= win->in.w - col;
}

/* A window that meets no padding. */
static void put_inside(struct window *w, const struct kern_window *win,
		       const int8_t *in, int32_t row, int32_t col)
{
	size_t pitch = (size_t)win->in.w * win->in.c;
	int32_t n = win->kernel_w * win->in.c;

	in += (size_t)row * pitch + (size_t)col * win->in.c;
	for (int32_t i = win->kernel_h; i; i--, in += pitch)
		put(w, in, n);
}

/* ---- four pixels --------------------------------------------------------- */

struct tile {
	const struct kern_conv_s8 *k;
	uint32_t *words;
	int8_t *bytes;		/* behind the words, or NULL */
	uint32_t quads;
	int32_t pixels;		/* that are written: fewer in a last tile */
};

static void load_pixel(const struct tile *t, int j, const int8_t *in,
		       int32_t y, int32_t x)
{
	const struct kern_window *win = &t->k->win;
	struct window w = { t->words + j, t->bytes,
			    UINT32_C(0x01010101) * (uint8_t)t->k->in_zero };
	int32_t row = y * win->stride_h - win->pad_top;
	int32_t col = x * win->stride_w - win->pad_left;

	if (win->kernel_h == 1 && win->kernel_w == 1)	/* never padded */
		put(&w, in + ((size_t)row * win->in.w + col) * win->in.c,
		    win->in.c);
	else if (is_inside(win, row, col))
		put_inside(&w, win, in, row, col);
	else
		put_window(&w, win, in, row, col);
	if (!t->bytes)
		return;
	for (uint32_t i = 0; i < t->quads; i++)
		w.words = put_quad(w.words, simd_load(t->bytes + 4 * i));
}

/* One channel of four pixels. */
static inline void put_four(int8_t *out, size_t pitch, const int32_t sums[4],
			    struct m4_factor f)
{
	out[0] = m4_output(sums[0], f);
	out += pitch;
	out[0] = m4_output(sums[1], f);
	out += pitch;
	out[0] = m4_output(sums[2], f);
	out += pitch;
	out[0] = m4_output(sums[3], f);
}

/* Channels o and o + 1, of which the second may not be there, of a tile that
 * may not be full. */
static __attribute__((noinline))
void run_rest(const struct tile *t, int32_t o, const int8_t *weights,
		     int8_t *out)
{
	const struct kern_conv_s8 *k = t->k;
	int32_t channels = k->win.out.c, n = channels - o < 2 ? 1 : 2;
	struct kern_channel c[2] = { kern_channel(k->channels, o),
				     kern_channel(k->channels, o + n - 1) };
	int32_t sums[2 * PIXELS];

	simd_dot_2x4(sums, c[0].bias, c[1].bias, weights, t->words, t->quads);
	for (int32_t i = 0; i < n; i++) {
		struct m4_factor f = m4_factor(c[i], k->out_zero);

		for (int32_t j = 0; j < t->pixels; j++)
			out[(size_t)j * channels + o + i] =
				m4_output(sums[i * PIXELS + j], f);
	}
}

/* The factor of a channel in the narrow form of kern/channels.h. */
static inline struct m4_factor narrow_factor(const int16_t *entry,
					     uint32_t base, int32_t round)
{
	uint32_t word = simd_load(entry);
	unsigned shift = base + (word & KERN_CHANNELS_SPREAD);

	return (struct m4_factor){ (int32_t)word,
				   (int32_t)((uint32_t)round << (shift - 1)),
				   shift };
}

static inline int32_t narrow_bias(const int16_t *entry)
{
	return entry[2] * 8 + (int32_t)(simd_load(entry) >> 2 & 7);
}

/* Pairs of channels of a full tile, in the form that nearly all layers have.
 * Little is kept from pair to pair: the dot products need every register. */
static __attribute__((noinline))
void run_pairs(const struct tile *t, int8_t *out)
{
	const struct kern_conv_s8 *k = t->k;
	const int16_t *entry = (const int16_t *)(k->channels + 1);
	const int16_t *end = entry + k->win.out.c / 2 * 6;
	const int8_t *weights = k->weights;
	uint32_t base = k->channels[0] >> 8;
	int32_t round = 2 * k->out_zero + 1;
	size_t pitch = (size_t)k->win.out.c;

	for (; entry != end; entry += 6, out += 2) {
		int32_t sums[2 * PIXELS];

		weights = simd_dot_2x4(sums, narrow_bias(entry),
				       narrow_bias(entry + 3), weights,
				       t->words, t->quads);
		put_four(out, pitch, sums, narrow_factor(entry, base, round));
		put_four(out + 1, pitch, sums + PIXELS,
			 narrow_factor(entry + 3, base, round));
	}
}

static void run_tile(const struct tile *t, int8_t *out)
{
	const struct kern_conv_s8 *k = t->k;
	int32_t channels = k->win.out.c, o = 0;

	if (t->pixels == PIXELS && m4_is_narrow(k->channels)) {
		run_pairs(t, out);
		o = channels / 2 * 2;
	}
	for (; o < channels; o += 2)
		run_rest(t, o, k->weights + (size_t)o * 4 * t->quads, out);
}

/* One image of the batch. */
static void conv_image(struct tile *t, const int8_t *in, int8_t *out)
{
	const struct kern_shape *shape = &t->k->win.out;
	int32_t left = shape->h * shape->w, y = 0, x = 0;

	for (; left > 0; left -= PIXELS, out += PIXELS * (size_t)shape->c) {
		t->pixels = left < PIXELS ? left : PIXELS;
		for (int j = 0; j < t->pixels; j++) {
			load_pixel(t, j, in, y, x);
			if (++x == shape->w) {
				x = 0;
				y++;
			}
		}
		run_tile(t, out);
	}
}

void kern_m4_conv_s8(const struct kern_conv_s8 *k, const int8_t *in,
		     int8_t *out, void *scratch)
{
	const struct kern_shape *i = &k->win.in, *o = &k->win.out;
	struct tile t = { .k = k, .words = scratch,
			  .quads = (uint32_t)quads_of(&k->win) };
	size_t n = (size_t)o->h * o->w * o->c;

	if (i->c % 4) {
		t.bytes = (int8_t *)(t.words + 2 * PIXELS * t.quads);
		memset(t.bytes, 0, 4 * t.quads);
	}
	memset(t.words, 0, 2 * PIXELS * sizeof(*t.words) * t.quads);
	for (int32_t b = 0; b < o->n; b++, out += n) {
		conv_image(&t, in + (size_t)b * i->h * i->w * i->c, out);
		m4_clamp(out, n, k->act_min, k->act_max);
	}
}

size_t kern_m4_conv_s8_scratch_bytes(const struct kern_conv_s8 *k)
{
	size_t quads = (size_t)quads_of(&k->win);

	return quads * (2 * PIXELS * 4 + (k->win.in.c % 4 ? 4 : 0));
}

uint64_t kern_m4_rows_bytes(int32_t rows, int64_t depth)
{
	return ((uint64_t)rows + 1) / 2 * (((uint64_t)depth + 3) / 4) * 8;
}

uint64_t kern_m4_conv_bytes(const struct kern_window *win)
{
	return kern_m4_rows_bytes(win->out.c, kern_conv_depth(win));
}
