/* Every kernel of every instruction set against sums in double precision,
 * and bit for bit against the plain one. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/fmath.h"
#include "train/isa.h"

enum { ROWS = 13, TERMS = 29, C = 80, H = 5, W = 3, FLOATS = 8192 };

/* All the inputs and outputs that one kernel may want. */
struct memory {
	float a[FLOATS], b[FLOATS], c[FLOATS], d[FLOATS];
	float out[FLOATS], more[FLOATS];
};

static void fill(float *p, struct rng *rng)
{
	for (int i = 0; i < FLOATS; i++)
		p[i] = fmath_gauss(rng);
}

static void memory_init(struct memory *m)
{
	struct rng rng;

	rng_init(&rng, 1, 0);
	fill(m->a, &rng);
	fill(m->b, &rng);
	fill(m->c, &rng);
	fill(m->d, &rng);
	fill(m->out, &rng);
	fill(m->more, &rng);
}

typedef void kernel_call(const struct train_isa *isa, struct memory *m);

static void multiply(const struct train_isa *isa, struct memory *m)
{
	isa->product(&(struct isa_product){ .out = m->out, .left = m->a,
		.right = m->b, .row_step = TERMS, .term_step = 1,
		.rows = ROWS, .terms = TERMS, .c = C });
}

static void multiply_add_turned(const struct train_isa *isa, struct memory *m)
{
	isa->product(&(struct isa_product){ .out = m->out, .left = m->a,
		.right = m->b, .row_step = 1, .term_step = ROWS,
		.rows = ROWS, .terms = TERMS, .c = C, .add = true });
}

static void stencil(const struct train_isa *isa, struct memory *m)
{
	isa->stencil(&(struct isa_stencil){ .plane = m->out, .taps = m->a,
		.in = m->b, .h = H, .w = W, .c = C });
}

static void stencil_taps(const struct train_isa *isa, struct memory *m)
{
	isa->stencil_taps(m->out, &(struct isa_stencil){ .plane = m->a,
		.in = m->b, .h = H, .w = W, .c = C });
}

static void sums(const struct train_isa *isa, struct memory *m)
{
	isa->sums(m->out, m->a, ROWS, C);
}

static void squares(const struct train_isa *isa, struct memory *m)
{
	isa->squares(m->out, m->a, m->b, ROWS, C);
}

static struct isa_norm norm_of(struct memory *m)
{
	return (struct isa_norm){ .z = m->a, .mean = m->b, .scale = m->c,
				  .offset = m->d, .y = m->out, .p = ROWS,
				  .c = C };
}

static void norm(const struct train_isa *isa, struct memory *m)
{
	struct isa_norm a = norm_of(m);

	isa->norm(&a);
}

static void norm_sums(const struct train_isa *isa, struct memory *m)
{
	struct isa_norm a = norm_of(m);

	isa->norm_sums(&a, m->more, m->more + C);
}

static void norm_back(const struct train_isa *isa, struct memory *m)
{
	struct isa_norm a = norm_of(m);

	isa->norm_back(&a, m->b + C, m->b + 2 * C);
}

static void adam(const struct train_isa *isa, struct memory *m)
{
	for (int i = 0; i < FLOATS; i++)
		m->b[i] = fabsf(m->b[i]);
	isa->adam(&(struct isa_adam){ .w = m->out, .m = m->a, .v = m->b,
		.g = m->c, .n = FLOATS, .rate = 0.01f, .keep = 0.99f,
		.m_scale = 1.5f, .v_scale = 2.5f });
}

static kernel_call *const calls[] = {
	multiply, multiply_add_turned, stencil, stencil_taps, sums, squares,
	norm, norm_sums, norm_back, adam
};

enum { CALLS = sizeof(calls) / sizeof(calls[0]) };

static const struct train_isa *plain(void)
{
	const struct train_isa *isa;

	cr_assert_eq(train_isa_find(TRAIN_ISA_PLAIN, &isa, NULL), 0);
	return isa;
}

Test(train_isa, every_set_gives_the_plain_bytes)
{
	static struct memory want, got;

	for (int i = 0; i < CALLS; i++) {
		memory_init(&want);
		calls[i](plain(), &want);
		for (int k = 0; train_isas[k]; k++) {
			if (!train_isas[k]->present())
				continue;
			memory_init(&got);
			calls[i](train_isas[k], &got);
			cr_expect_eq(memcmp(&want, &got, sizeof(got)), 0,
				     "kernel %d on %s", i,
				     train_isas[k]->name);
		}
	}
}

static void expect_near(float got, double want)
{
	cr_expect(fabs(got - want) <= 1e-5 * (1 + fabs(want)), "%g, not %g",
		  got, want);
}

Test(train_isa, product_multiplies_matrices)
{
	static struct memory before, m;

	memory_init(&before);
	memory_init(&m);
	multiply(plain(), &m);
	for (int i = 0; i < ROWS * C; i++) {
		double want = 0;

		for (int t = 0; t < TERMS; t++)
			want += (double)m.a[i / C * TERMS + t] *
				(double)m.b[t * C + i % C];
		expect_near(m.out[i], want);
	}
	memory_init(&m);
	multiply_add_turned(plain(), &m);
	for (int i = 0; i < ROWS * C; i++) {
		double want = before.out[i];

		for (int t = 0; t < TERMS; t++)
			want += (double)m.a[i / C + t * ROWS] *
				(double)m.b[t * C + i % C];
		expect_near(m.out[i], want);
	}
	cr_assert_eq(m.out[ROWS * C], before.out[ROWS * C]);
}

Test(train_isa, stencil_correlates_with_nine_taps)
{
	static struct memory before, m;

	memory_init(&before);
	memory_init(&m);
	stencil(plain(), &m);
	for (int i = 0; i < H * W * C; i++) {
		int c = i % C, x = i / C % W, y = i / C / W;
		double want = 0;

		for (int t = 0; t < 9; t++)
			want += (double)m.a[t * C + c] *
				(double)m.b[((y + t / 3) * (W + 2) + x +
					     t % 3) * C + c];
		expect_near(m.out[i], want);
	}
	cr_assert_eq(m.out[H * W * C], before.out[H * W * C]);
}

Test(train_isa, norm_lets_nan_through_and_cuts_below_zero)
{
	static struct memory m;

	for (int k = 0; train_isas[k]; k++) {
		if (!train_isas[k]->present())
			continue;
		memory_init(&m);
		m.a[0] = NAN;
		norm(train_isas[k], &m);
		cr_expect(isnan(m.out[0]), "%s", train_isas[k]->name);
		for (int i = 1; i < ROWS * C; i++) {
			double want = fma(m.a[i], m.c[i % C], m.d[i % C]);

			expect_near(m.out[i], want > 0 ? want : 0);
		}
	}
}

Test(train_isa, names_are_known_and_others_refused)
{
	enum train_isa_choice isa = TRAIN_ISA_BEST;
	struct err err = { 0 };

	cr_assert_eq(train_isa_parse("avx512", &isa, NULL), 0);
	cr_assert_eq(isa, TRAIN_ISA_AVX512);
	cr_assert_eq(train_isa_parse("sse", &isa, &err), ERR_USAGE);
	cr_assert_str_eq(err.text,
			 "'sse' is not an instruction set we know");
}

Test(train_isa, norm_passes_gradients_where_it_passed_values)
{
	static struct memory dy, m;
	double sum[C] = { 0 }, dot[C] = { 0 };

	memory_init(&dy);
	memory_init(&m);
	norm_sums(plain(), &m);
	norm_back(plain(), &m);
	for (int i = 0; i < ROWS * C; i++) {
		int c = i % C;
		double z = m.a[i], scale = m.c[c];
		double t = fma(z, scale, m.d[c]) > 0 ? dy.out[i] : 0;

		sum[c] += t;
		dot[c] += t * (z - m.b[c]);
		expect_near(m.out[i], scale * t + (double)m.b[C + c] * z +
			    (double)m.b[2 * C + c]);
	}
	for (int c = 0; c < C; c++) {
		expect_near(m.more[c], sum[c]);
		expect_near(m.more[C + c], dot[c]);
	}
}

Test(train_isa, adam_moves_against_the_gradient_and_decays)
{
	static struct memory before, m;

	memory_init(&before);
	memory_init(&m);
	adam(plain(), &m);
	for (int i = 0; i < FLOATS; i++) {
		double g = before.c[i];
		double first = 0.9 * before.a[i] + 0.1 * g;
		double second = 0.999 * fabs(before.b[i]) + 0.001 * g * g;

		expect_near(m.a[i], first);
		expect_near(m.b[i], second);
		expect_near(m.out[i], before.out[i] * 0.99 - 0.01 * first *
			    1.5 / (sqrt(second * 2.5) + 1e-8));
	}
}
