#include "run/rows.h"

/* A reference kernel's row behind one of these for the same packing is never
 * reached. */
#define ROW_OF_M55(op, packing, name) \
	{ KERN_##op, KERN_S8, packing, KERN_PACK_M55_VERSION, \
	  run_##name##_check, run_##name##_call },
#define ROW_OF_REF(op, name) \
	{ KERN_##op, KERN_S8, KERN_PACK_REF, KERN_PACK_REF_VERSION, \
	  run_##name##_check, run_##name##_call },

static const struct run_kernel kernels[] = {
	ROW_OF_M55(CONV_2D, KERN_PACK_M55_ROWS, conv_m55)
	ROW_OF_M55(DEPTHWISE_CONV_2D, KERN_PACK_M55_TAPS, depthwise_m55)
	ROW_OF_M55(FULLY_CONNECTED, KERN_PACK_M55_ROWS, fc_m55)
	ROW_OF_REF(ADD, add_m55)
	ROW_OF_REF(AVERAGE_POOL_2D, average_pool_m55)
	RUN_ROWS_REF(RUN_ROW_OF_REF)
	RUN_ROWS_S4
};

const struct run_set run_m55 = {
	KERN_SET_M55, kernels, sizeof(kernels) / sizeof(kernels[0]), NULL,
};
