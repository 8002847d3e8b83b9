#include "kern/m55/m55.h"
#include "kern/m55/output.h"

/* An operand. */
struct operand {
	const int8_t *from;
	simd_v4 less_zero;		/* -zero */
	int32_t left;			/* before the factor */
	struct m55_factor factor;
	bool is_half;			/* the factor is a half */
};

struct add {
	struct operand x, y;
	struct m55_factor out;
	int32_t out_zero;
};

static struct m55_factor factor_of(int32_t multiplier, int32_t shift)
{
	return (struct m55_factor){ simd_dup(multiplier), simd_dup(shift) };
}

/* A half rounds nothing; as a factor for m55_scaled it is twice a quarter. */
static bool is_half(int32_t multiplier, int32_t shift)
{
	return multiplier == 1 << 30 && shift == 0;
}

static struct operand operand_of(const int8_t *from, int32_t zero,
				 int32_t multiplier, int32_t shift,
				 int32_t left)
{
	bool half = is_half(multiplier, shift);

	return (struct operand){
		from, simd_dup(-zero), half ? left + 1 : left,
		factor_of(multiplier, half ? -1 : shift), half,
	};
}

static inline __attribute__((always_inline))
simd_v4 scaled(const struct operand *o, simd_v4 v, bool half)
{
	v = simd_add(v, o->less_zero);
	if (half)
		return simd_shl(v, o->left - 2);
	return m55_scaled(simd_shl(v, o->left), o->factor, true);
}

static inline __attribute__((always_inline))
void add_all(const struct add *add, int8_t *out, int32_t n, bool half,
	     bool is_signed)
{
	const struct add k = *add;
	const int8_t *x = k.x.from, *y = k.y.from;

	for (; n >= 4; n -= 4, x += 4, y += 4, out += 4) {
		simd_v4 sum = simd_add(scaled(&k.x, simd_load_s8(x), half),
				       scaled(&k.y, simd_load_s8(y), false));

		simd_store(out, m55_scaled(sum, k.out, is_signed),
			   k.out_zero);
	}
	if (n) {
		simd_v4 a = simd_load_s8_first(x, n);
		simd_v4 b = simd_load_s8_first(y, n);
		simd_v4 sum = simd_add(scaled(&k.x, a, half),
				       scaled(&k.y, b, false));

		simd_store_first(out, m55_scaled(sum, k.out, is_signed),
				 k.out_zero, n);
	}
}

/* TFLite gives the operand with the larger scale the factor 1/2, and a sum
 * has no order. */
static void add_whole(struct add *k, int8_t *out, int32_t n, bool is_signed)
{
	if (k->y.is_half) {
		struct operand y = k->y;

		k->y = k->x;
		k->x = y;
	}
	if (!k->x.is_half)
		add_all(k, out, n, false, true);
	else if (is_signed)
		add_all(k, out, n, true, true);
	else
		add_all(k, out, n, true, false);
}

static bool is_same(const struct kern_shape *a, const struct kern_shape *b)
{
	return a->n == b->n && a->h == b->h && a->w == b->w && a->c == b->c;
}

/* m55_scaled needs shifts below 0. */
static bool is_taken(const struct kern_add_s8 *k)
{
	return is_same(&k->a, &k->out) && is_same(&k->b, &k->out) &&
	       k->left_shift > 0 && k->out_shift < 0 &&
	       (k->a_shift < 0 || is_half(k->a_multiplier, k->a_shift)) &&
	       (k->b_shift < 0 || is_half(k->b_multiplier, k->b_shift));
}

void kern_m55_add_s8(const struct kern_add_s8 *k, const int8_t *a,
		     const int8_t *b, int8_t *out)
{
	const struct kern_shape *o = &k->out;
	int32_t n = o->n * o->h * o->w * o->c;
	struct add add;

	if (!is_taken(k)) {
		kern_add_s8(k, a, b, out);
		return;
	}
	add = (struct add){
		operand_of(a, k->a_zero, k->a_multiplier, k->a_shift,
			   k->left_shift),
		operand_of(b, k->b_zero, k->b_multiplier, k->b_shift,
			   k->left_shift),
		factor_of(k->out_multiplier, k->out_shift), k->out_zero,
	};
	add_whole(&add, out, n, m55_is_signed(k->out_zero, k->act_min));
	m55_clamp(out, (size_t)n, k->act_min, k->act_max);
}
