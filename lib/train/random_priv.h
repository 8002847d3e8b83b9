/*
 * random - independent streams by purpose and counters, so that a draw
 * depends on what it is for and never on who draws it when.
 */
#ifndef TINYML_TRAIN_RANDOM_PRIV_H
#define TINYML_TRAIN_RANDOM_PRIV_H

#include "base/rng.h"

enum random_purpose {
	RANDOM_WEIGHTS = 1,	/* by layer */
	RANDOM_ORDER,		/* by epoch */
	RANDOM_SAMPLE,		/* by epoch, sample */
	RANDOM_DROPOUT,		/* by step, place in the batch */
};

static inline void random_stream(struct rng *rng, uint64_t seed,
				 enum random_purpose purpose, uint64_t a,
				 uint64_t b)
{
	rng_init(rng, seed, (uint64_t)purpose << 60 ^ a << 30 ^ b);
}

#endif
