#include "rt/rt.h"

const struct run_set *const rt_set = &run_m55;
const char rt_kernels[] = "m55";
