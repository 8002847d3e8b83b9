#include "cases.h"
#include "kern/m0/m0.h"
#include "kern/m4/m4.h"
#include "kern/m55/m55.h"

typedef void add_kernel(const struct kern_add_s8 *k, const int8_t *a,
			const int8_t *b, int8_t *out);

static struct kern_shape pick_operand(struct cases *cases,
				      const struct kern_shape *out)
{
	struct kern_shape s = *out;

	if (pick(cases, 0, 1))
		return s;
	s.n = pick(cases, 0, 1) ? 1 : s.n;
	s.h = pick(cases, 0, 1) ? 1 : s.h;
	s.w = pick(cases, 0, 1) ? 1 : s.w;
	s.c = pick(cases, 0, 1) ? 1 : s.c;
	return s;
}

static int8_t operand(const struct kern_shape *s, const struct guarded *g,
		      const int32_t at[4])
{
	return (int8_t)g->data[shape_at(s, s->n == 1 ? 0 : at[0],
					s->h == 1 ? 0 : at[1],
					s->w == 1 ? 0 : at[2],
					s->c == 1 ? 0 : at[3])];
}

static int8_t expected(const struct kern_add_s8 *k, int8_t a, int8_t b)
{
	int64_t one = INT64_C(1) << k->left_shift;
	int64_t x = oracle_mul((a - k->a_zero) * one, k->a_multiplier,
			       k->a_shift);
	int64_t y = oracle_mul((b - k->b_zero) * one, k->b_multiplier,
			       k->b_shift);
	int64_t v = oracle_mul(oracle_wrap(x + y), k->out_multiplier,
			       k->out_shift);

	return (int8_t)oracle_clamp(v + k->out_zero, k->act_min, k->act_max);
}

/* TFLite gives the operand with the larger scale a half. */
static void pick_half(struct cases *cases, struct kern_add_s8 *k)
{
	int which = pick(cases, 0, 5);

	if (which < 2) {
		k->a_multiplier = 1 << 30;
		k->a_shift = 0;
	}
	if (which == 1 || which == 2) {
		k->b_multiplier = 1 << 30;
		k->b_shift = 0;
	}
}

static void pick_add(struct cases *cases, struct kern_add_s8 *k)
{
	k->out = (struct kern_shape){ pick(cases, 1, 2), pick(cases, 1, 4),
				      pick(cases, 1, 4), pick(cases, 1, 6) };
	k->a = pick_operand(cases, &k->out);
	k->b = pick_operand(cases, &k->out);
	k->a_zero = pick(cases, -128, 127);
	k->b_zero = pick(cases, -128, 127);
	k->out_zero = pick(cases, -128, 127);
	k->left_shift = pick(cases, 0, 3) ? 20 : pick(cases, 0, 20);
	k->a_multiplier = pick(cases, 1 << 30, INT32_MAX);
	k->b_multiplier = pick(cases, 1 << 30, INT32_MAX);
	k->out_multiplier = pick(cases, 1 << 30, INT32_MAX);
	k->a_shift = pick(cases, 0, 9) ? pick(cases, -4, 0)
				       : pick(cases, -31, 0);
	k->b_shift = pick(cases, -4, 0);
	k->out_shift = pick(cases, 0, 9) ? pick(cases, -20, -14)
					 : pick(cases, -31, 0);
	pick_half(cases, k);
	pick_clamp(cases, &k->act_min, &k->act_max);
	if (pick(cases, 0, 1))		/* a ReLU */
		k->act_min = k->out_zero < k->act_max ? k->out_zero :
			     k->act_max;
}

static void compare(struct cases *cases, const struct kern_add_s8 *k,
		    const struct guarded g[3])
{
	const int8_t *got = (int8_t *)g[2].data;
	int32_t at[4];

	for (at[0] = 0; at[0] < k->out.n; at[0]++)
		for (at[1] = 0; at[1] < k->out.h; at[1]++)
			for (at[2] = 0; at[2] < k->out.w; at[2]++)
				for (at[3] = 0; at[3] < k->out.c; at[3]++)
					case_assert(cases, *got++ == expected(k,
						operand(&k->a, &g[0], at),
						operand(&k->b, &g[1], at)));
	case_assert(cases, guarded_intact(&g[2]));
}

static void check_shapes(add_kernel *add)
{
	struct cases cases = cases_init(6);

	for (; cases.number < CASES; cases.number++) {
		struct kern_add_s8 k;
		struct guarded g[3];

		pick_add(&cases, &k);
		g[0] = pick_bytes(&cases, shape_size(&k.a));
		g[1] = pick_bytes(&cases, shape_size(&k.b));
		g[2] = guarded_init(shape_size(&k.out));
		add(&k, (int8_t *)g[0].data, (int8_t *)g[1].data,
		    (int8_t *)g[2].data);
		compare(&cases, &k, g);
		for (int i = 0; i < 3; i++)
			guarded_release(&g[i]);
	}
}

Test(add_s8, random_shapes_and_broadcasts_equal_the_formula)
{
	check_shapes(kern_add_s8);
}

Test(add_s8, on_the_m4_it_equals_the_formula)
{
	check_shapes(kern_m4_add_s8);
}

Test(add_s8, on_the_m55_it_equals_the_formula)
{
	check_shapes(kern_m55_add_s8);
}

Test(add_s8, on_the_m0_it_equals_the_formula)
{
	check_shapes(kern_m0_add_s8);
}

static void check_in_place(add_kernel *add)
{
	struct cases cases = cases_init(7);

	for (; cases.number < CASES; cases.number++) {
		struct kern_add_s8 k;
		struct guarded a, b, out;
		size_t n;

		pick_add(&cases, &k);
		k.a = k.out;
		n = shape_size(&k.out);
		a = pick_bytes(&cases, n);
		b = pick_bytes(&cases, shape_size(&k.b));
		out = guarded_init(n);
		add(&k, (int8_t *)a.data, (int8_t *)b.data,
		    (int8_t *)out.data);
		add(&k, (int8_t *)a.data, (int8_t *)b.data, (int8_t *)a.data);
		case_assert(&cases, !memcmp(a.data, out.data, n));
		guarded_release(&a);
		guarded_release(&b);
		guarded_release(&out);
	}
}

Test(add_s8, in_place_gives_the_same)
{
	check_in_place(kern_add_s8);
	check_in_place(kern_m4_add_s8);
	check_in_place(kern_m55_add_s8);
	check_in_place(kern_m0_add_s8);
}
