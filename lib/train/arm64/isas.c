/* What a 64-bit Arm processor can choose from. */
#include "train/neon/neon.h"
#include "train/plain/plain.h"

const struct train_isa *const train_isas[] = {
	&train_isa_neon, &train_isa_plain, NULL
};
