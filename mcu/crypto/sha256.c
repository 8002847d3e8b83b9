#include "crypto/sha256.h"

#include <string.h>

#include "bits/le.h"

enum { BLOCK = 64, ROUNDS = 64 };

/* The first 32 bits of the fractional parts of cube and square roots of the
 * first primes (FIPS 180-4 sections 4.2.2 and 5.3.3). */
static const uint32_t constants[ROUNDS] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
	0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
	0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
	0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
	0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
	0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
	0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
	0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
	0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static const uint32_t start[8] = {
	0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
	0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};

static uint32_t rotate(uint32_t x, unsigned n)
{
	return x >> n | x << (32 - n);
}

/* The schedule is a ring of 16 words. */
static uint32_t next_word(uint32_t *w, unsigned i)
{
	uint32_t a = w[(i + 1) & 15], b = w[(i + 14) & 15];

	w[i & 15] += (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) + w[(i + 9) & 15] +
		     (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
	return w[i & 15];
}

static void compress(uint32_t sum[8], const uint8_t *block)
{
	uint32_t a = sum[0], b = sum[1], c = sum[2], d = sum[3];
	uint32_t e = sum[4], f = sum[5], g = sum[6], h = sum[7];
	uint32_t w[16], t1, t2;

	for (unsigned i = 0; i < ROUNDS; i++) {
		if (i < 16)
			w[i] = be_u32(block + 4 * i);
		t1 = h + constants[i] +
		     (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) +
		     ((e & f) ^ (~e & g)) + (i < 16 ? w[i] : next_word(w, i));
		t2 = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) +
		     ((a & b) ^ (a & c) ^ (b & c));
		h = g, g = f, f = e, e = d + t1;
		d = c, c = b, b = a, a = t1 + t2;
	}
	sum[0] += a, sum[1] += b, sum[2] += c, sum[3] += d;
	sum[4] += e, sum[5] += f, sum[6] += g, sum[7] += h;
}

void sha256_init(struct sha256 *sha)
{
	memcpy(sha->h, start, sizeof(start));
	sha->bytes = 0;
}

void sha256_update(struct sha256 *sha, const void *bytes, size_t n)
{
	const uint8_t *p = bytes;

	while (n > 0) {
		size_t at = sha->bytes % BLOCK, room = BLOCK - at;
		size_t part = n < room ? n : room;

		memcpy(sha->block + at, p, part);
		sha->bytes += part;
		p += part;
		n -= part;
		if (part == room)
			compress(sha->h, sha->block);
	}
}

void sha256_final(struct sha256 *sha, uint8_t hash[static SHA256_BYTES])
{
	uint64_t bits = sha->bytes * 8;
	uint8_t length[8];
	size_t at = sha->bytes % BLOCK;

	sha256_update(sha, "\x80", 1);
	at = (size_t)(BLOCK + 56 - 1 - at) % BLOCK;
	while (at-- > 0)
		sha256_update(sha, "", 1);
	be_put32(length, (uint32_t)(bits >> 32));
	be_put32(length + 4, (uint32_t)bits);
	sha256_update(sha, length, sizeof(length));
	for (unsigned i = 0; i < 8; i++)
		be_put32(hash + 4 * i, sha->h[i]);
}

void sha256(const void *bytes, size_t n, uint8_t hash[static SHA256_BYTES])
{
	struct sha256 sha;

	sha256_init(&sha);
	sha256_update(&sha, bytes, n);
	sha256_final(&sha, hash);
}
