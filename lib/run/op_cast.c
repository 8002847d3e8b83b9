#include "bits/err.h"
#include "kern/f32/f32.h"
#include "run/op_f32.h"
#include "run/rows.h"

static int load_cast(const struct run_step *step, struct kern_cast *k)
{
	*k = (struct kern_cast){ step_elements(&step->out), step->in[0].type,
				 step->out.type };
	if (step->op.params_bytes)
		return ERR_FORMAT;
	return step_elements(&step->in[0]) == k->count ? 0 : ERR_RANGE;
}

int run_cast_check(const struct run_step *step)
{
	struct kern_cast k;

	return load_cast(step, &k);
}

void run_cast_call(const struct run_step *step)
{
	struct kern_cast k;

	if (!load_cast(step, &k))
		kern_cast(&k, step_data(step, &step->in[0]),
			  step_data(step, &step->out));
}

static int load_scale(const struct run_step *step, enum kern_type from,
		      const struct model_image_tensor *quantised,
		      struct kern_scale *k)
{
	*k = (struct kern_scale){ step_elements(&step->out),
				  step_float(quantised->scale),
				  quantised->zero };
	if (step->op.params_bytes)
		return ERR_FORMAT;
	if (step->in[0].type != from)
		return ERR_UNSUPPORTED;
	return step_elements(&step->in[0]) == k->count ? 0 : ERR_RANGE;
}

int run_dequantize_check(const struct run_step *step)
{
	struct kern_scale k;

	return load_scale(step, KERN_S8, &step->in[0], &k);
}

void run_dequantize_call(const struct run_step *step)
{
	struct kern_scale k;

	if (!load_scale(step, KERN_S8, &step->in[0], &k))
		kern_dequantize_s8(&k, step_data(step, &step->in[0]),
				   step_data(step, &step->out));
}

/* QUANTIZE to int8: what comes from int8 is a table. */
int run_quantize_check(const struct run_step *step)
{
	struct kern_scale k;

	return step->in[0].type == KERN_F32 ?
		load_scale(step, KERN_F32, &step->out, &k) :
		run_lookup_s8_check(step);
}

void run_quantize_call(const struct run_step *step)
{
	struct kern_scale k;

	if (step->in[0].type != KERN_F32)
		run_lookup_s8_call(step);
	else if (!load_scale(step, KERN_F32, &step->out, &k))
		kern_quantize_f32(&k, step_data(step, &step->in[0]),
				  step_data(step, &step->out));
}
