/* What any other processor has. */
#include "kern/x86/isas.h"

const struct kern_x86 *const kern_x86_all[] = { &kern_x86_plain, NULL };
