#include "train/plain/plain.h"
#include "train/plain/vec.h"

#include "train/kernels.inc"

static bool present(void)
{
	return true;
}

const struct train_isa train_isa_plain = TRAIN_ISA("plain", present);
