#include "bits/err.h"
#include "kern/m0/m0.h"
#include "run/op.h"
#include "run/rows.h"

/* Bytes of packed weights; 0 when the shape is too large. */
static uint32_t weight_bytes(const struct kern_window *win)
{
	return step_product((int32_t[]){ win->kernel_h, win->kernel_w,
					 win->in.c, win->out.c }, 4);
}

static uint32_t tap_bytes(const struct kern_window *win)
{
	uint64_t bytes = kern_m0_depthwise_bytes(win);

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
	if (depthwise && k->win.out.c % k->win.in.c)
		return ERR_RANGE;
	bytes = depthwise ? tap_bytes(&k->win) : weight_bytes(&k->win);
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
	scratch = depthwise ? kern_m0_depthwise_s8_scratch_bytes(&k)
			    : kern_m0_conv_s8_scratch_bytes(&k);
	if (step->op.scratch_bytes < scratch)
		return ERR_RANGE;
	return step_requant_check(&k.requant, k.win.out.c, PACK_SHIFT_MIN,
				  PACK_SHIFT_MAX);
}

int run_conv_m0_check(const struct run_step *step)
{
	return check(step, false);
}

void run_conv_m0_call(const struct run_step *step)
{
	struct kern_conv_s8 k;

	if (!load(step, false, &k))
		kern_m0_conv_s8(&k, step_data(step, &step->in[0]),
				step_data(step, &step->out),
				step_scratch(step));
}

int run_depthwise_m0_check(const struct run_step *step)
{
	return check(step, true);
}

void run_depthwise_m0_call(const struct run_step *step)
{
	struct kern_conv_s8 k;

	if (!load(step, true, &k))
		kern_m0_depthwise_s8(&k, step_data(step, &step->in[0]),
				     step_data(step, &step->out),
				     step_scratch(step));
}
