/* What a processor that we have no vector code for can choose from. */
#include "train/plain/plain.h"

const struct train_isa *const train_isas[] = { &train_isa_plain, NULL };
