/*
 * s16_cases - layers on int16 with everything they need, and how their sums
 * end, written a second time by its definition.
 */
#ifndef TINYML_TESTS_KERN_S16_CASES_H
#define TINYML_TESTS_KERN_S16_CASES_H

#include "cases.h"

struct s16_case {
	struct kern_conv_s16 k;
	struct guarded in, out, weights;
	int32_t narrow[CHANNELS_MAX], multiplier[CHANNELS_MAX];
	int64_t wide[CHANNELS_MAX];
	int8_t shift[CHANNELS_MAX];
};

/* The 64-bit form has a multiplier of 15 bits, rounded, and one rounding of
 * the product, halves upward. */
static inline int64_t oracle_wide(__int128 sum, int32_t multiplier, int shift)
{
	int64_t upper = ((int64_t)multiplier + 32768) / 65536;
	__int128 half, product;

	upper = upper > 32767 ? 32767 : upper;
	half = (__int128)1 << (14 - shift);
	product = sum * upper + half;
	/* floor of the quotient */
	return (int64_t)((product - (product % (2 * half) + 2 * half) %
			  (2 * half)) / (2 * half));
}

/* Sum without bias to output value of channel o. */
static inline int64_t s16_output(const struct s16_case *c, __int128 sum,
				 int32_t o)
{
	const struct kern_conv_s16 *k = &c->k;
	int32_t entry = k->requant.step ? o : 0;
	int64_t v;

	if (k->is_wide)
		v = oracle_wide(sum + (k->bias ? c->wide[o] : 0),
				c->multiplier[entry], c->shift[entry]);
	else
		v = oracle_mul(oracle_wrap(sum + (k->bias ? c->narrow[o] : 0)),
			       c->multiplier[entry], c->shift[entry]);
	return oracle_clamp(v, k->act_min, k->act_max);
}

/* The window is chosen; weights is their number. */
static inline void pick_s16(struct cases *cases, struct s16_case *c,
			    size_t weights)
{
	struct kern_conv_s16 *k = &c->k;

	k->is_wide = pick(cases, 0, 1);
	c->in = pick_bytes(cases, 2 * shape_size(&k->win.in));
	c->out = guarded_init(2 * shape_size(&k->win.out));
	c->weights = pick_bytes(cases, weights);
	for (int i = 0; i < CHANNELS_MAX; i++) {
		c->narrow[i] = (int32_t)rng_u64(&cases->rng) >>
			       pick(cases, 0, 31);
		c->wide[i] = (int64_t)rng_u64(&cases->rng) >>
			     pick(cases, 17, 60);
		pick_factor(cases, &c->multiplier[i], &c->shift[i]);
		/* what does not fit into 32 bits is nobody's promise */
		if (k->is_wide && c->shift[i] > -17)
			c->shift[i] = (int8_t)pick(cases, -31, -17);
	}
	k->weights = (int8_t *)c->weights.data;
	k->bias = !pick(cases, 0, 3) ? NULL :
		  k->is_wide ? (void *)c->wide : (void *)c->narrow;
	k->requant = (struct kern_requant){ c->multiplier, c->shift,
					    pick(cases, 0, 1) };
	k->act_min = pick(cases, 0, 2) ? INT16_MIN : pick(cases, -9999, 0);
	k->act_max = pick(cases, 0, 2) ? INT16_MAX : pick(cases, 0, 9999);
}

static inline void release_s16(struct s16_case *c)
{
	guarded_release(&c->in);
	guarded_release(&c->out);
	guarded_release(&c->weights);
}

#endif
