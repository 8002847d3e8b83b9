#include "kern/x86/x86.h"
#include "run/op.h"
#include "run/rows.h"

static const struct step_conv_kernel conv = {
	STEP_FOLDED, kern_x86_conv_bytes, kern_x86_conv_scratch_bytes,
}, depthwise = {
	STEP_FOLDED, kern_x86_depthwise_bytes, kern_x86_depthwise_scratch_bytes,
};

static const struct step_fc_kernel fc = {
	STEP_FOLDED, kern_x86_fc_bytes, kern_x86_fc_scratch_bytes,
};

static const struct kern_x86 *isa_of(const struct run_step *step)
{
	return step->run->set->x86;
}

int run_conv_x86_check(const struct run_step *step)
{
	return step_conv_check(step, &conv);
}

void run_conv_x86_call(const struct run_step *step)
{
	step_conv_call(step, &conv, isa_of(step)->conv);
}

int run_depthwise_x86_check(const struct run_step *step)
{
	return step_conv_check(step, &depthwise);
}

void run_depthwise_x86_call(const struct run_step *step)
{
	step_conv_call(step, &depthwise, isa_of(step)->depthwise);
}

int run_fc_x86_check(const struct run_step *step)
{
	return step_fc_check(step, &fc);
}

void run_fc_x86_call(const struct run_step *step)
{
	step_fc_call(step, &fc, isa_of(step)->fc);
}

int run_add_x86_check(const struct run_step *step)
{
	return run_add_s8_check(step);
}

void run_add_x86_call(const struct run_step *step)
{
	step_add_call(step, isa_of(step)->add);
}
