#include "bits/err.h"
#include "kern/m55/m55.h"
#include "run/op.h"
#include "run/rows.h"

/* Bytes of packed weights; 0 when the shape is too large or not taken. */
static uint32_t weight_bytes(const struct kern_window *win, bool depthwise)
{
	uint32_t depth = step_product((int32_t[]){
		win->kernel_h, win->kernel_w, win->in.c }, 3);
	uint64_t bytes = !depth ? 0 :
		depthwise ? kern_m55_depthwise_bytes(win) :
		kern_m55_rows_bytes(win->out.c, depth);

	return bytes > MODEL_IMAGE_BYTES_MAX ? 0 : (uint32_t)bytes;
}

static int load(const struct run_step *step, bool depthwise,
		struct kern_conv_s8 *k)
{
	struct model_image_conv p;
	uint32_t bytes;
	int err = step_conv(step, &p, k);

	if (err)
		return err;
	bytes = weight_bytes(&k->win, depthwise);
	if (!bytes)
		return ERR_RANGE;
	err = step_conv_constants(step, &p, bytes, 4, k);
	return !err && !k->bias ? ERR_RANGE : err;
}

static int check(const struct run_step *step, bool depthwise)
{
	struct kern_conv_s8 k;
	size_t scratch;
	int err = load(step, depthwise, &k);

	if (err)
		return err;
	scratch = depthwise ? kern_m55_depthwise_s8_scratch_bytes(&k)
			    : kern_m55_conv_s8_scratch_bytes(&k);
	if (step->op.scratch_bytes < scratch)
		return ERR_RANGE;
	return step_requant_check(&k.requant, k.win.out.c, PACK_SHIFT_MIN,
				  PACK_SHIFT_MAX);
}

int run_conv_m55_check(const struct run_step *step)
{
	return check(step, false);
}

void run_conv_m55_call(const struct run_step *step)
{
	struct kern_conv_s8 k;

	if (!load(step, false, &k))
		kern_m55_conv_s8(&k, step_data(step, &step->in[0]),
				step_data(step, &step->out),
				step_scratch(step));
}

int run_depthwise_m55_check(const struct run_step *step)
{
	return check(step, true);
}

void run_depthwise_m55_call(const struct run_step *step)
{
	struct kern_conv_s8 k;

	if (!load(step, true, &k))
		kern_m55_depthwise_s8(&k, step_data(step, &step->in[0]),
				     step_data(step, &step->out),
				     step_scratch(step));
}
