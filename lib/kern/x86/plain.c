#include "kern/x86/isas.h"
#include "kern/x86/vec_plain.inc"

#include "kern/x86/kernels.inc"

static bool is_present(void)
{
	return true;
}

const struct kern_x86 kern_x86_plain = KERN_X86("plain", is_present);
