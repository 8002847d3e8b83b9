#include "kern/broadcast.h"
#include "kern/m4/m4.h"
#include "kern/m4/output.h"
#include "kern/requant.h"

/* One operand's or the sum's factor. */
struct scale {
	int32_t multiplier, half, sign;	/* sign: all ones when it rounds */
	int left, right;		/* left counts the doubling too */
};

static struct scale scale_of(int32_t multiplier, int32_t shift, int left)
{
	int right = -shift;

	return (struct scale){ multiplier, (int32_t)(UINT32_C(1) << right >> 1),
			       right ? -1 : 0, left + 1, right };
}

/* requant_mul(x << left) for |x| <= 256, and for sums of two of them: what is
 * doubled stays in int32. */
static inline int32_t scaled(int32_t x, const struct scale *s)
{
	int32_t v = simd_smmulr((int32_t)((uint32_t)x << s->left),
				s->multiplier);

	return (v + s->half + (v >> 31 & s->sign)) >> s->right;
}

struct add {
	struct scale a, b, out;
	int32_t a_zero, b_zero, out_zero;
};

static __attribute__((noinline))
void add_row(const struct add *k, const int8_t *a, const int8_t *b,
	     int8_t *out, int32_t n)
{
	const struct scale sa = k->a, sb = k->b, so = k->out;
	int32_t a_zero = k->a_zero, b_zero = k->b_zero, zero = k->out_zero;

	for (int32_t i = 0; i < n; i++) {
		int32_t x = scaled(a[i] - a_zero, &sa);
		int32_t y = scaled(b[i] - b_zero, &sb);

		out[i] = (int8_t)simd_ssat8(scaled(x + y, &so) + zero);
	}
}

static bool is_same(const struct kern_shape *a, const struct kern_shape *b)
{
	return a->n == b->n && a->h == b->h && a->w == b->w && a->c == b->c;
}

void kern_m4_add_s8(const struct kern_add_s8 *k, const int8_t *a,
		    const int8_t *b, int8_t *out)
{
	struct add add = {
		scale_of(k->a_multiplier, k->a_shift, k->left_shift),
		scale_of(k->b_multiplier, k->b_shift, k->left_shift),
		scale_of(k->out_multiplier, k->out_shift, 0),
		k->a_zero, k->b_zero, k->out_zero,
	};
	const struct kern_shape *o = &k->out;
	int32_t n = o->n * o->h * o->w * o->c;

	if (!is_same(&k->a, o) || !is_same(&k->b, o)) {
		kern_add_s8(k, a, b, out);
		return;
	}
	add_row(&add, a, b, out, n);
	m4_clamp(out, (size_t)n, k->act_min, k->act_max);
}
