#include "run/rows.h"

#define ROW_OF_X86(op, packing, name) \
	{ KERN_##op, KERN_S8, packing, KERN_PACK_X86_VERSION, \
	  run_##name##_check, run_##name##_call },

/* A reference kernel's row behind one of these for the same packing is never
 * reached. */
static const struct run_kernel kernels[] = {
	ROW_OF_X86(CONV_2D, KERN_PACK_X86_RUNS, conv_x86)
	ROW_OF_X86(DEPTHWISE_CONV_2D, KERN_PACK_X86_TAPS, depthwise_x86)
	ROW_OF_X86(FULLY_CONNECTED, KERN_PACK_X86_RUNS, fc_x86)
	{ KERN_ADD, KERN_S8, KERN_PACK_REF, KERN_PACK_REF_VERSION,
	  run_add_x86_check, run_add_x86_call },
	RUN_ROWS_HOST(RUN_ROW_OF_REF)
};

struct run_set run_x86(const struct kern_x86 *isa)
{
	return (struct run_set){
		KERN_SET_X86, kernels, sizeof(kernels) / sizeof(kernels[0]),
		isa,
	};
}
