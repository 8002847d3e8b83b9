#include <math.h>

#include "bits/crc.h"
#include "bits/le.h"
#include "cases.h"
#include "kern/ref/exp_s8.h"

/* Parameters from beta * scale, as TFLite prepares them (kern.h). */
static void prepare(struct kern_softmax_s8 *k, double beta_scale)
{
	double real = fmin(beta_scale * 0x1p26, 0x1p31 - 1);
	int exponent;
	double fraction = frexp(real, &exponent);

	k->multiplier = (int32_t)llround(fraction * 0x1p31 - 0.25);
	k->left_shift = exponent;
	k->diff_min = -(int32_t)floor(31 * ldexp(1, 26 - exponent));
}

static void compare(struct cases *cases, const struct kern_softmax_s8 *k,
		    double beta_scale, const int8_t *in, const int8_t *out)
{
	double sum = 0, max = -128;

	for (int32_t c = 0; c < k->depth; c++)
		max = fmax(max, in[c]);
	for (int32_t c = 0; c < k->depth; c++)
		sum += exp((in[c] - max) * beta_scale);
	for (int32_t c = 0; c < k->depth; c++) {
		double real = exp((in[c] - max) * beta_scale) / sum * 256 - 128;

		case_assert(cases, fabs(fmin(real, 127) - out[c]) <= 1.0);
	}
}

Test(softmax_s8, within_one_step_of_the_real_function)
{
	struct cases cases = cases_init(8);

	for (; cases.number < CASES; cases.number++) {
		struct kern_softmax_s8 k = { .rows = pick(&cases, 1, 3),
					     .depth = pick(&cases, 1, 300) };
		double beta_scale = ldexp(0.5 + rng_unit(&cases.rng) / 2,
					  pick(&cases, -9, 2));
		size_t n = (size_t)k.rows * k.depth;
		struct guarded in = pick_bytes(&cases, n);
		struct guarded out = guarded_init(n);

		prepare(&k, beta_scale);
		kern_softmax_s8(&k, (int8_t *)in.data, (int8_t *)out.data);
		for (int32_t r = 0; r < k.rows; r++)
			compare(&cases, &k, beta_scale,
				(int8_t *)in.data + r * k.depth,
				(int8_t *)out.data + r * k.depth);
		case_assert(&cases, guarded_intact(&out));
		kern_softmax_s8(&k, (int8_t *)in.data, (int8_t *)in.data);
		case_assert(&cases, !memcmp(in.data, out.data, n));
		guarded_release(&in);
		guarded_release(&out);
	}
}

Test(softmax_s16, near_the_real_function_and_int8_is_its_upper_half)
{
	struct cases cases = cases_init(9);

	for (; cases.number < CASES; cases.number++) {
		struct kern_softmax_s8 k = { .rows = 1,
					     .depth = pick(&cases, 1, 60) };
		double beta = ldexp(0.5 + rng_unit(&cases.rng) / 2,
				    pick(&cases, -9, 2));
		struct guarded in = pick_bytes(&cases, (size_t)k.depth);
		struct guarded out = guarded_init(2 * (size_t)k.depth);
		const int16_t *got = (int16_t *)out.data;
		double sum = 0;
		int8_t s8[60];

		prepare(&k, beta);
		kern_softmax_s16(&k, (int8_t *)in.data, (int16_t *)out.data);
		kern_softmax_s8(&k, (int8_t *)in.data, s8);
		for (int32_t c = 0; c < k.depth; c++)
			sum += exp((int8_t)in.data[c] * beta);
		for (int32_t c = 0; c < k.depth; c++) {
			double real = exp((int8_t)in.data[c] * beta) / sum;

			real = fmin(real * 65536 - 32768, 32767);
			case_assert(&cases, fabs(real - got[c]) <= 20);
			case_assert(&cases, fabs(fmin(got[c] / 256.0, 127) -
						 s8[c]) <= 0.51);
		}
		case_assert(&cases, guarded_intact(&out));
		guarded_release(&in);
		guarded_release(&out);
	}
}

/*
 * Rows of real classifiers (keywords, small pictures, a person) with the
 * answers of TensorFlow Lite Micro's reference kernel, tflite-micro 90b983c2,
 * double rounding.  Shares that come near a half are among them.
 */
static const struct {
	struct kern_softmax_s8 k;
	int8_t in[12], out[12];
} known[] = {
	{ { 1, 12, 1242899200, 24, -124 },
	  { 72, 56, -128, -102, -128, 121, -128, -128, -106, -128, -128, 127 },
	  { -128, -128, -128, -128, -128, -52, -128, -128, -128, -128, -128,
	    52 } },
	{ { 1, 12, 1242899200, 24, -124 },
	  { 127, 59, -128, -115, -116, 127, -128, -128, -106, -128, -128, 96 },
	  { -1, -128, -128, -128, -128, -1, -128, -128, -128, -128, -128,
	    -127 } },
	{ { 1, 10, 1476210432, 24, -124 },
	  { -9, -19, -24, -4, -52, -18, -27, -53, -36, -30 },
	  { -63, -116, -123, 26, -128, -114, -125, -128, -127, -126 } },
	{ { 1, 10, 1476210432, 24, -124 },
	  { 35, 6, 36, 34, 20, 10, 22, 3, 9, -10 },
	  { -49, -127, -34, -62, -122, -127, -120, -128, -127, -128 } },
	{ { 1, 4, 1575942400, 23, -248 },
	  { -128, 127, 127, 127 }, { -128, -43, -43, -43 } },
	{ { 1, 4, 1575942400, 23, -248 },
	  { -128, 82, 78, 65 }, { -128, 7, -35, -100 } },
	{ { 1, 3, 1378760960, 24, -124 },
	  { 15, -33, 25 }, { -85, -128, 85 } },
	{ { 1, 2, 2011586560, 20, -1984 }, { -68, 63 }, { -95, 95 } },
};

Test(softmax_s8, known_rows)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		int8_t out[12];

		kern_softmax_s8(&known[i].k, known[i].in, out);
		cr_assert_arr_eq(out, known[i].out, known[i].k.depth,
				 "row %zu", i);
	}
}

/* diff_min itself still counts. */
Test(softmax_s8, the_last_difference_that_counts)
{
	const struct kern_softmax_s8 k = { 1, 2, 1 << 30, 21, -10 };
	const int8_t at[] = { 0, -10 }, below[] = { 0, -11 };
	int8_t out[2];

	kern_softmax_s8(&k, at, out);
	cr_assert_gt(out[1], -100);
	kern_softmax_s8(&k, below, out);
	cr_assert_eq(out[0], 127);
	cr_assert_eq(out[1], -128);
}

/* Any numbers in the stated ranges: no undefined step, rows stay separate. */
Test(softmax_s8, hostile_parameters_stay_defined)
{
	struct cases cases = cases_init(9);

	for (; cases.number < CASES; cases.number++) {
		struct kern_softmax_s8 k = {
			1, pick(&cases, 1, KERN_SOFTMAX_DEPTH_MAX),
			pick(&cases, 0, INT32_MAX), pick(&cases, 0, 31),
			-pick(&cases, 0, INT32_MAX),
		};
		struct guarded in = pick_bytes(&cases, (size_t)k.depth);
		struct guarded out = guarded_init((size_t)k.depth);

		kern_softmax_s8(&k, (int8_t *)in.data, (int8_t *)out.data);
		case_assert(&cases, guarded_intact(&out));
		guarded_release(&in);
		guarded_release(&out);
	}
}

Test(exp_s8, follows_the_exponential)
{
	cr_assert_eq(exp_s8(0), INT32_MAX);
	for (int32_t x = -1; x > INT32_MIN + 99991; x -= 99991) {
		double real = exp(x * 0x1p-26) * 0x1p31;

		cr_assert(fabs(exp_s8(x) - real) <= 64 + real * 0x1p-21,
			  "%d: %d instead of %f", x, exp_s8(x), real);
	}
}

Test(exp_s8, reciprocal_follows_the_quotient)
{
	for (int64_t x = 0; x <= INT32_MAX; x += 99991) {
		double real = 0x1p31 / (1 + (double)x * 0x1p-31);

		cr_assert(fabs(exp_s8_reciprocal((int32_t)x) - real) <= 64,
			  "%ld", (long)x);
	}
}

/* Every bit of both functions: CRC-32 over their answers, as a second
 * program written from gemmlowp's header in exact integers gives it. */
Test(exp_s8, answers_equal_a_second_program)
{
	uint32_t crc = 0;
	uint8_t word[4];

	for (int64_t x = 0; x > INT32_MIN + 99991; x -= 99991) {
		le_put32(word, (uint32_t)exp_s8((int32_t)x));
		crc = crc32(crc, word, sizeof(word));
	}
	cr_assert_eq(crc, 0xeac2c758);
	crc = 0;
	for (int64_t x = 0; x <= INT32_MAX; x += 99991) {
		le_put32(word, (uint32_t)exp_s8_reciprocal((int32_t)x));
		crc = crc32(crc, word, sizeof(word));
	}
	cr_assert_eq(crc, 0x642b7fdb);
}
