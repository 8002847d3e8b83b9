/* What an x86-64 processor can choose from. */
#include "kern/x86/isas.h"

const struct kern_x86 *const kern_x86_all[] = {
	&kern_x86_avx512, &kern_x86_avx2, &kern_x86_plain, NULL
};
