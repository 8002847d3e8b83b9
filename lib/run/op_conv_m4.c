#include "bits/err.h"
#include "kern/channels.h"
#include "kern/m4/m4.h"
#include "run/op.h"
#include "run/rows.h"

/* Bytes of packed weights; 0 when the shape is too large. */
static uint32_t weight_bytes(const struct kern_window *win)
{
	uint32_t depth = step_product((int32_t[]){
		win->kernel_h, win->kernel_w, win->in.c }, 3);
	uint64_t bytes = depth ? kern_m4_rows_bytes(win->out.c, depth) : 0;

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
	if (depthwise && !kern_m4_depthwise_s8_takes(&k->win))
		return ERR_RANGE;
	bytes = depthwise ? (uint32_t)kern_m4_depthwise_bytes(k->win.out.c)
			  : weight_bytes(&k->win);
	k->weights = model_image_const(&step->run->image, p.weights_at, bytes,
				       4);
	if (!bytes || bytes != p.weights_bytes || !k->weights)
		return ERR_RANGE;
	return step_channels(step, p.bias_at, k->win.out.c, &k->channels);
}

static int check(const struct run_step *step, bool depthwise)
{
	struct kern_conv_s8 k;
	size_t scratch;
	int err = load(step, depthwise, &k);

	if (err)
		return err;
	scratch = depthwise ? kern_m4_depthwise_s8_scratch_bytes(&k)
			    : kern_m4_conv_s8_scratch_bytes(&k);
	if (step->op.scratch_bytes < scratch ||
	    !kern_channels_valid(k.channels, (uint32_t)k.win.out.c))
		return ERR_RANGE;
	return 0;
}

int run_conv_m4_check(const struct run_step *step)
{
	return check(step, false);
}

void run_conv_m4_call(const struct run_step *step)
{
	struct kern_conv_s8 k;

	if (!load(step, false, &k))
		kern_m4_conv_s8(&k, step_data(step, &step->in[0]),
				step_data(step, &step->out),
				step_scratch(step));
}

int run_depthwise_m4_check(const struct run_step *step)
{
	return check(step, true);
}

void run_depthwise_m4_call(const struct run_step *step)
{
	struct kern_conv_s8 k;

	if (!load(step, true, &k))
		kern_m4_depthwise_s8(&k, step_data(step, &step->in[0]),
				     step_data(step, &step->out),
				     step_scratch(step));
}
