/*
 * sha256 - FIPS 180-4 section 6.2, in pieces.
 */
#ifndef TINYML_CRYPTO_SHA256_H
#define TINYML_CRYPTO_SHA256_H

#include <stddef.h>
#include <stdint.h>

enum { SHA256_BYTES = 32 };

struct sha256 {
	uint32_t h[8];
	uint64_t bytes;		/* so far; the last bytes % 64 are in block */
	uint8_t block[64];
};

void sha256_init(struct sha256 *sha);
void sha256_update(struct sha256 *sha, const void *bytes, size_t n);
void sha256_final(struct sha256 *sha, uint8_t hash[static SHA256_BYTES]);

/* All at once. */
void sha256(const void *bytes, size_t n, uint8_t hash[static SHA256_BYTES]);

#endif
