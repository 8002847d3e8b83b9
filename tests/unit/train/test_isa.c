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
		.right = m->b, .left_step = TERMS, .rows = ROWS, .groups = 1,
		.terms = TERMS, .c = C });
}

/* Windows of 2 groups of 14 terms, rows written in the other order. */
static const int32_t row_at[ROWS] = { 0, 3, 6, 9, 12, 15, 18, 40, 43, 46, 49,
				      52, 55 };
static const int32_t back_at[ROWS] = { 12 * C, 11 * C, 10 * C, 9 * C, 8 * C,
				       7 * C, 6 * C, 5 * C, 4 * C, 3 * C,
				       2 * C, C, 0 };

static void multiply_windows(const struct train_isa *isa, struct memory *m)
{
	isa->product(&(struct isa_product){ .out = m->out, .out_at = back_at,
		.left = m->a, .left_at = row_at, .right = m->b, .rows = ROWS,
		.groups = 2, .group_step = 100, .terms = 14, .c = C,
		.add = true });
}

static void outer(const struct train_isa *isa, struct memory *m)
{
	isa->outer(&(struct isa_outer){ .out = m->out, .left = m->a,
		.right = m->b, .left_step = ROWS, .right_step = C,
		.rows = ROWS, .terms = TERMS, .c = C });
}

static void outer_windows(const struct train_isa *isa, struct memory *m)
{
	isa->outer(&(struct isa_outer){ .out = m->out, .left = m->a,
		.right = m->b, .left_at = row_at, .right_at = back_at,
		.rows = 7, .terms = ROWS, .c = C });
}

enum { TAPS = 15 };	/* 3 x 5 in rows of W + 4 */

static int32_t in_at[H * W], out_at[H * W], tap_at[TAPS];

static struct isa_stencil stencil_of(struct memory *m, bool add)
{
	for (int i = 0; i < H * W; i++) {
		in_at[i] = (i / W * (W + 4) + i % W) * C;
		out_at[i] = i * C;
	}
	for (int i = 0; i < TAPS; i++)
		tap_at[i] = (i / 5 * (W + 4) + i % 5) * C;
	return (struct isa_stencil){ .out = m->out, .taps = m->a, .in = m->b,
		.in_at = in_at, .out_at = out_at, .tap_at = tap_at,
		.p = H * W, .tap_count = TAPS, .c = C, .add = add };
}

static void stencil(const struct train_isa *isa, struct memory *m)
{
	struct isa_stencil a = stencil_of(m, false);

	isa->stencil(&a);
}

static void stencil_taps(const struct train_isa *isa, struct memory *m)
{
	struct isa_stencil a = stencil_of(m, true);

	a.out = m->a;
	isa->stencil_taps(m->out, &a);
}

static void sums(const struct train_isa *isa, struct memory *m)
{
	isa->sums(m->out, m->a, ROWS, C);
}

static void moments(const struct train_isa *isa, struct memory *m)
{
	isa->moments(m->out, m->more, m->b, m->a, ROWS, C);
}

static void norm(const struct train_isa *isa, struct memory *m)
{
	isa->norm(&(struct isa_norm){ .z = m->a, .scale = m->c,
		.offset = m->d, .low = 0, .high = 1, .y = m->out, .p = ROWS,
		.c = C });
}

static struct isa_back back_of(struct memory *m)
{
	return (struct isa_back){ .z = m->a, .dy = m->out, .scale = m->c,
		.offset = m->d, .low = 0, .high = 1, .mean = m->b,
		.by_z = m->b + C, .constant = m->b + 2 * C, .dz = m->out,
		.p = ROWS, .c = C };
}

static void back_sums(const struct train_isa *isa, struct memory *m)
{
	struct isa_back a = back_of(m);

	isa->back_sums(&a, m->more, m->more + C);
}

static void back(const struct train_isa *isa, struct memory *m)
{
	struct isa_back a = back_of(m);

	isa->back(&a);
}

static void join(const struct train_isa *isa, struct memory *m)
{
	isa->join(m->out, m->a, m->b, 0, 1, FLOATS);
}

static void part(const struct train_isa *isa, struct memory *m)
{
	isa->part(m->out, m->a, m->b, 0, 1, FLOATS / 2, true);
	isa->part(m->more, m->a, m->b, 0, 1, FLOATS / 2, false);
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
	multiply, multiply_windows, outer, outer_windows, stencil,
	stencil_taps, sums, moments, norm, back_sums, back, join, part, adam
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
	outer(plain(), &m);
	for (int i = 0; i < ROWS * C; i++) {
		double want = before.out[i];

		for (int t = 0; t < TERMS; t++)
			want += (double)m.a[i / C + t * ROWS] *
				(double)m.b[t * C + i % C];
		expect_near(m.out[i], want);
	}
	cr_assert_eq(m.out[ROWS * C], before.out[ROWS * C]);
}

Test(train_isa, product_reads_windows_and_writes_where_told)
{
	static struct memory before, m;

	memory_init(&before);
	memory_init(&m);
	multiply_windows(plain(), &m);
	for (int i = 0; i < ROWS * C; i++) {
		double want = before.out[back_at[i / C] + i % C];

		for (int t = 0; t < 28; t++)
			want += (double)m.a[row_at[i / C] + t / 14 * 100 +
					    t % 14] *
				(double)m.b[t * C + i % C];
		expect_near(m.out[back_at[i / C] + i % C], want);
	}
}

Test(train_isa, stencil_correlates_with_its_taps)
{
	static struct memory before, m;

	memory_init(&before);
	memory_init(&m);
	stencil(plain(), &m);
	for (int i = 0; i < H * W * C; i++) {
		double want = 0;

		for (int t = 0; t < TAPS; t++)
			want += (double)m.a[t * C + i % C] *
				(double)m.b[in_at[i / C] + tap_at[t] + i % C];
		expect_near(m.out[i], want);
	}
	cr_assert_eq(m.out[H * W * C], before.out[H * W * C]);
}

Test(train_isa, norm_lets_nan_through_and_cuts_at_both_ends)
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

			expect_near(m.out[i], want > 0 ? fmin(want, 1) : 0);
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
	back_sums(plain(), &m);
	back(plain(), &m);
	for (int i = 0; i < ROWS * C; i++) {
		int c = i % C;
		double z = m.a[i], scale = m.c[c], y = fma(z, scale, m.d[c]);
		double t = y > 0 && y < 1 ? dy.out[i] : 0;

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
