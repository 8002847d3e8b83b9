/*
 * fe25519 - numbers modulo p = 2^255 - 19.
 *
 * Eight 32-bit limbs, least first, holding any value below 2^256: a number has
 * two or three spellings until fe_to_bytes reduces it fully.  2^256 = 38 mod p
 * folds what overflows.  All results may overlap all operands.
 */
#ifndef TINYML_CRYPTO_FE25519_H
#define TINYML_CRYPTO_FE25519_H

#include <stdbool.h>
#include <stdint.h>

enum { FE_LIMBS = 8, FE_BYTES = 32 };

struct fe {
	uint32_t v[FE_LIMBS];
};

void fe_add(struct fe *r, const struct fe *a, const struct fe *b);
void fe_sub(struct fe *r, const struct fe *a, const struct fe *b);
void fe_mul(struct fe *r, const struct fe *a, const struct fe *b);
void fe_square(struct fe *r, const struct fe *a);

/* a^((p-5)/8) and a^(p-2), that is 1/a, with 0 for 0. */
void fe_root(struct fe *r, const struct fe *a);
void fe_invert(struct fe *r, const struct fe *a);

/* Little-endian; bit 255 is ignored. */
void fe_from_bytes(struct fe *r, const uint8_t bytes[static FE_BYTES]);

/* The one spelling below p. */
void fe_to_bytes(uint8_t bytes[static FE_BYTES], const struct fe *a);

bool fe_is_zero(const struct fe *a);
bool fe_is_odd(const struct fe *a);

#endif
