#include "kern/m55/m55.h"
#include "kern/m55/output.h"
#include "loops.h"

/*
 * Eight channels at a time, each a plane of its own.  As many lines of input
 * as the kernel has lie in a ring, of every position along a line one word: a
 * byte for each line, filled up to a power of two.  For three lines:
 *
 *     a0 b0 c0 -  a1 b1 c1 -  a2 b2 c2 -  a3 ...
 *
 * The bytes from any word on hold a window; times as many weights, of which
 * those that do not count are zero, they give a sum.  Windows are one vector
 * for 3x3, or several.  Lines take turns: for each turn there is an
 * arrangement of the weights.
 *
 * Lines run along the longer axis of the output.
 */
enum { LANES = 8, HALF = 4, VECTOR = 16, WINDOW_MAX = 64, PLACE_MAX = 0xffff };

/* One axis of the window, and the steps from element to element. */
struct axis {
	int32_t in, out, kernel, stride, pad;
	size_t in_step, out_step, tap_step;
};

struct depthwise {
	const struct kern_conv_s8 *k;
	struct axis along, across;
	int32_t word;		/* bytes */
	size_t window, plane;	/* bytes: whole vectors; of a channel */
	int8_t *ring;		/* [LANES][plane] */
	int8_t *weights;	/* [lines, each a turn][LANES][window] */
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

/* The steps are left out. */
static void set_shape(struct depthwise *d, const struct kern_window *win)
{
	struct axis h = { win->in.h, win->out.h, win->kernel_h, win->stride_h,
			  win->pad_top, 0, 0, 0 };
	struct axis w = { win->in.w, win->out.w, win->kernel_w, win->stride_w,
			  win->pad_left, 0, 0, 0 };
	bool is_turned = h.out > w.out;

	d->along = is_turned ? h : w;
	d->across = is_turned ? w : h;
	d->word = 1;
	while (d->word < d->across.kernel)
		d->word *= 2;
	d->window = ((size_t)d->along.kernel * d->word + VECTOR - 1) / VECTOR *
		    VECTOR;
	d->plane = (size_t)(d->along.out - 1) * d->along.stride * d->word +
		   d->window;
}

static void set_steps(struct depthwise *d, const struct kern_window *win)
{
	size_t pixel = (size_t)win->in.c;
	bool is_turned = win->out.h > win->out.w;
	struct axis *h = is_turned ? &d->along : &d->across;
	struct axis *w = is_turned ? &d->across : &d->along;

	h->in_step = win->in.w * pixel;
	h->out_step = win->out.w * pixel;
	h->tap_step = win->kernel_w * pixel;
	w->in_step = w->out_step = w->tap_step = pixel;
}

/* ---- weights ------------------------------------------------------------- */


/* Tap j of a line: of all lanes, in the arrangement of one turn. */
static void load_tap(const struct depthwise *d, int32_t line, int32_t j)
{
	const int8_t *from = d->k->weights + d->channel +
		line * d->across.tap_step + j * d->along.tap_step;
	int32_t lines = d->across.kernel;
	simd_places8 places = simd_places8_init((uint32_t)d->window);
	simd_places4 half_places = simd_places4_init((uint32_t)d->window);

	for (int32_t turn = 0; turn < lines; turn++) {
		int8_t *to = d->weights + turn * LANES * d->window +
			     (size_t)j * d->word + (line + turn) % lines;

		if (d->lanes == LANES)
			simd_scatter8(to, places, from);
		else
			simd_scatter4(to, half_places, from);
	}
}

/* Bytes that do not count were cleared once and stay so. */
static void load_weights(const struct depthwise *d)
{
	for (int32_t line = 0; line < d->across.kernel; line++)
		for (int32_t j = 0; j < d->along.kernel; j++)
			load_tap(d, line, j);
}

/* ---- lines --------------------------------------------------------------- */

static __attribute__((noinline))
void put_line(const struct depthwise *d, int8_t *to, const int8_t *from,
	      size_t step, int32_t n)
{
	simd_places8 planes = d->planes;
	simd_places4 half_planes = d->half_planes;
	int32_t word = d->word;

	if (d->lanes == LANES)
		for (; n > 0; n--, to += word, from += step)
			simd_scatter8(to, planes, from);
	else
		for (; n > 0; n--, to += word, from += step)
			simd_scatter4(to, half_planes, from);
}

/* Line number i (0 is the first with padding) into its slot of the ring.
 * Positions in the padding were set once and stay so. */
static void load_line(const struct depthwise *d, const int8_t *in, int32_t i)
{
	int32_t row = i - d->across.pad, pad = d->along.pad;
	int32_t line = (d->along.out - 1) * d->along.stride +
		       d->along.kernel - pad;
	int32_t n = line < d->along.in ? line : d->along.in;
	int8_t *to = d->ring + i % d->across.kernel + (size_t)pad * d->word;

	if (row < 0 || row >= d->across.in)
		put_line(d, to, d->padding, 0, n);
	else
		put_line(d, to, in + d->channel +
			 (size_t)row * d->across.in_step, d->along.in_step, n);
}

/* Output line number i; each of four lanes has its part. */
static void put_outputs(struct depthwise *d, int32_t i, int8_t *out)
{
	int32_t turn = i * d->across.stride % d->across.kernel;
	const int8_t *weights = d->weights + (size_t)turn * LANES * d->window;

	out += (size_t)i * d->across.out_step + d->channel;
	for (int32_t first = 0; first < d->lanes; first += HALF) {
		struct simd_line *half = &d->halves[first / HALF];

		half->weights = weights + first * d->window;
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
		.step = (size_t)d->along.stride * d->word,
		.window = d->window,
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
		for (; next < first + d->across.kernel; next++)
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

static size_t weights_bytes(const struct depthwise *d)
{
	return (size_t)d->across.kernel * LANES * d->window;
}

/* One input channel for all outputs is a convolution. */
static bool is_conv(const struct kern_window *win)
{
	return win->in.c == 1;
}

static void set_scratch(struct depthwise *d, void *scratch)
{
	const struct kern_conv_s8 *k = d->k;
	size_t ring = LANES * d->plane;

	d->ring = scratch;
	d->weights = d->ring + ring;
	d->padding = d->weights + weights_bytes(d);
	d->planes = simd_places8_init((uint32_t)d->plane);
	d->half_planes = simd_places4_init((uint32_t)d->plane);
	for (int32_t j = 0; j < HALF; j++) {
		d->multiplier[j] = k->requant.multiplier[0];
		d->shift[j] = k->requant.shift[0];
	}
	simd_fill(d->ring, (int8_t)k->in_zero, (int32_t)ring);
	simd_fill(d->weights, 0, (int32_t)weights_bytes(d));
	simd_fill(d->padding, (int8_t)k->in_zero, LANES);
}

void kern_m55_depthwise_s8(const struct kern_conv_s8 *k, const int8_t *in,
			   int8_t *out, void *scratch)
{
	const struct kern_shape *i = &k->win.in, *o = &k->win.out;
	struct depthwise d = {
		.k = k, .is_signed = m55_is_signed(k->out_zero, k->act_min),
	};
	size_t n = (size_t)o->h * o->w * o->c;

	if (is_conv(&k->win)) {
		kern_m55_conv_s8(k, in, out, scratch);
		return;
	}
	set_shape(&d, &k->win);
	set_steps(&d, &k->win);
	set_scratch(&d, scratch);
	for (int32_t b = 0; b < o->n; b++, out += n) {
		run_image(&d, in + (size_t)b * i->h * i->w * i->c, out);
		m55_clamp(out, n, k->act_min, k->act_max);
	}
}

size_t kern_m55_depthwise_s8_scratch_bytes(const struct kern_conv_s8 *k)
{
	struct depthwise d;

	if (is_conv(&k->win))
		return kern_m55_conv_s8_scratch_bytes(k);
	set_shape(&d, &k->win);
	return LANES * d.plane + weights_bytes(&d) + LANES;
}

/* Are lines short enough for places of 16 bits, and windows for scratch?
 * step_window has seen the numbers, but their products may be large. */
static bool fits(const struct kern_window *win)
{
	struct depthwise d;

	if (win->kernel_h > VECTOR || win->kernel_w > VECTOR ||
	    (int64_t)win->out.h * win->stride_h > PLACE_MAX ||
	    (int64_t)win->out.w * win->stride_w > PLACE_MAX)
		return false;
	set_shape(&d, win);
	return d.window <= WINDOW_MAX && (LANES - 1) * d.plane <= PLACE_MAX;
}

uint64_t kern_m55_depthwise_bytes(const struct kern_window *win)
{
	uint64_t taps = (uint64_t)win->kernel_h * (uint64_t)win->kernel_w;

	if (is_conv(win))
		return kern_m55_rows_bytes(win->out.c, (int64_t)taps);
	if (win->dilation_h != 1 || win->dilation_w != 1 ||
	    win->in.c != win->out.c || win->in.c < HALF || !fits(win))
		return 0;
	return taps * (uint64_t)win->out.c;
}
