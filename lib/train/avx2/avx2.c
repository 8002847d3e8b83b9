#include "train/avx2/avx2.h"
#include "train/avx2/vec.h"

#include "train/kernels.inc"

static bool present(void)
{
	return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

const struct train_isa train_isa_avx2 = TRAIN_ISA("avx2", present);
