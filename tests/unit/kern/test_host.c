#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "kern/f32/f32.h"
#include "kern/f32/math_f32.h"

/* Kernels that only a host has, against libm and by hand. */

static bool near(double got, double want)
{
	return fabs(got - want) <= 1e-6 + 1e-6 * fabs(want);
}

Test(host, functions_are_libms_within_a_few_ulp)
{
	for (int i = -4000; i <= 4000; i++) {
		float x = (float)i / 50, y = expf((float)i / 60);

		cr_expect(near((double)any_exp_f32(x / 2), exp(x / 2)), "%g",
			  (double)x);
		cr_expect(near((double)log_f32(y), log(y)), "%g", (double)y);
		cr_expect(near((double)tanh_f32(x / 8), tanh(x / 8)), "%g",
			  (double)x);
		cr_expect(near((double)logistic_f32(x), 1 / (1 + exp(-x))));
		cr_expect_eq(round_f32(x / 4), rintf(x / 4));
		cr_expect_eq(floor_f32(x / 4), floorf(x / 4));
	}
}

Test(host, functions_at_the_edges)
{
	cr_assert_eq(log_f32(0), -INFINITY);
	cr_assert(isnan(log_f32(-1)));
	cr_assert(near((double)log_f32(0x1p-140f), log(0x1p-140)));
	cr_assert_eq(log_f32(INFINITY), INFINITY);
	cr_assert_eq(any_exp_f32(1000), INFINITY);
	cr_assert_eq(any_exp_f32(-1000), 0);
	cr_assert_eq(tanh_f32(1000), 1);
	cr_assert_eq(tanh_f32(-1000), -1);
	cr_assert(isnan(tanh_f32(NAN)));
	cr_assert_eq(round_f32(1e30f), 1e30f);
}

static float curve(enum kern_op op, float x)
{
	struct kern_curve_f32 k = { op, 1, 0.25f };
	float y;

	kern_curve_f32(&k, &x, &y);
	return y;
}

Test(host, curves)
{
	cr_assert_eq(curve(KERN_RELU, -2), 0);
	cr_assert_eq(curve(KERN_RELU6, 7), 6);
	cr_assert_eq(curve(KERN_LEAKY_RELU, -2), -0.5f);
	cr_assert(near((double)curve(KERN_ELU, -1), exp(-1) - 1));
	cr_assert_eq(curve(KERN_HARD_SWISH, 3), 3);
	cr_assert_eq(curve(KERN_HARD_SWISH, -1), -1.0f / 3);
	cr_assert_eq(curve(KERN_CEIL, 1.25f), 2);
	cr_assert_eq(curve(KERN_ROUND, 2.5f), 2);
	cr_assert_eq(curve(KERN_SQRT, 9), 3);
	cr_assert_eq(curve(KERN_ABS, -3), 3);
	cr_assert_eq(curve(KERN_NEG, -3), 3);
}

Test(host, pairs_of_integers_wrap_and_never_trap)
{
	struct kern_pair_f32 k = { KERN_DIV, { 1, 1, 1, 4 }, { 1, 1, 1, 4 },
				   { 1, 1, 1, 4 }, 0, 0 };
	int32_t a[] = { 7, -7, 7, INT32_MIN }, b[] = { 2, 2, 0, -1 }, y[4];

	kern_pair_s32(&k, a, b, y);
	cr_assert_arr_eq(y, ((int32_t[]){ 3, -3, 0, INT32_MIN }), 16);
	k.op = KERN_MUL;
	kern_pair_s32(&k, a, b, y);
	cr_assert_arr_eq(y, ((int32_t[]){ 14, -14, 0, INT32_MIN }), 16);
}

Test(host, gather_stays_inside)
{
	struct kern_take k = { { 2, 3, 2 * sizeof(int16_t) }, 3, 8 };
	int16_t in[12], out[12];
	int64_t which[] = { -1, 1, INT64_MAX };

	for (int i = 0; i < 12; i++)
		in[i] = (int16_t)i;
	kern_take(&k, in, which, out);
	cr_assert_arr_eq(out, ((int16_t[]){ 4, 5, 2, 3, 4, 5, 10, 11, 8, 9,
					    10, 11 }), 24);
	which[0] = INT64_MIN;
	kern_take(&k, in, which, out);
	cr_assert_eq(out[0], 0);
}

Test(host, casts_keep_the_low_bits)
{
	struct kern_cast k = { 4, KERN_F32, KERN_U8 };
	float x[] = { 300.7f, -1, NAN, 1e30f };
	uint8_t y[4];
	int64_t z[4];

	kern_cast(&k, x, y);
	cr_assert_arr_eq(y, ((uint8_t[]){ 44, 255, 0, 255 }), 4);
	k = (struct kern_cast){ 4, KERN_U8, KERN_S64 };
	kern_cast(&k, y, z);
	cr_assert_arr_eq(z, ((int64_t[]){ 44, 255, 0, 255 }), 32);
}

Test(host, quantised_values_are_clamped)
{
	struct kern_scale k = { 5, 0.5f, 10 };
	float x[] = { 1.25f, -1.25f, NAN, INFINITY, -1e30f }, y[5];
	int8_t q[5];

	kern_quantize_f32(&k, x, q);
	cr_assert_arr_eq(q, ((int8_t[]){ 13, 7, 10, 127, -128 }), 5);
	kern_dequantize_s8(&k, q, y);
	cr_assert_eq(y[1], -1.5f);
}

Test(host, sums_over_axes)
{
	struct kern_reduce_f32 k = { KERN_MEAN, { 1, 2, 2, 2 },
				     { 1, 1, 2, 1 } };
	float x[] = { 1, 2, 3, 4, 5, 6, 7, 8 }, y[2];

	kern_reduce_f32(&k, x, y);
	cr_assert_arr_eq(y, ((float[]){ 3.5f, 5.5f }), 8);
	k.op = KERN_REDUCE_MAX;
	kern_reduce_f32(&k, x, y);
	cr_assert_arr_eq(y, ((float[]){ 6, 8 }), 8);
}

Test(host, matrices_repeat_along_batches)
{
	struct kern_matmul_f32 k = { { 1, 2, 1, 2 }, { 1, 1, 2, 1 },
				     { 1, 2, 1, 1 } };
	float a[] = { 1, 2, 3, 4 }, b[] = { 10, 1 }, y[2];

	kern_matmul_f32(&k, a, b, y);
	cr_assert_arr_eq(y, ((float[]){ 12, 34 }), 8);
}
