#include "kern/m0/m0.h"
#include "run/op.h"
#include "run/rows.h"

static const struct step_conv_kernel conv = {
	STEP_FAST, kern_m0_conv_bytes, kern_m0_conv_s8_scratch_bytes,
}, depthwise = {
	STEP_FAST, kern_m0_depthwise_bytes, kern_m0_depthwise_s8_scratch_bytes,
};

static const struct step_fc_kernel fc = {
	STEP_FAST, kern_m0_rows_bytes, NULL,
};

STEP_CONV_ROW(conv_m0, &conv, kern_m0_conv_s8)
STEP_CONV_ROW(depthwise_m0, &depthwise, kern_m0_depthwise_s8)
STEP_FC_ROW(fc_m0, &fc, kern_m0_fc_s8)

int run_add_m0_check(const struct run_step *step)
{
	return run_add_s8_check(step);
}

void run_add_m0_call(const struct run_step *step)
{
	step_add_call(step, kern_m0_add_s8);
}

int run_average_pool_m0_check(const struct run_step *step)
{
	return run_average_pool_s8_check(step);
}

void run_average_pool_m0_call(const struct run_step *step)
{
	step_pool_call(step, kern_m0_average_pool_s8);
}
