#include "rt/rt.h"

const struct run_set *const rt_set = &run_m0;
const char rt_kernels[] = "m0";
