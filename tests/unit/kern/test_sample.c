#include <math.h>

#include "cases.h"
#include "kern/ref/curve_s16.h"

/* A shape like in with some axes of size 1, a bit each. */
static struct kern_shape reduced(const struct kern_shape *in, unsigned axes)
{
	return (struct kern_shape){ axes & 1 ? 1 : in->n, axes & 2 ? 1 : in->h,
				    axes & 4 ? 1 : in->w,
				    axes & 8 ? 1 : in->c };
}

Test(mean, any_axes_equal_the_formula)
{
	struct cases cases = cases_init(70);

	for (; cases.number < CASES; cases.number++) {
		bool is_s8 = pick(&cases, 0, 1);
		struct kern_mean k = {
			.in = { pick(&cases, 1, 3), pick(&cases, 1, 5),
				pick(&cases, 1, 5), pick(&cases, 1, 6) },
			.type = is_s8 ? KERN_S8 : KERN_S16,
			.in_zero = pick(&cases, -128, 127),
			.out_zero = pick(&cases, -128, 127),
			.multiplier = pick(&cases, 1 << 28, INT32_MAX),
			.shift = pick(&cases, -8, 1),
		};
		size_t bytes = is_s8 ? 1 : 2, n;
		int64_t sums[450] = { 0 }, counts[450] = { 0 };
		struct guarded in, out;

		k.out = reduced(&k.in, (unsigned)pick(&cases, 0, 15));
		n = shape_size(&k.in);
		in = pick_bytes(&cases, n * bytes);
		out = guarded_init(shape_size(&k.out) * bytes);
		kern_mean(&k, in.data, out.data);
		for (size_t i = 0; i < n; i++) {
			int32_t c = (int32_t)i % k.in.c;
			int32_t w = (int32_t)i / k.in.c % k.in.w;
			int32_t h = (int32_t)i / k.in.c / k.in.w % k.in.h;
			int64_t to = shape_at(&k.out, k.out.n > 1 ?
				(int32_t)i / k.in.c / k.in.w / k.in.h : 0,
				k.out.h > 1 ? h : 0, k.out.w > 1 ? w : 0,
				k.out.c > 1 ? c : 0);

			sums[to] += is_s8 ? (int8_t)in.data[i] :
				    ((int16_t *)in.data)[i];
			counts[to]++;
		}
		for (size_t i = 0; i < shape_size(&k.out); i++) {
			int64_t v = oracle_mul(sums[i] - counts[i] *
				k.in_zero, k.multiplier, k.shift);

			v = oracle_clamp(v + k.out_zero, is_s8 ? -128 : -32768,
					 is_s8 ? 127 : 32767);
			case_assert(&cases, v == (is_s8 ?
				(int8_t)out.data[i] :
				((int16_t *)out.data)[i]));
		}
		case_assert(&cases, guarded_intact(&out));
		guarded_release(&in);
		guarded_release(&out);
	}
}

Test(resize, nearest_takes_the_named_rows_and_columns)
{
	const int16_t in[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	const int16_t rows[] = { 1, 0, 1 }, columns[] = { 1, 1 };
	const struct kern_resize_nearest k = {
		{ 1, 2, 2, 2 }, { 1, 3, 2, 2 }, rows, columns, 2,
	};
	const int16_t want[] = { 7, 8, 7, 8, 3, 4, 3, 4, 7, 8, 7, 8 };
	int16_t out[12];

	kern_resize_nearest(&k, in, out);
	cr_assert_arr_eq(out, want, sizeof(want));
}

/* The value between four neighbours, in doubles, at places in 1024ths. */
static double between(const struct kern_resize_bilinear_s8 *k,
		      const int8_t *in, int32_t c, double y, double x)
{
	double y0 = fmin(fmax(trunc(y / 1024), 0), k->in.h - 1);
	double x0 = fmin(fmax(trunc(x / 1024), 0), k->in.w - 1);
	double y1 = fmin(fmax(trunc((y + 1023) / 1024), 0), k->in.h - 1);
	double x1 = fmin(fmax(trunc((x + 1023) / 1024), 0), k->in.w - 1);
	double dy = y / 1024 - y0, dx = x / 1024 - x0;
#define AT(row, column) \
	in[((size_t)(row) * k->in.w + (size_t)(column)) * k->in.c + c]

	return AT(y0, x0) * (1 - dy) * (1 - dx) + AT(y1, x0) * dy * (1 - dx) +
	       AT(y0, x1) * (1 - dy) * dx + AT(y1, x1) * dy * dx;
#undef AT
}

Test(resize, bilinear_equals_the_formula)
{
	struct cases cases = cases_init(71);

	for (; cases.number < CASES; cases.number++) {
		struct kern_resize_bilinear_s8 k = {
			.in = { 1, pick(&cases, 1, 6), pick(&cases, 1, 6),
				pick(&cases, 1, 3) },
			.is_half_pixel = pick(&cases, 0, 1),
		};
		struct guarded in, out;
		const int8_t *got;

		k.out = (struct kern_shape){ 1, pick(&cases, 1, 12),
					     pick(&cases, 1, 12), k.in.c };
		k.scale_h = (1024 * k.in.h + k.out.h / 2) / k.out.h;
		k.scale_w = (1024 * k.in.w + k.out.w / 2) / k.out.w;
		in = pick_bytes(&cases, shape_size(&k.in));
		out = guarded_init(shape_size(&k.out));
		got = (int8_t *)out.data;
		kern_resize_bilinear_s8(&k, (int8_t *)in.data,
					(int8_t *)out.data);
		for (int32_t h = 0; h < k.out.h; h++)
			for (int32_t w = 0; w < k.out.w; w++)
				for (int32_t c = 0; c < k.out.c; c++) {
					double half = k.is_half_pixel;
					double y = h * k.scale_h + half *
						(k.scale_h / 2 - 512);
					double x = w * k.scale_w + half *
						(k.scale_w / 2 - 512);

					/* doubles hold it exactly */
					case_assert(&cases, *got++ ==
						round(between(&k,
						(int8_t *)in.data, c, y, x)));
				}
		case_assert(&cases, guarded_intact(&out));
		guarded_release(&in);
		guarded_release(&out);
	}
}

Test(curve_s16, the_operation_scales_and_looks_up)
{
	const int16_t in[] = { -32768, -300, 0, 1, 300, 32767 };
	struct kern_curve_s16 k = { KERN_TANH, 6, 24576, 11 };
	int16_t out[6];

	kern_curve_s16(&k, in, out);
	for (int i = 0; i < 6; i++)
		cr_assert_eq(out[i], curve_s16_tanh(in[i] * 12));
	k.op = KERN_LOGISTIC;
	kern_curve_s16(&k, in, out);
	for (int i = 0; i < 6; i++)
		cr_assert_eq(out[i], curve_s16_logistic(in[i] * 12));
}
