#include "kern/x86/isas.h"
#include "kern/x86/vec_plain.h"

#include "kern/x86/kernels.h"

static bool is_present(void)
{
	return true;
}

const struct kern_x86 kern_x86_plain = KERN_X86("plain", is_present);
