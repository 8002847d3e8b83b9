#include "dot.h"
#include "kern/m0/m0.h"

/*
 * One channel after another, each through the whole image line by line; lines
 * run along the longer axis of the output.  The lines that a window touches
 * lie in a ring.  Word m of a line is element m and element m + stride, so
 * that the word a tap meets belongs to two neighbouring outputs.
 */
enum { OFFSET = 128, FLIP = 0x80, SMALL = 3 };

/* One axis of the window, and the steps from element to element. */
struct axis {
	int32_t in, out, kernel, stride, dilation, pad;
	size_t in_step, out_step;
};

struct depthwise {
	const struct kern_conv_s8 *k;
	struct m0_layer layer;
	struct axis along, across;
	int32_t words;		/* of a line, with stride more at each end */
	int32_t lines;		/* in the ring */
	uint32_t *ring;
	int32_t *sums;		/* of one line, even in number */
	uint16_t zero;		/* the input's zero point, 128 larger */
};

static void set_axes(struct depthwise *d, const struct kern_window *win)
{
	size_t in_pixel = (size_t)win->in.c, out_pixel = (size_t)win->out.c;
	struct axis h = { win->in.h, win->out.h, win->kernel_h, win->stride_h,
			  win->dilation_h, win->pad_top,
			  in_pixel * win->in.w, out_pixel * win->out.w };
	struct axis w = { win->in.w, win->out.w, win->kernel_w, win->stride_w,
			  win->dilation_w, win->pad_left,
			  in_pixel, out_pixel };
	bool is_turned = h.out > w.out;

	d->along = is_turned ? h : w;
	d->across = is_turned ? w : h;
	d->lines = (d->across.kernel - 1) * d->across.dilation + 1;
	d->words = (d->along.out - 1) / 2 * 2 * d->along.stride +
		   (d->along.kernel - 1) * d->along.dilation + 1 +
		   2 * d->along.stride;
}

static uint32_t *line_at(const struct depthwise *d, int32_t slot)
{
	return d->ring + slot * d->words + d->along.stride;
}

/* ---- lines --------------------------------------------------------------- */

/* Each half-word goes to two places, a stride apart. */
struct line {
	uint16_t *low, *high;
};

static void put_zeros(struct line *to, int32_t n, uint16_t zero)
{
	for (; n > 0; n--, to->low += 2, to->high += 2)
		*to->low = *to->high = zero;
}

static void put(struct line *to, const int8_t *from, size_t step, int32_t n)
{
	uint16_t *low = to->low, *high = to->high;

	for (uint16_t *end = low + 2 * n; low != end; from += step) {
		uint16_t v = (uint8_t)*from ^ FLIP;

		*low = *high = v;
		low += 2;
		high += 2;
	}
	to->low = low;
	to->high = high;
}

static int32_t at_most(int32_t x, int32_t max)
{
	return x < max ? x : max;
}

/* Line number i (0 is the first with padding) of the channel at in. */
static void load_line(const struct depthwise *d, const int8_t *in, int32_t i,
		      int32_t slot)
{
	const struct axis *along = &d->along;
	int32_t row = i - d->across.pad, n = d->words - along->stride;
	int32_t left = at_most(along->pad, n);
	int32_t inside = at_most(along->in, n - left);
	uint16_t *first = (uint16_t *)(void *)line_at(d, slot);
	struct line to = { first, first + 1 - 2 * along->stride };

	if (row < 0 || row >= d->across.in)
		left = n, inside = 0;
	put_zeros(&to, left, d->zero);
	if (inside)
		put(&to, in + (size_t)row * d->across.in_step, along->in_step,
		    inside);
	put_zeros(&to, n - left - inside, d->zero);
}

/* ---- outputs ------------------------------------------------------------- */

/* Both sums of the pair at word `at` of the lines from slot on. */
static void dot_pair(const struct depthwise *d, const uint8_t *weights,
		     int32_t slot, int32_t at, struct m0_pair *sum)
{
	int32_t taps = d->along.kernel;

	for (int32_t i = 0; i < d->across.kernel; i++, weights += taps) {
		m0_dot_line(sum, weights, line_at(d, slot) + at,
			    (uint32_t)d->along.dilation, (uint32_t)taps);
		slot += d->across.dilation;
		slot -= slot < d->lines ? 0 : d->lines;
	}
}

/* Three lines of three taps: the one shape worth its own loop. */
static bool is_3x3(const struct depthwise *d)
{
	return d->along.kernel == SMALL && d->across.kernel == SMALL &&
	       d->along.dilation == 1 && d->across.dilation == 1;
}

static inline void split(const struct m0_pair *pair, int32_t bias,
			 int32_t sums[2])
{
	uint32_t low = pair->low - (pair->high << 16);

	sums[0] = (int32_t)((uint32_t)bias + low -
			    OFFSET * (pair->inputs & 0xffff));
	sums[1] = (int32_t)((uint32_t)bias + pair->high -
			    OFFSET * (pair->inputs >> 16));
}

static void sum_line(const struct depthwise *d, const uint8_t *weights,
		     int32_t bias, int32_t slot)
{
	int32_t *sums = d->sums, *end = sums + d->along.out;

	for (int32_t at = 0; sums < end; at += 2 * d->along.stride) {
		struct m0_pair sum = { 0 };

		dot_pair(d, weights, slot, at, &sum);
		split(&sum, bias, sums);
		sums += 2;
	}
}

static void sum_line_3x3(const struct depthwise *d, const uint8_t *weights,
			 int32_t bias, int32_t slot)
{
	int32_t *sums = d->sums, *end = sums + d->along.out;
	const uint32_t *line[SMALL];

	for (int32_t i = 0; i < SMALL; i++)
		line[i] = line_at(d, (slot + i) % SMALL);
	for (uint32_t at = 0; sums < end;
	     at += 2 * (uint32_t)d->along.stride) {
		struct m0_pair sum = { 0 };

		m0_dot_3x3(&sum, weights, line, at);
		split(&sum, bias, sums);
		sums += 2;
	}
}

/* One line of output channel o; its window starts in slot. */
static void run_line(const struct depthwise *d, int32_t o, int32_t slot,
		     int8_t *out)
{
	int32_t taps = d->along.kernel * d->across.kernel;
	const uint8_t *weights = (const uint8_t *)d->k->weights + o * taps;
	int32_t bias = d->k->bias[o];

	if (is_3x3(d))
		sum_line_3x3(d, weights, bias, slot);
	else
		sum_line(d, weights, bias, slot);
	m0_put(&d->layer, o, d->sums, d->along.out, out, d->along.out_step);
}

/* The output channels of one input channel. */
static void run_channel(const struct depthwise *d, int32_t c, const int8_t *in,
			int8_t *out)
{
	int32_t times = d->k->win.out.c / d->k->win.in.c;
	int32_t next = 0, slot = 0, first = 0, next_slot = 0;

	for (int32_t y = 0; y < d->across.out; y++) {
		for (; next < first + d->lines; next++) {
			if (next >= first)
				load_line(d, in + c, next, next_slot);
			if (++next_slot == d->lines)
				next_slot = 0;
		}
		for (int32_t i = 0; i < times; i++)
			run_line(d, c * times + i, slot,
				 out + (size_t)y * d->across.out_step +
				 c * times + i);
		first += d->across.stride;
		for (slot += d->across.stride; slot >= d->lines;)
			slot -= d->lines;
	}
}

void kern_m0_depthwise_s8(const struct kern_conv_s8 *k, const int8_t *in,
			  int8_t *out, void *scratch)
{
	const struct kern_shape *i = &k->win.in, *o = &k->win.out;
	struct depthwise d = { .k = k, .ring = scratch,
			       .layer = m0_layer(&k->requant, k->out_zero,
						 k->act_min, k->act_max),
			       .zero = (uint16_t)(k->in_zero + OFFSET) };

	set_axes(&d, &k->win);
	d.sums = (int32_t *)(d.ring + d.lines * d.words);
	for (int32_t b = 0; b < o->n; b++) {
		for (int32_t c = 0; c < i->c; c++)
			run_channel(&d, c, in, out);
		in += (size_t)i->h * i->w * i->c;
		out += (size_t)o->h * o->w * o->c;
	}
}

/* No arena has more. */
enum { SCRATCH_WORDS_MAX = 1 << 28 };

size_t kern_m0_depthwise_s8_scratch_bytes(const struct kern_conv_s8 *k)
{
	struct depthwise d = { .k = k };
	uint64_t words;

	set_axes(&d, &k->win);
	words = (uint64_t)d.lines * (uint64_t)d.words +
		(uint64_t)(d.along.out + 1) / 2 * 2;
	return words > SCRATCH_WORDS_MAX ? UINT32_MAX :
	       (size_t)words * sizeof(uint32_t);
}

uint64_t kern_m0_depthwise_bytes(const struct kern_window *win)
{
	uint64_t taps = (uint64_t)win->kernel_h * (uint64_t)win->kernel_w;

	return taps <= M0_TAPS_MAX ? taps * (uint64_t)win->out.c : 0;
}
