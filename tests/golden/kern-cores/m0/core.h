/* The kernels for Cortex-M0. */
#include "kern/m0/m0.h"

#define CORE(name) kern_m0_##name
#define core_average_pool_s8 kern_m0_average_pool_s8
#define CORE_TAPS 1, 3	/* of a depthwise kernel, each way */
