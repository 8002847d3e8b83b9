#include "kern/m55/m55.h"
#include "run/op.h"
#include "run/rows.h"

static const struct step_conv_kernel conv = {
	STEP_FAST, kern_m55_conv_bytes, kern_m55_conv_s8_scratch_bytes,
}, depthwise = {
	STEP_FAST, kern_m55_depthwise_bytes,
	kern_m55_depthwise_s8_scratch_bytes,
};

static const struct step_fc_kernel fc = {
	STEP_FAST, kern_m55_rows_bytes, NULL,
};

STEP_CONV_ROW(conv_m55, &conv, kern_m55_conv_s8)
STEP_CONV_ROW(depthwise_m55, &depthwise, kern_m55_depthwise_s8)
STEP_FC_ROW(fc_m55, &fc, kern_m55_fc_s8)

int run_add_m55_check(const struct run_step *step)
{
	return run_add_s8_check(step);
}

void run_add_m55_call(const struct run_step *step)
{
	step_add_call(step, kern_m55_add_s8);
}

int run_average_pool_m55_check(const struct run_step *step)
{
	return run_average_pool_s8_check(step);
}

void run_average_pool_m55_call(const struct run_step *step)
{
	step_pool_call(step, kern_m55_average_pool_s8);
}
