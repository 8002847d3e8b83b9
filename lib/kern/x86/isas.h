/*
 * isas - the instruction sets that a build may have.
 */
#ifndef TINYML_KERN_X86_ISAS_H
#define TINYML_KERN_X86_ISAS_H

#include "kern/x86/x86.h"

extern const struct kern_x86 kern_x86_plain;
extern const struct kern_x86 kern_x86_avx2, kern_x86_avx512;	/* x86-64 */

#endif
