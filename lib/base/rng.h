/*
 * rng - a seeded, repeatable stream of random numbers.
 *
 * xoshiro256** by Blackman and Vigna (2018), seeded through splitmix64, as
 * published by its authors.  Not for secrets.
 *
 * Streams: rng_init(seed, stream) gives independent sequences for the same
 * seed, so that work on item i depends on (seed, i) and not on who did it.
 */
#ifndef TINYML_BASE_RNG_H
#define TINYML_BASE_RNG_H

#include <stddef.h>
#include <stdint.h>

struct rng {
	uint64_t s[4];
};

void rng_init(struct rng *rng, uint64_t seed, uint64_t stream);

uint64_t rng_u64(struct rng *rng);

/* Uniform in [0, n) without bias; n > 0. */
uint32_t rng_below(struct rng *rng, uint32_t n);

/* Uniform in [0, 1), a multiple of 2^-24. */
float rng_unit(struct rng *rng);

/* Fisher-Yates over n indices. */
void rng_shuffle(struct rng *rng, uint32_t *items, size_t n);

#endif
