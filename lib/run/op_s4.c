#include "bits/err.h"
#include "kern/s4.h"
#include "run/op.h"
#include "run/rows.h"

/* Bytes of packed weights; 0 when the shape is too large. */
static uint32_t weight_bytes(int32_t rows, uint32_t depth)
{
	uint64_t bytes = depth ? kern_s4_bytes(rows, depth) : 0;

	return bytes > MODEL_IMAGE_BYTES_MAX ? 0 : (uint32_t)bytes;
}

static int load_conv(const struct run_step *step, struct kern_conv_s8 *k)
{
	struct model_image_conv p;
	int err = step_conv(step, &p, k);

	return err ? err : step_conv_constants(step, &p, weight_bytes(
		k->win.out.c, step_product((int32_t[]){ p.kernel_h,
			p.kernel_w, k->win.in.c }, 3)), 1, k);
}

int run_conv_s4_check(const struct run_step *step)
{
	struct kern_conv_s8 k;
	int err = load_conv(step, &k);

	if (err)
		return err;
	if (step->op.scratch_bytes < kern_conv_s4_scratch_bytes(&k))
		return ERR_RANGE;
	return step_requant_check(&k.requant, k.win.out.c, -31, 30);
}

void run_conv_s4_call(const struct run_step *step)
{
	struct kern_conv_s8 k;

	if (!load_conv(step, &k))
		kern_conv_s4(&k, step_data(step, &step->in[0]),
			     step_data(step, &step->out), step_scratch(step));
}

static int load_fc(const struct run_step *step, struct kern_fc_s8 *k)
{
	struct model_image_fc p;
	int err = step_fc(step, &p, k);

	return err ? err : step_fc_constants(step, &p, weight_bytes(
		k->out_depth, (uint32_t)k->in_depth), 1, k);
}

int run_fc_s4_check(const struct run_step *step)
{
	struct kern_fc_s8 k;
	int err = load_fc(step, &k);

	if (err)
		return err;
	if (step->op.scratch_bytes < kern_fc_s4_scratch_bytes(&k))
		return ERR_RANGE;
	return step_requant_check(&k.requant, k.out_depth, -31, 30);
}

void run_fc_s4_call(const struct run_step *step)
{
	struct kern_fc_s8 k;

	if (!load_fc(step, &k))
		kern_fc_s4(&k, step_data(step, &step->in[0]),
			   step_data(step, &step->out), step_scratch(step));
}
