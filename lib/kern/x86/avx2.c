#include "kern/x86/isas.h"
#include "kern/x86/vec_avx2.inc"

#include "kern/x86/kernels.inc"

static bool is_present(void)
{
	return __builtin_cpu_supports("avx2");
}

const struct kern_x86 kern_x86_avx2 = KERN_X86("avx2", is_present);
