#include "kern/m55/m55.h"
#include "kern/m55/output.h"
#include "loops.h"

/*
 * Eight channels at a time, each a plane of its own.  Three lines of input
 * lie in a ring, of every position along a line one word of three bytes, one
 * for each line, and one that does not count:
 *
 *     a0 b0 c0 -  a1 b1 c1 -  a2 b2 c2 -  a3 ...
 *
 * Sixteen bytes from any word on hold a window; times sixteen weights, of
 * which those that do not count are zero, they give a sum.  Lines take turns:
 * for each turn there is an arrangement of the weights.
 *
 * Lines run along the longer axis of the output.
 */
enum { LINES = 3, LANES = 8, HALF = 4, WORD = 4, VECTOR = 16 };

/* One axis of the window, and the steps from element to element. */
struct axis {
	int32_t in, out, stride, pad;
	size_t in_step, out_step;
};

struct depthwise {
	const struct kern_conv_s8 *k;
	struct axis along, across;
	size_t taps_along, taps_across;	/* from weight to weight */
	int32_t line;		/* positions along a line, with padding */
	size_t plane;		/* bytes */
	int8_t *ring;		/* [LANES][line + 1][WORD] */
	int8_t *weights;	/* [LINES turns][LANES][VECTOR] */
	int8_t *padding;	/* LANES times in_zero */
	simd_places8 planes;
	simd_places4 half_planes;
	int32_t channel, lanes;	/* those of this round: 8 or 4 */
	struct simd_line halves[LANES / HALF];
	bool is_signed;
	/* one factor for all channels, four times */
	int32_t multiplier[HALF];
	int8_t shift[HALF];
};

static void set_axes(struct depthwise *d, const struct kern_window *win)
{
	size_t pixel = (size_t)win->in.c;
	struct axis h = { win->in.h, win->out.h, win->stride_h, win->pad_top,
			  (size_t)win->in.w * pixel,
			  (size_t)win->out.w * pixel };
	struct axis w = { win->in.w, win->out.w, win->stride_w, win->pad_left,
			  pixel, pixel };
	bool is_turned = h.out > w.out;

	d->along = is_turned ? h : w;
	d->across = is_turned ? w : h;
	d->taps_along = is_turned ? LINES * pixel : pixel;
	d->taps_across = is_turned ? pixel : LINES * pixel;
	d->line = (d->along.out - 1) * d->along.stride + LINES;
	d->plane = ((size_t)d->line + 1) * WORD;
}

/* ---- weights ------------------------------------------------------------- */


/* Bytes that do not count were cleared once and stay so. */
static void load_weights(const struct depthwise *d)
{
	simd_places8 places = simd_places8_init(VECTOR);
	simd_places4 half_places = simd_places4_init(VECTOR);

	for (size_t i = 0; i < LINES * LINES; i++) {
		size_t line = i / LINES, j = i % LINES;
		const int8_t *from = d->k->weights + d->channel +
			line * d->taps_across + j * d->taps_along;

		for (size_t turn = 0; turn < LINES; turn++) {
			int8_t *to = d->weights + turn * LANES * VECTOR +
				     j * WORD + (line + turn) % LINES;

			if (d->lanes == LANES)
				simd_scatter8(to, places, from);
			else
				simd_scatter4(to, half_places, from);
		}
	}
}

/* ---- lines --------------------------------------------------------------- */

static __attribute__((noinline))
void put_line(const struct depthwise *d, int8_t *to, const int8_t *from,
	      size_t step, int32_t n)
{
	simd_places8 planes = d->planes;
	simd_places4 half_planes = d->half_planes;

	if (d->lanes == LANES)
		for (; n > 0; n--, to += WORD, from += step)
			simd_scatter8(to, planes, from);
	else
		for (; n > 0; n--, to += WORD, from += step)
			simd_scatter4(to, half_planes, from);
}

/* Line number i (0 is the first with padding) into its slot of the ring.
 * Positions in the padding were set once and stay so. */
static void load_line(const struct depthwise *d, const int8_t *in, int32_t i)
{
	int32_t row = i - d->across.pad, pad = d->along.pad;
	int8_t *to = d->ring + i % LINES + (size_t)pad * WORD;
	int32_t n = d->line - pad < d->along.in ? d->line - pad : d->along.in;

	if (row < 0 || row >= d->across.in)
		put_line(d, to, d->padding, 0, n);
	else
		put_line(d, to, in + d->channel +
			 (size_t)row * d->across.in_step, d->along.in_step, n);
}

/* Output line number i; each of four lanes has its part. */
static void put_outputs(struct depthwise *d, int32_t i, int8_t *out)
{
	int32_t turn = i * d->across.stride % LINES;
	const int8_t *weights = d->weights + (size_t)turn * LANES * VECTOR;

	out += (size_t)i * d->across.out_step + d->channel;
	for (int32_t first = 0; first < d->lanes; first += HALF) {
		struct simd_line *half = &d->halves[first / HALF];

		half->weights = weights + first * VECTOR;
		half->out = out + first;
		simd_line(half, d->is_signed);
	}
}

/* What stays for all lines. */
static void set_half(struct depthwise *d, int32_t first)
{
	const struct kern_conv_s8 *k = d->k;
	int32_t channel = d->channel + first;
	struct simd_line *half = &d->halves[first / HALF];

	*half = (struct simd_line){
		.bias = k->bias + channel, .multiplier = d->multiplier,
		.shift = d->shift, .out_step = d->along.out_step,
		.n = d->along.out, .zero = k->out_zero,
		.step = (size_t)d->along.stride * WORD,
	};
	for (int32_t j = 0; j < HALF; j++)
		half->x[j] = d->ring + (size_t)(first + j) * d->plane;
	if (!k->requant.step)
		return;
	half->multiplier = k->requant.multiplier + channel;
	half->shift = k->requant.shift + channel;
}

/* ---- the whole ----------------------------------------------------------- */

static void run_channels(struct depthwise *d, const int8_t *in,
			 int8_t *out)
{
	int32_t next = 0;

	load_weights(d);
	for (int32_t first = 0; first < d->lanes; first += HALF)
		set_half(d, first);
	for (int32_t i = 0; i < d->across.out; i++) {
		int32_t first = i * d->across.stride;

		next = next < first ? first : next;
		for (; next < first + LINES; next++)
			load_line(d, in, next);
		put_outputs(d, i, out);
	}
}

/* Eight while there are eight, then four; the last four overlap others when
 * channels are no multiple of four. */
static void run_image(struct depthwise *d, const int8_t *in, int8_t *out)
{
	int32_t channels = d->k->win.out.c;

	for (int32_t c = 0; c < channels; c += d->lanes) {
		d->lanes = channels - c < LANES ? HALF : LANES;
		d->channel = c > channels - HALF ? channels - HALF : c;
		run_channels(d, in, out);
	}
}

static size_t ring_bytes(const struct depthwise *d)
{
	return LANES * d->plane;
}

void kern_m55_depthwise_s8(const struct kern_conv_s8 *k, const int8_t *in,
			   int8_t *out, void *scratch)
{
	const struct kern_shape *i = &k->win.in, *o = &k->win.out;
	struct depthwise d = {
		.k = k, .ring = scratch,
		.is_signed = m55_is_signed(k->out_zero, k->act_min),
	};
	size_t n = (size_t)o->h * o->w * o->c;

	set_axes(&d, &k->win);
	d.weights = d.ring + ring_bytes(&d);
	d.padding = d.weights + LINES * LANES * VECTOR;
	d.planes = simd_places8_init((uint32_t)d.plane);
	d.half_planes = simd_places4_init((uint32_t)d.plane);
	for (int32_t j = 0; j < HALF; j++) {
		d.multiplier[j] = k->requant.multiplier[0];
		d.shift[j] = k->requant.shift[0];
	}
	simd_fill(d.ring, (int8_t)k->in_zero, (int32_t)ring_bytes(&d));
	simd_fill(d.weights, 0, LINES * LANES * VECTOR);
	simd_fill(d.padding, (int8_t)k->in_zero, LANES);
	for (int32_t b = 0; b < o->n; b++, out += n) {
		run_image(&d, in + (size_t)b * i->h * i->w * i->c, out);
		m55_clamp(out, n, k->act_min, k->act_max);
	}
}

size_t kern_m55_depthwise_s8_scratch_bytes(const struct kern_conv_s8 *k)
{
	struct depthwise d;

	set_axes(&d, &k->win);
	return ring_bytes(&d) + LINES * LANES * VECTOR + LANES;
}

static int32_t line_of(int32_t out, int32_t stride)
{
	int64_t line = (int64_t)(out - 1) * stride + LINES;

	return line > M55_LINE_MAX ? M55_LINE_MAX : (int32_t)line;
}

bool kern_m55_depthwise_s8_takes(const struct kern_window *win)
{
	return win->kernel_h == LINES && win->kernel_w == LINES &&
	       win->dilation_h == 1 && win->dilation_w == 1 &&
	       win->in.c == win->out.c && win->in.c >= HALF &&
	       line_of(win->out.h, win->stride_h) < M55_LINE_MAX &&
	       line_of(win->out.w, win->stride_w) < M55_LINE_MAX;
}

uint64_t kern_m55_depthwise_bytes(int32_t channels)
{
	return LINES * LINES * (uint64_t)channels;
}
