#include "kern/m4/m4.h"
#include "run/op.h"
#include "run/rows.h"

static const struct step_conv_kernel conv = {
	STEP_TABLE, kern_m4_conv_bytes, kern_m4_conv_s8_scratch_bytes,
}, depthwise = {
	STEP_TABLE, kern_m4_depthwise_bytes,
	kern_m4_depthwise_s8_scratch_bytes,
}, depthwise_quads = {
	STEP_TABLE, kern_m4_depthwise_quads_bytes,
	kern_m4_depthwise_quads_s8_scratch_bytes,
};

static const struct step_fc_kernel fc = {
	STEP_TABLE, kern_m4_rows_bytes, NULL,
};

STEP_CONV_ROW(conv_m4, &conv, kern_m4_conv_s8)
STEP_CONV_ROW(depthwise_m4, &depthwise, kern_m4_depthwise_s8)
STEP_CONV_ROW(depthwise_quads_m4, &depthwise_quads, kern_m4_depthwise_quads_s8)
STEP_FC_ROW(fc_m4, &fc, kern_m4_fc_s8)

int run_add_m4_check(const struct run_step *step)
{
	return run_add_s8_check(step);
}

void run_add_m4_call(const struct run_step *step)
{
	step_add_call(step, kern_m4_add_s8);
}
