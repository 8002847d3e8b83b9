/*
 * sha512 - FIPS 180-4 section 6.4, in pieces; for Ed25519.
 */
#ifndef TINYML_CRYPTO_SHA512_H
#define TINYML_CRYPTO_SHA512_H

#include <stddef.h>
#include <stdint.h>

enum { SHA512_BYTES = 64 };

struct sha512 {
	uint64_t h[8];
	uint64_t bytes;		/* so far; below 2^61 */
	uint8_t block[128];
};

void sha512_init(struct sha512 *sha);
void sha512_update(struct sha512 *sha, const void *bytes, size_t n);
void sha512_final(struct sha512 *sha, uint8_t hash[static SHA512_BYTES]);

#endif
