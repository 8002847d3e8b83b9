#include <string.h>

#include "train/isa.h"

static const char *const names[] = {
	[TRAIN_ISA_BEST] = "best", [TRAIN_ISA_PLAIN] = "plain",
	[TRAIN_ISA_AVX2] = "avx2", [TRAIN_ISA_AVX512] = "avx512",
	[TRAIN_ISA_NEON] = "neon",
};

int train_isa_parse(const char *name, enum train_isa_choice *isa,
		    struct err *err)
{
	for (int i = TRAIN_ISA_BEST; i <= TRAIN_ISA_NEON; i++) {
		if (strcmp(name, names[i]) == 0) {
			*isa = (enum train_isa_choice)i;
			return 0;
		}
	}
	err_set(err, ERR_USAGE, "'%s' is not an instruction set we know", name);
	err_hint(err, "best, plain, avx2, avx512 and neon are");
	return ERR_USAGE;
}

static bool fits(const struct train_isa *isa, enum train_isa_choice choice)
{
	return (choice == TRAIN_ISA_BEST ||
		strcmp(isa->name, names[choice]) == 0) && isa->present();
}

int train_isa_find(enum train_isa_choice choice, const struct train_isa **out,
		   struct err *err)
{
	for (int i = 0; train_isas[i]; i++) {
		if (fits(train_isas[i], choice)) {
			*out = train_isas[i];
			return 0;
		}
	}
	err_set(err, ERR_UNSUPPORTED, "this processor has no %s",
		names[choice]);
	err_hint(err, "leave --isa away: all choices give the same bytes");
	return ERR_UNSUPPORTED;
}
