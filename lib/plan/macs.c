#include "plan/runner.h"
#include "run/op.h"

/* Products for each output element, or for TRANSPOSE_CONV input element. */
static uint64_t window_macs(const struct run_step *step)
{
	struct model_image_conv p;
	uint64_t taps;

	if (model_image_params(&step->run->image, &step->op, &p, sizeof(p)))
		return 0;
	taps = (uint64_t)p.kernel_h * (uint64_t)p.kernel_w;
	switch (step->op.op) {
	case KERN_CONV_2D:
		return taps * (uint64_t)step_depth(&step->in[0]) *
		       step_elements(&step->out);
	case KERN_DEPTHWISE_CONV_2D:
		return taps * step_elements(&step->out);
	default:
		return taps * (uint64_t)step_depth(&step->out) *
		       step_elements(&step->in[0]);
	}
}

uint64_t plan_runner_macs(const struct plan_runner *runner, unsigned op)
{
	struct run_step step;

	step_load(&step, &runner->run, op);
	switch (step.op.op) {
	case KERN_CONV_2D:
	case KERN_DEPTHWISE_CONV_2D:
	case KERN_TRANSPOSE_CONV:
		return window_macs(&step);
	case KERN_FULLY_CONNECTED:
		return (uint64_t)step_elements(&step.in[0]) *
		       (uint64_t)step_depth(&step.out);
	default:
		return 0;
	}
}
