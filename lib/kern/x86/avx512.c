#include "kern/x86/isas.h"
#include "kern/x86/vec_avx512.inc"

#include "kern/x86/kernels.inc"

static bool is_present(void)
{
	return __builtin_cpu_supports("avx512f") &&
	       __builtin_cpu_supports("avx512bw") &&
	       __builtin_cpu_supports("avx512vl") &&
	       __builtin_cpu_supports("avx512vnni");
}

const struct kern_x86 kern_x86_avx512 = KERN_X86("avx512", is_present);
