/*
 * cases - seeded random inputs for the kernel tests, and the arithmetic of
 * requantisation written a second time, by its definition.
 *
 * TEST_SEED in the environment chooses another run; the seed stands in every
 * failure message.
 */
#ifndef TINYML_TESTS_KERN_CASES_H
#define TINYML_TESTS_KERN_CASES_H

#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/rng.h"
#include "guarded.h"
#include "kern/kern.h"

enum { CASES = 300, CHANNELS_MAX = 24 };

struct cases {
	struct rng rng;
	unsigned long seed;
	unsigned number;
};

static inline struct cases cases_init(unsigned stream)
{
	const char *text = getenv("TEST_SEED");
	struct cases cases = { .seed = text ? strtoul(text, NULL, 0) : 1 };

	rng_init(&cases.rng, cases.seed, stream);
	return cases;
}

#define case_assert(cases, condition, ...) \
	cr_assert(condition, "seed %lu, case %u: " #condition, (cases)->seed, \
		  (cases)->number)

/* min ... max, both included */
static inline int32_t pick(struct cases *cases, int32_t min, int32_t max)
{
	return min + (int32_t)rng_below(&cases->rng,
					(uint32_t)(max - min) + 1);
}

/* Values of a kind: all over, at both ends only, or one for all. */
static inline struct guarded pick_bytes(struct cases *cases, size_t n)
{
	struct guarded g = guarded_init(n);
	int kind = pick(cases, 0, 3);
	int8_t same = (int8_t)pick(cases, -128, 127);

	for (size_t i = 0; i < n; i++) {
		int8_t any = (int8_t)pick(cases, -128, 127);

		g.data[i] = (uint8_t)(kind == 0 ? same :
				      kind == 1 ? (any & 1 ? 127 : -128) : any);
	}
	return g;
}

static inline struct guarded pick_floats(struct cases *cases, size_t n)
{
	struct guarded g = guarded_init(n * sizeof(float));

	for (size_t i = 0; i < n; i++)
		((float *)g.data)[i] = 4 * rng_unit(&cases->rng) - 2;
	return g;
}

static inline void pick_clamp(struct cases *cases, int32_t *min, int32_t *max)
{
	*min = pick(cases, 0, 2) ? -128 : pick(cases, -128, 20);
	*max = pick(cases, 0, 2) ? 127 : pick(cases, *min, 127);
}

/* A factor in a range that keeps outputs from all being clamped. */
static inline void pick_factor(struct cases *cases, int32_t *multiplier,
			       int8_t *shift)
{
	*multiplier = pick(cases, 0, 20) ? pick(cases, 1 << 30, INT32_MAX) : 0;
	*shift = (int8_t)(pick(cases, 0, 9) ? pick(cases, -12, -2)
					    : pick(cases, -31, 30));
}

/* ---- requantisation by its definition ----------------------------------- */

/* The int32 that equals x modulo 2^32. */
static inline int64_t oracle_wrap(__int128 x)
{
	__int128 m = x % ((__int128)1 << 32);

	if (m < 0)
		m += (__int128)1 << 32;
	return (int64_t)(m >= ((__int128)1 << 31) ? m - ((__int128)1 << 32)
						  : m);
}

/* gemmlowp's words: nudge, then divide and truncate. */
static inline int64_t oracle_high_mul(int64_t a, int64_t b)
{
	int64_t nudge = a * b >= 0 ? 1 << 30 : 1 - (1 << 30);

	if (a == b && a == INT32_MIN)
		return INT32_MAX;
	return (a * b + nudge) / (INT64_C(1) << 31);
}

/* To nearest, halves away from zero, by magnitude and sign. */
static inline int64_t oracle_round_shift(int64_t x, int n)
{
	int64_t half = n ? INT64_C(1) << (n - 1) : 0;
	int64_t magnitude = x < 0 ? -x : x;

	magnitude = (magnitude + half) >> n;
	return x < 0 ? -magnitude : magnitude;
}

static inline int64_t oracle_mul(int64_t x, int64_t multiplier, int shift)
{
	if (shift > 0)
		return oracle_high_mul(oracle_wrap(x * ((__int128)1 << shift)),
				       multiplier);
	return oracle_round_shift(oracle_high_mul(x, multiplier), -shift);
}

static inline int64_t oracle_clamp(int64_t x, int64_t min, int64_t max)
{
	return x < min ? min : x > max ? max : x;
}

/* Sum to output value. */
static inline int8_t oracle_output(__int128 sum, int32_t multiplier, int shift,
				   int32_t zero)
{
	int64_t v = oracle_mul(oracle_wrap(sum), multiplier, shift);

	return (int8_t)oracle_clamp(oracle_wrap(v + zero), -128, 127);
}

/* ---- windows ------------------------------------------------------------ */

/* One axis: sizes that satisfy the rules of step_window. */
static inline void pick_axis(struct cases *cases, int32_t sizes[4],
			     int32_t *dilation, int32_t *pad)
{
	int32_t in = pick(cases, 1, 9), kernel = pick(cases, 1, 5);
	int32_t stride = pick(cases, 1, 3), extent, most;

	*dilation = pick(cases, 0, 3) ? 1 : pick(cases, 1, 3);
	extent = (kernel - 1) * *dilation;
	*pad = extent ? pick(cases, 0, extent) : 0;
	most = (in + *pad - 1) / stride + 1;
	sizes[0] = in;
	sizes[1] = pick(cases, 1, most);
	sizes[2] = kernel;
	sizes[3] = stride;
}

static inline struct kern_window pick_window(struct cases *cases, bool dilated)
{
	int32_t h[4], w[4], n = pick(cases, 1, 2);
	struct kern_window win;

	pick_axis(cases, h, &win.dilation_h, &win.pad_top);
	pick_axis(cases, w, &win.dilation_w, &win.pad_left);
	if (!dilated) {
		win.dilation_h = win.dilation_w = 1;
		win.pad_top = win.pad_top < h[2] ? win.pad_top : h[2] - 1;
		win.pad_left = win.pad_left < w[2] ? win.pad_left : w[2] - 1;
		h[1] = pick(cases, 1, (h[0] + win.pad_top - 1) / h[3] + 1);
		w[1] = pick(cases, 1, (w[0] + win.pad_left - 1) / w[3] + 1);
	}
	win.in = (struct kern_shape){ n, h[0], w[0], pick(cases, 1, 8) };
	win.out = (struct kern_shape){ n, h[1], w[1],
				       pick(cases, 1, CHANNELS_MAX) };
	win.kernel_h = h[2];
	win.kernel_w = w[2];
	win.stride_h = h[3];
	win.stride_w = w[3];
	return win;
}

static inline size_t shape_size(const struct kern_shape *s)
{
	return (size_t)s->n * s->h * s->w * s->c;
}

/* Index of an element, or -1 outside the rows and columns. */
static inline int64_t shape_at(const struct kern_shape *s, int32_t n,
			       int32_t h, int32_t w, int32_t c)
{
	if (h < 0 || w < 0 || h >= s->h || w >= s->w)
		return -1;
	return c + (int64_t)s->c *
		   (w + (int64_t)s->w * (h + (int64_t)s->h * n));
}

/* A fully connected layer is a convolution over one pixel. */
static inline struct kern_fc_s8 fc_of(const struct kern_conv_s8 *k)
{
	return (struct kern_fc_s8){
		.batches = k->win.in.n, .in_depth = k->win.in.c,
		.out_depth = k->win.out.c, .weights = k->weights,
		.bias = k->bias, .requant = k->requant,
		.channels = k->channels,
		.in_zero = k->in_zero, .out_zero = k->out_zero,
		.act_min = k->act_min, .act_max = k->act_max,
	};
}

#endif
