#include <math.h>

#include "plan/plan_priv.h"

/*
 * Parameters of RESIZE_*, of MEAN on integers, and of LOGISTIC and TANH on
 * int16, as TensorFlow Lite Micro's kernels compute them.
 */

/* ---- RESIZE_NEAREST_NEIGHBOR -------------------------------------------- */

/* In single precision, step by step as TensorFlow Lite writes it. */
static int16_t nearest(int32_t i, int32_t in, int32_t out,
		       const struct model_attr *attr)
{
	float scale = attr->align_corners && out > 1 ?
		(float)(in - 1) / (float)(out - 1) : (float)in / (float)out;
	float at = ((float)i + (attr->half_pixel ? 0.5f : 0)) * scale;
	int32_t place = (int32_t)(attr->align_corners ? roundf(at) :
				  floorf(at));

	return (int16_t)(place < in ? place : in - 1);
}

int16_t plan_nearest_row(const struct plan *plan, int op, int32_t i)
{
	return nearest(i, plan_input(plan, op, 0)->dims[1],
		       plan_output(plan, op)->dims[1],
		       &plan->model->ops[op].attr);
}

int16_t plan_nearest_column(const struct plan *plan, int op, int32_t i)
{
	return nearest(i, plan_input(plan, op, 0)->dims[2],
		       plan_output(plan, op)->dims[2],
		       &plan->model->ops[op].attr);
}

/* ---- RESIZE_BILINEAR ---------------------------------------------------- */

/* Inputs per output in 1024ths, rounded. */
static int32_t bilinear_scale(int32_t in, int32_t out, int32_t align_corners)
{
	if (align_corners && out > 1) {
		in--;
		out--;
	}
	return (1024 * in + out / 2) / out;
}

void plan_bilinear(const struct plan *plan, int op,
		   struct model_image_resize_bilinear *p)
{
	const struct model_tensor *in = plan_input(plan, op, 0);
	const struct model_tensor *out = plan_output(plan, op);
	const struct model_attr *attr = &plan->model->ops[op].attr;

	*p = (struct model_image_resize_bilinear){
		bilinear_scale(in->dims[1], out->dims[1],
			       attr->align_corners),
		bilinear_scale(in->dims[2], out->dims[2],
			       attr->align_corners),
		attr->half_pixel,
	};
}

/* ---- MEAN --------------------------------------------------------------- */

/* The division goes into the factor, with as many bits as the count has. */
void plan_mean(const struct plan *plan, int op, struct model_image_mean *p)
{
	const struct model_tensor *in = plan_input(plan, op, 0);
	const struct model_tensor *out = plan_output(plan, op);
	struct plan_multiplier m = plan_quantize(
		(double)in->quant.scales[0] / (double)out->quant.scales[0]);
	int64_t count = (int64_t)(model_elements(in) / model_elements(out));
	int shift = 0;

	while (count >> (shift + 1))
		shift++;
	if (shift > 31 + m.shift)
		shift = 31 + m.shift;
	p->kept = plan_kept(plan, op);
	p->multiplier = (int32_t)(((int64_t)m.multiplier << shift) / count);
	p->shift = m.shift - shift;
}

/* ---- LOGISTIC and TANH -------------------------------------------------- */

/* Is x 2^power, as near as TensorFlow Lite asks? */
static bool is_power(double x, int power)
{
	double ratio = ldexp(x, -power);

	return ratio > 0.99930709 && ratio < 1.00069339;
}

/* From the input's steps to those of 1 / 12288: a power of two exactly, other
 * factors with 15 bits. */
void plan_curve_s16(const struct plan *plan, int op,
		    struct model_image_curve_s16 *p)
{
	double scale = (double)plan_input(plan, op, 0)->quant.scales[0];
	double factor = scale * 4096.0 * 3.0;

	*p = (struct model_image_curve_s16){ 3, 0 };
	if (is_power(scale, -12))
		return;
	p->multiplier = 6;
	if (plan->model->ops[op].op == KERN_TANH && is_power(scale, -11))
		return;
	for (; factor <= 32767.0 / 2.0 && p->shift <= 30; p->shift++)
		factor *= 2;
	p->multiplier = (int32_t)factor;
}
