/* What an x86-64 processor can choose from. */
#include "train/avx2/avx2.h"
#include "train/avx512/avx512.h"
#include "train/plain/plain.h"

const struct train_isa *const train_isas[] = {
	&train_isa_avx512, &train_isa_avx2, &train_isa_plain, NULL
};
