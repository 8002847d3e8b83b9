#include "run/rows.h"

/* A reference kernel's row behind one of these for the same packing is never
 * reached. */
#define ROW_OF_M0(op, packing, name) \
	{ KERN_##op, KERN_S8, packing, KERN_PACK_M0_VERSION, \
	  run_##name##_check, run_##name##_call },
#define ROW_OF_REF(op, name) \
	{ KERN_##op, KERN_S8, KERN_PACK_REF, KERN_PACK_REF_VERSION, \
	  run_##name##_check, run_##name##_call },

static const struct run_kernel kernels[] = {
	ROW_OF_M0(CONV_2D, KERN_PACK_M0_ROWS, conv_m0)
	ROW_OF_M0(DEPTHWISE_CONV_2D, KERN_PACK_M0_TAPS, depthwise_m0)
	ROW_OF_M0(FULLY_CONNECTED, KERN_PACK_M0_ROWS, fc_m0)
	ROW_OF_REF(ADD, add_m0)
	ROW_OF_REF(AVERAGE_POOL_2D, average_pool_m0)
	RUN_ROWS_REF(RUN_ROW_OF_REF)
	RUN_ROWS_S4
};

const struct run_set run_m0 = {
	KERN_SET_M0, kernels, sizeof(kernels) / sizeof(kernels[0]), NULL,
};
