#include "kern/m0/m0.h"
#include "kern/m0/output.h"
#include "kern/requant.h"

/* Operands are at most 255: the product of so small a number with a
 * multiplier takes two multiplications. */
enum { LEFT_MIN = 15 };

struct operand {
	struct m0_multiplier by;
	int32_t zero, high_left, low_right, low_half;
	int32_t shift, mask;
};

static struct operand operand(int32_t zero, int32_t multiplier, int32_t shift,
			      int32_t left)
{
	int32_t right = 31 - left;

	return (struct operand){
		m0_multiplier(multiplier), zero, 16 - right, right,
		(int32_t)(UINT32_C(1) << right >> 1), -shift,
		(int32_t)((UINT32_C(1) << -shift) - 1),
	};
}

/* requant_round_shift with its mask made before. */
static inline int32_t round_shift(int32_t x, int32_t shift, int32_t mask)
{
	return (x >> shift) + ((x & mask) > (mask >> 1) - (x >> 31));
}

/* requant_mul((x - zero) << left, ...), left in 15 ... 20. */
static inline int32_t scaled(int32_t x, const struct operand *o)
{
	x -= o->zero;
	x = (int32_t)((uint32_t)(x * o->by.high) << o->high_left) +
	    ((x * o->by.low + o->low_half) >> o->low_right);
	return round_shift(x, o->shift, o->mask);
}

struct add {
	struct operand a, b, out;
	int32_t min, max;
};

static void add_row(const struct add *k, const int8_t *a, const int8_t *b,
		    int8_t *out, int32_t n)
{
	const struct add add = *k;

	for (const int8_t *end = a + n; a != end; a++, b++) {
		int32_t v = scaled(*a, &add.a) + scaled(*b, &add.b);

		v = m0_high_mul(v, add.out.by);
		v = round_shift(v, add.out.shift, add.out.mask);
		*out++ = (int8_t)requant_clamp(v + add.out.zero, add.min,
					       add.max);
	}
}

static bool is_same(const struct kern_shape *a, const struct kern_shape *b)
{
	return a->n == b->n && a->h == b->h && a->w == b->w && a->c == b->c;
}

void kern_m0_add_s8(const struct kern_add_s8 *k, const int8_t *a,
		    const int8_t *b, int8_t *out)
{
	const struct kern_shape *o = &k->out;
	struct add add;

	if (!is_same(&k->a, o) || !is_same(&k->b, o) ||
	    k->left_shift < LEFT_MIN) {
		kern_add_s8(k, a, b, out);
		return;
	}
	add = (struct add){
		operand(k->a_zero, k->a_multiplier, k->a_shift, k->left_shift),
		operand(k->b_zero, k->b_multiplier, k->b_shift, k->left_shift),
		operand(k->out_zero, k->out_multiplier, k->out_shift, 0),
		k->act_min, k->act_max,
	};
	add_row(&add, a, b, out, o->n * o->h * o->w * o->c);
}
