/*
 * ed25519_cases - seeded signatures of every kind: good, damaged, at the edges.
 * Used by the unit test (10^4) and by the soak (10^6).
 */
#ifndef TINYML_TESTS_ED25519_CASES_H
#define TINYML_TESTS_ED25519_CASES_H

#include <sodium.h>
#include <stdbool.h>
#include <string.h>

#include "base/rng.h"
#include "crypto/ed25519.h"

enum { ED_MESSAGE_MAX = 256, ED_KINDS = 12 };

struct ed_case {
	uint8_t key[32], signature[64], message[ED_MESSAGE_MAX];
	size_t n;
};

static inline void ed_random(struct rng *rng, uint8_t *p, size_t n)
{
	while (n-- > 0)
		*p++ = (uint8_t)rng_u64(rng);
}

static inline void ed_flip(struct rng *rng, uint8_t *p, size_t n)
{
	if (n > 0)
		p[rng_below(rng, (uint32_t)n)] ^=
			(uint8_t)(1u << rng_below(rng, 8));
}

/* s += times * L, as far as 32 bytes hold it */
static inline void ed_add_order(uint8_t *s, unsigned times)
{
	static const uint8_t order[32] = {
		0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,
		0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
		[31] = 0x10 };

	while (times-- > 0) {
		unsigned carry = 0;

		for (int i = 0; i < 32; i++) {
			carry += s[i] + order[i];
			s[i] = (uint8_t)carry;
			carry >>= 8;
		}
	}
}

/* A y near 0 or p, both signs: non-canonical and small-order encodings. */
static inline void ed_edge_point(struct rng *rng, uint8_t *p)
{
	bool low = rng_below(rng, 2);

	memset(p, low ? 0 : 0xff, 32);
	p[0] = (uint8_t)(low ? rng_below(rng, 24) : 0xff - rng_below(rng, 24));
	p[31] = (uint8_t)((low ? 0 : 0x7f) | rng_below(rng, 2) << 7);
}

static inline void ed_case_make(struct ed_case *c, struct rng *rng)
{
	uint8_t seed[32], secret[64];

	ed_random(rng, seed, sizeof(seed));
	crypto_sign_seed_keypair(c->key, secret, seed);
	c->n = rng_below(rng, ED_MESSAGE_MAX + 1);
	ed_random(rng, c->message, c->n);
	crypto_sign_detached(c->signature, NULL, c->message, c->n, secret);
	switch (rng_below(rng, ED_KINDS)) {
	case 0: ed_flip(rng, c->signature, 32); break;
	case 1: ed_flip(rng, c->signature + 32, 32); break;
	case 2: ed_flip(rng, c->key, 32); break;
	case 3: ed_flip(rng, c->message, c->n); break;
	case 4: ed_add_order(c->signature + 32, 1 + rng_below(rng, 15)); break;
	case 5: ed_random(rng, c->signature, 64); break;
	case 6: ed_random(rng, c->key, 32); break;
	case 7: ed_edge_point(rng, c->key); break;
	case 8: ed_edge_point(rng, c->signature); break;
	case 9: memset(c->signature + 32, 0, 32);
		ed_add_order(c->signature + 32, 1);
		c->signature[32] -= (uint8_t)rng_below(rng, 3);
		break;
	default: break;
	}
}

/* Do ours and libsodium's verdict agree? */
static inline bool ed_case_agrees(const struct ed_case *c, bool *accepted)
{
	bool theirs = crypto_sign_verify_detached(c->signature, c->message,
						  c->n, c->key) == 0;

	*accepted = ed25519_verify(c->signature, c->message, c->n, c->key) ==
		    ED25519_VALID;
	return *accepted == theirs;
}

#endif
