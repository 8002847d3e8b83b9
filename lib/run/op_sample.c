#include "bits/err.h"
#include "run/op.h"
#include "run/rows.h"

static bool planes_agree(const struct kern_shape *in,
			 const struct kern_shape *out)
{
	return in->n == out->n && in->c == out->c && in->h <= INT16_MAX &&
	       in->w <= INT16_MAX && out->h <= INT16_MAX &&
	       out->w <= INT16_MAX;
}

/* ---- nearest ------------------------------------------------------------ */

static int load_nearest(const struct run_step *step,
			struct kern_resize_nearest *k)
{
	const struct model_image *img = &step->run->image;
	struct model_image_resize_nearest p;
	int err = model_image_params(img, &step->op, &p, sizeof(p));

	if (err)
		return err;
	*k = (struct kern_resize_nearest){
		.in = step_shape(&step->in[0]), .out = step_shape(&step->out),
		.element_bytes = (int32_t)kern_type_bytes(step->out.type),
	};
	k->rows = model_image_const(img, p.rows_at, (size_t)k->out.h * 2, 2);
	k->columns = model_image_const(img, p.columns_at,
				       (size_t)k->out.w * 2, 2);
	return planes_agree(&k->in, &k->out) && k->rows && k->columns ? 0 :
		ERR_RANGE;
}

static bool all_below(const int16_t *list, int32_t n, int32_t size)
{
	for (int32_t i = 0; i < n; i++)
		if (list[i] < 0 || list[i] >= size)
			return false;
	return true;
}

int run_resize_nearest_check(const struct run_step *step)
{
	struct kern_resize_nearest k;
	int err = load_nearest(step, &k);

	if (err)
		return err;
	return all_below(k.rows, k.out.h, k.in.h) &&
	       all_below(k.columns, k.out.w, k.in.w) ? 0 : ERR_RANGE;
}

void run_resize_nearest_call(const struct run_step *step)
{
	struct kern_resize_nearest k;

	if (!load_nearest(step, &k))
		kern_resize_nearest(&k, step_data(step, &step->in[0]),
				    step_data(step, &step->out));
}

/* ---- bilinear ----------------------------------------------------------- */

/* Every place of an axis stays in int32, and is not beyond its input. */
static bool scale_valid(int32_t scale, int32_t size)
{
	return scale >= 0 && scale <= INT32_MAX / 2 &&
	       (int64_t)scale * size <= INT32_MAX / 2;
}

static int load_bilinear(const struct run_step *step,
			 struct kern_resize_bilinear_s8 *k)
{
	struct model_image_resize_bilinear p;
	int err = model_image_params(&step->run->image, &step->op, &p,
				     sizeof(p));

	if (err)
		return err;
	*k = (struct kern_resize_bilinear_s8){
		step_shape(&step->in[0]), step_shape(&step->out), p.scale_h,
		p.scale_w, p.is_half_pixel,
	};
	if (!planes_agree(&k->in, &k->out) ||
	    !scale_valid(p.scale_h, k->out.h) ||
	    !scale_valid(p.scale_w, k->out.w))
		return ERR_RANGE;
	return 0;
}

int run_resize_bilinear_s8_check(const struct run_step *step)
{
	struct kern_resize_bilinear_s8 k;

	return load_bilinear(step, &k);
}

void run_resize_bilinear_s8_call(const struct run_step *step)
{
	struct kern_resize_bilinear_s8 k;

	if (!load_bilinear(step, &k))
		kern_resize_bilinear_s8(&k, step_data(step, &step->in[0]),
					step_data(step, &step->out));
}

/* ---- mean --------------------------------------------------------------- */

/* As reduce_f32: the block has the output's shape with its axes kept. */
static int load_mean(const struct run_step *step, struct kern_mean *k)
{
	struct model_image_mean p;
	int err = model_image_params(&step->run->image, &step->op, &p,
				     sizeof(p));

	if (err)
		return err;
	*k = (struct kern_mean){
		.in = step_shape(&step->in[0]),
		.out = { p.kept.n, p.kept.h, p.kept.w, p.kept.c },
		.type = step->out.type, .in_zero = step->in[0].zero,
		.out_zero = step->out.zero, .multiplier = p.multiplier,
		.shift = p.shift,
	};
	if (!step_broadcasts(&k->out, &k->in) || p.kept.n < 1 ||
	    p.kept.h < 1 || p.kept.w < 1 || p.kept.c < 1 ||
	    step_product((int32_t[]){ p.kept.n, p.kept.h, p.kept.w,
				      p.kept.c }, 4) !=
	    step_elements(&step->out) ||
	    !step_factor_valid(p.multiplier, p.shift, -31, 30))
		return ERR_RANGE;
	return 0;
}

int run_mean_check(const struct run_step *step)
{
	struct kern_mean k;

	return load_mean(step, &k);
}

void run_mean_call(const struct run_step *step)
{
	struct kern_mean k;

	if (!load_mean(step, &k))
		kern_mean(&k, step_data(step, &step->in[0]),
			  step_data(step, &step->out));
}

/* ---- logistic and tanh in 16 bits --------------------------------------- */

static int load_curve(const struct run_step *step, struct kern_curve_s16 *k)
{
	struct model_image_curve_s16 p;
	int err = model_image_params(&step->run->image, &step->op, &p,
				     sizeof(p));

	if (err)
		return err;
	*k = (struct kern_curve_s16){
		step->op.op, (int32_t)step_elements(&step->out), p.multiplier,
		p.shift,
	};
	if (step->in[0].bytes != step->out.bytes ||
	    p.multiplier > KERN_CURVE_MULTIPLIER_MAX ||
	    !step_factor_valid(p.multiplier, p.shift, 0, 31))
		return ERR_RANGE;
	return 0;
}

int run_curve_s16_check(const struct run_step *step)
{
	struct kern_curve_s16 k;

	return load_curve(step, &k);
}

void run_curve_s16_call(const struct run_step *step)
{
	struct kern_curve_s16 k;

	if (!load_curve(step, &k))
		kern_curve_s16(&k, step_data(step, &step->in[0]),
			       step_data(step, &step->out));
}
