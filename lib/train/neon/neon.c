#include "train/neon/neon.h"
#include "train/neon/vec.h"

#include "train/kernels.inc"

/* Every 64-bit Arm has it. */
static bool present(void)
{
	return true;
}

const struct train_isa train_isa_neon = TRAIN_ISA("neon", present);
