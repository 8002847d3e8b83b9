#include "kern/m4/m4.h"
#include "kern/m4/output.h"

/*
 * Four channels at a time, each a plane of its own.  Three lines of input lie
 * widened to 16 bits in a ring: of every two neighbours along a line one word
 * for each of the three lines.  A line of sums then needs two loads of three
 * words for two outputs, and all nine weights stay in registers.  The inner
 * loops are functions of their own: inlined, they would compete for registers.
 *
 * Lines run along the longer axis of the output.
 */
enum { LINES = 3, TAPS = 9, LANES = 4 };

/* One axis of the window, and the steps from element to element. */
struct axis {
	int32_t in, out, stride, pad;
	size_t in_step, out_step;
};

struct depthwise {
	const struct kern_conv_s8 *k;
	struct axis along, across;
	bool is_turned;		/* lines run down the columns */
	int32_t pairs;		/* of columns in a line */
	uint32_t *ring;		/* [LANES][pairs][LINES] */
	int32_t *sums;		/* of one line */
	uint32_t zero;		/* in_zero in all four bytes */
	/* per channel: rows 0 1 2 0 1 of (w0, w1), (w1, w2) */
	uint32_t weights[LANES][2 * (2 * LINES - 1)];
	int32_t bias[LANES];
	struct m4_factor factor[LANES];
};

static int32_t sums_of(const struct axis *along)
{
	return (along->out + 1) / 2 * 2;
}

static int32_t pairs_of(const struct axis *along)
{
	return along->stride == 1 ? sums_of(along) / 2 + 1 :
	       (along->out - 1) * along->stride / 2 + 2;
}

static void set_axes(struct depthwise *d, const struct kern_window *win)
{
	struct axis h = { win->in.h, win->out.h, win->stride_h, win->pad_top,
			  (size_t)win->in.w * win->in.c,
			  (size_t)win->out.w * win->in.c };
	struct axis w = { win->in.w, win->out.w, win->stride_w, win->pad_left,
			  (size_t)win->in.c, (size_t)win->in.c };

	d->is_turned = h.out > w.out;
	d->along = d->is_turned ? h : w;
	d->across = d->is_turned ? w : h;
	d->pairs = pairs_of(&d->along);
}

/* ---- weights ------------------------------------------------------------- */

/* From m4.h's nine bytes, transposed when lines run down the columns. */
static void load_weights(const struct depthwise *d, const int8_t *from,
			 uint32_t *to)
{
	static const uint8_t place[2][LINES][LINES] = {
		{ { 0, 2, 6 }, { 1, 3, 7 }, { 4, 5, 8 } },
		{ { 0, 1, 4 }, { 2, 3, 5 }, { 6, 7, 8 } },
	};

	for (int i = 0; i < LINES; i++) {
		const uint8_t *at = place[d->is_turned][i];
		uint32_t w0 = (uint32_t)from[at[0]];
		uint32_t w1 = (uint32_t)from[at[1]];
		uint32_t w2 = (uint32_t)from[at[2]];

		to[2 * i] = simd_pkhbt(w0, w1);
		to[2 * i + 1] = simd_pkhbt(w1, w2);
	}
	for (int i = 0; i < 2 * (LINES - 1); i++)
		to[2 * LINES + i] = to[i];
}

/* ---- lines --------------------------------------------------------------- */

/* Four channels of two neighbours into their planes. */
static inline uint32_t *put_pair(uint32_t *to, size_t plane, uint32_t a,
				 uint32_t b)
{
	uint32_t a02 = simd_sxtb16(a), a13 = simd_sxtb16_ror8(a);
	uint32_t b02 = simd_sxtb16(b), b13 = simd_sxtb16_ror8(b);

	to[0] = simd_pkhbt(a02, b02);
	to[plane] = simd_pkhbt(a13, b13);
	to[2 * plane] = simd_pkhtb(b02, a02);
	to[3 * plane] = simd_pkhtb(b13, a13);
	return to + LINES;
}

/* n pairs that lie inside. */
static __attribute__((noinline))
void put_pairs(uint32_t *to, size_t plane, const int8_t *from, size_t step,
	       int32_t n)
{
	for (; n > 0; n--, from += 2 * step)
		to = put_pair(to, plane, simd_load(from),
			      simd_load(from + step));
}

static uint32_t load_at(const struct depthwise *d, const int8_t *line,
			int32_t at)
{
	if (!line || at < 0 || at >= d->along.in)
		return d->zero;
	return simd_load(line + (size_t)at * d->along.in_step);
}

/* Line number i (0 is the first with padding) into its slot of the ring. */
static void load_line(const struct depthwise *d, const int8_t *in, int32_t i)
{
	int32_t row = i - d->across.pad, pad = d->along.pad;
	const int8_t *line = row < 0 || row >= d->across.in ? NULL :
		in + (size_t)row * d->across.in_step;
	size_t plane = (size_t)d->pairs * LINES, step = d->along.in_step;
	uint32_t *to = d->ring + i % LINES;
	int32_t first = (pad + 1) / 2, end = (d->along.in + pad) / 2;

	first = line && first < d->pairs ? first : d->pairs;
	end = end < first ? first : end < d->pairs ? end : d->pairs;
	for (int32_t p = 0; p < first; p++)
		put_pair(to + p * LINES, plane,
			 load_at(d, line, 2 * p - pad),
			 load_at(d, line, 2 * p + 1 - pad));
	if (end > first)
		put_pairs(to + first * LINES, plane,
			  line + (size_t)(2 * first - pad) * step, step,
			  end - first);
	for (int32_t p = end; p < d->pairs; p++)
		put_pair(to + p * LINES, plane,
			 load_at(d, line, 2 * p - pad),
			 load_at(d, line, 2 * p + 1 - pad));
}

/* One sum from three words and the next three. */
static inline int32_t sum_at(const uint32_t *x, const uint32_t w[6])
{
	int32_t sum = simd_smlad(x[0], w[0], 0);

	sum = simd_smlad(x[1], w[2], sum);
	sum = simd_smlad(x[2], w[4], sum);
	sum = simd_smlabt(x[3], w[1], sum);
	sum = simd_smlabt(x[4], w[3], sum);
	return simd_smlabt(x[5], w[5], sum);
}

/* The same from the second column of the first three on. */
static inline int32_t sum_behind(const uint32_t *x, const uint32_t w[6])
{
	int32_t sum = simd_smlatb(x[0], w[0], 0);

	sum = simd_smlatb(x[1], w[2], sum);
	sum = simd_smlatb(x[2], w[4], sum);
	sum = simd_smlad(x[3], w[1], sum);
	sum = simd_smlad(x[4], w[3], sum);
	return simd_smlad(x[5], w[5], sum);
}

/* Sums of one plane at a stride of 2 and more: n of them, a step of x for
 * two outputs being stride * LINES. */
static __attribute__((noinline))
void even_line(int32_t *sums, const uint32_t *x, const uint32_t *from,
	       int32_t n, int32_t stride)
{
	const uint32_t w[6] = { from[0], from[1], from[2],
				from[3], from[4], from[5] };

	for (; n; n--, x += stride / 2 * LINES)
		*sums++ = sum_at(x, w);
}

static void odd_line(int32_t *sums, const uint32_t *x, const uint32_t w[6],
		     int32_t n, int32_t stride)
{
	for (int32_t i = 0; i < n; i++) {
		const uint32_t *at = x + i * stride / 2 * LINES;

		sums[i] = i % 2 ? sum_behind(at, w) : sum_at(at, w);
	}
}

static __attribute__((noinline))
void put_outputs(int8_t *out, size_t step, const int32_t *sums, int32_t n,
		 int32_t bias, const struct m4_factor *factor)
{
	const struct m4_factor f = *factor;

	for (; n > 1; n -= 2, sums += 2, out += 2 * step) {
		out[0] = m4_output(simd_add(sums[0], bias), f);
		out[step] = m4_output(simd_add(sums[1], bias), f);
	}
	if (n)
		*out = m4_output(simd_add(*sums, bias), f);
}

/* Output line number i of four channels. */
static void run_line(const struct depthwise *d, int32_t i, int8_t *out)
{
	int32_t turn = (LINES - i * d->across.stride % LINES) % LINES;
	int32_t stride = d->along.stride, n = d->along.out;
	const uint32_t *x = d->ring;

	for (int c = 0; c < LANES; c++, x += (size_t)d->pairs * LINES) {
		const uint32_t *w = d->weights[c] + 2 * turn;

		if (stride == 1)
			simd_dw3_line(d->sums, x, w, (uint32_t)d->pairs - 1);
		else if (stride % 2 == 0)
			even_line(d->sums, x, w, n, stride);
		else
			odd_line(d->sums, x, w, n, stride);
		put_outputs(out + c, d->along.out_step, d->sums, n,
			    d->bias[c], &d->factor[c]);
	}
}

/* ---- the whole ----------------------------------------------------------- */

static void run_channels(struct depthwise *d, const int8_t *in, int8_t *out,
			 int32_t channel)
{
	int32_t next = 0;

	for (int32_t i = 0; i < d->across.out; i++) {
		int32_t first = i * d->across.stride;

		next = next < first ? first : next;
		for (; next < first + LINES; next++)
			load_line(d, in + channel, next);
		run_line(d, i,
			 out + (size_t)i * d->across.out_step + channel);
	}
}

static void load_channel(struct depthwise *d, int i, int32_t channel)
{
	const struct kern_conv_s8 *k = d->k;

	struct kern_channel c = kern_channel(k->channels, channel);

	load_weights(d, k->weights + channel * TAPS, d->weights[i]);
	d->bias[i] = c.bias;
	d->factor[i] = m4_factor(c, k->out_zero);
}

/* Channels that are no multiple of four: the last four overlap others. */
static void run_image(struct depthwise *d, const int8_t *in, int8_t *out)
{
	int32_t channels = d->k->win.out.c;

	for (int32_t c = 0; c < channels; c += LANES) {
		int32_t first = c > channels - LANES ? channels - LANES : c;

		for (int i = 0; i < LANES; i++)
			load_channel(d, i, first + i);
		run_channels(d, in, out, first);
	}
}

void kern_m4_depthwise_s8(const struct kern_conv_s8 *k, const int8_t *in,
			  int8_t *out, void *scratch)
{
	const struct kern_shape *i = &k->win.in, *o = &k->win.out;
	struct depthwise d = {
		.k = k, .ring = scratch,
		.zero = UINT32_C(0x01010101) * (uint8_t)k->in_zero,
	};
	size_t n = (size_t)o->h * o->w * o->c;

	set_axes(&d, &k->win);
	d.sums = (int32_t *)(d.ring + (size_t)d.pairs * LINES * LANES);
	for (int32_t b = 0; b < o->n; b++, out += n) {
		run_image(&d, in + (size_t)b * i->h * i->w * i->c, out);
		m4_clamp(out, n, k->act_min, k->act_max);
	}
}

size_t kern_m4_depthwise_s8_scratch_bytes(const struct kern_conv_s8 *k)
{
	struct depthwise d;

	set_axes(&d, &k->win);
	return (size_t)d.pairs * LINES * LANES * 4 +
	       (size_t)sums_of(&d.along) * 4;
}

uint64_t kern_m4_depthwise_bytes(const struct kern_window *win)
{
	if (win->kernel_h != 3 || win->kernel_w != 3 ||
	    win->dilation_h != 1 || win->dilation_w != 1 ||
	    win->in.c != win->out.c || win->in.c < LANES)
		return 0;
	return TAPS * (uint64_t)win->out.c;
}
