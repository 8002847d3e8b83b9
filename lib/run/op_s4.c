#include "kern/s4.h"
#include "run/op.h"
#include "run/rows.h"

static uint64_t conv_bytes(const struct kern_window *win)
{
	int32_t depth = kern_conv_depth(win);

	return depth ? kern_s4_bytes(win->out.c, depth) : 0;
}

static const struct step_conv_kernel conv = {
	STEP_PLAIN, conv_bytes, kern_conv_s4_scratch_bytes,
};

static const struct step_fc_kernel fc = {
	STEP_PLAIN, kern_s4_bytes, kern_fc_s4_scratch_bytes,
};

STEP_CONV_ROW(conv_s4, &conv, kern_conv_s4)
STEP_FC_ROW(fc_s4, &fc, kern_fc_s4)
