/* The kernels for Cortex-M55. */
#include "kern/m55/m55.h"

#define CORE(name) kern_m55_##name
#define core_average_pool_s8 kern_m55_average_pool_s8
#define CORE_TAPS 1, 7	/* of a depthwise kernel, each way */
