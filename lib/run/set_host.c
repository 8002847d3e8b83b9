#include "run/rows.h"

static const struct run_kernel kernels[] = {
	RUN_ROWS_HOST(RUN_ROW_OF_REF)
	RUN_ROWS_S4
};

const struct run_set run_host = {
	KERN_SET_HOST, kernels, sizeof(kernels) / sizeof(kernels[0]), NULL,
};
