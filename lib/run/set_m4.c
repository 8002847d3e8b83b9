#include "run/rows.h"

/* A reference kernel's row behind one of these for the same packing is never
 * reached. */
#define ROW_OF_M4(op, packing, name) \
	{ KERN_##op, KERN_S8, packing, KERN_PACK_M4_VERSION, \
	  run_##name##_check, run_##name##_call },

static const struct run_kernel kernels[] = {
	ROW_OF_M4(CONV_2D, KERN_PACK_M4_ROWS, conv_m4)
	ROW_OF_M4(DEPTHWISE_CONV_2D, KERN_PACK_M4_DW3, depthwise_m4)
	ROW_OF_M4(DEPTHWISE_CONV_2D, KERN_PACK_M4_QUADS, depthwise_quads_m4)
	ROW_OF_M4(FULLY_CONNECTED, KERN_PACK_M4_ROWS, fc_m4)
	{ KERN_ADD, KERN_S8, KERN_PACK_REF, KERN_PACK_REF_VERSION,
	  run_add_m4_check, run_add_m4_call },
	RUN_ROWS_REF(RUN_ROW_OF_REF)
	RUN_ROWS_S4
};

const struct run_set run_m4 = {
	KERN_SET_M4, kernels, sizeof(kernels) / sizeof(kernels[0]), NULL,
};
