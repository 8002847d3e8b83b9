#include "rt/rt.h"

const struct run_set *const rt_set = &run_ref;
const char rt_kernels[] = "ref";
