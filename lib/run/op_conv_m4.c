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

/* The same of a depthwise layer. */
static uint32_t tap_bytes(const struct kern_window *win)
{
	return step_product((int32_t[]){ win->kernel_h, win->kernel_w,
					 win->out.c }, 3);
}

static bool takes_all(const struct kern_window *win)
{
	(void)win;
	return true;
}

/* The kernels for a window. */
static const struct kernel {
	bool (*takes)(const struct kern_window *win);
	uint32_t (*weight_bytes)(const struct kern_window *win);
	size_t (*scratch_bytes)(const struct kern_conv_s8 *k);
	void (*call)(const struct kern_conv_s8 *k, const int8_t *in,
		     int8_t *out, void *scratch);
} conv = {
	takes_all, weight_bytes, kern_m4_conv_s8_scratch_bytes,
	kern_m4_conv_s8,
}, depthwise = {
	kern_m4_depthwise_s8_takes, tap_bytes,
	kern_m4_depthwise_s8_scratch_bytes, kern_m4_depthwise_s8,
}, quads = {
	kern_m4_depthwise_quads_s8_takes, tap_bytes,
	kern_m4_depthwise_quads_s8_scratch_bytes, kern_m4_depthwise_quads_s8,
};

static int load(const struct run_step *step, const struct kernel *kernel,
		struct kern_conv_s8 *k)
{
	struct model_image_conv p;
	uint32_t bytes;
	int err = step_conv(step, &p, k);

	if (err)
		return err;
	if (!kernel->takes(&k->win))
		return ERR_RANGE;
	bytes = kernel->weight_bytes(&k->win);
	k->weights = model_image_const(&step->run->image, p.weights_at, bytes,
				       4);
	if (!bytes || bytes != p.weights_bytes || !k->weights)
		return ERR_RANGE;
	return step_channels(step, p.bias_at, k->win.out.c, &k->channels);
}

static int check(const struct run_step *step, const struct kernel *kernel)
{
	struct kern_conv_s8 k;
	int err = load(step, kernel, &k);

	if (err)
		return err;
	if (step->op.scratch_bytes < kernel->scratch_bytes(&k) ||
	    !kern_channels_valid(k.channels, (uint32_t)k.win.out.c))
		return ERR_RANGE;
	return 0;
}

static void call(const struct run_step *step, const struct kernel *kernel)
{
	struct kern_conv_s8 k;

	if (!load(step, kernel, &k))
		kernel->call(&k, step_data(step, &step->in[0]),
			     step_data(step, &step->out), step_scratch(step));
}

int run_conv_m4_check(const struct run_step *step)
{
	return check(step, &conv);
}

void run_conv_m4_call(const struct run_step *step)
{
	call(step, &conv);
}

int run_depthwise_m4_check(const struct run_step *step)
{
	return check(step, &depthwise);
}

void run_depthwise_m4_call(const struct run_step *step)
{
	call(step, &depthwise);
}

int run_depthwise_quads_m4_check(const struct run_step *step)
{
	return check(step, &quads);
}

void run_depthwise_quads_m4_call(const struct run_step *step)
{
	call(step, &quads);
}
