/* The kernels for Cortex-M4. */
#include "kern/m4/m4.h"

#define CORE(name) kern_m4_##name
#define core_average_pool_s8 kern_average_pool_s8	/* it has none */
#define CORE_TAPS 3, 3	/* of a depthwise kernel, each way */
