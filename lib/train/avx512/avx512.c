#include "train/avx512/avx512.h"
#include "train/avx512/vec.h"

#include "train/kernels.inc"

static bool present(void)
{
	return __builtin_cpu_supports("avx512f");
}

const struct train_isa train_isa_avx512 = TRAIN_ISA("avx512", present);
