#include <criterion/criterion.h>
#include <sodium.h>
#include <string.h>

#include "crypto/sha256.h"
#include "crypto/sha512.h"

/* FIPS 180-4 examples: the empty message and "abc". */
Test(sha256, known_answers)
{
	static const uint8_t empty[4] = { 0xe3, 0xb0, 0xc4, 0x42 };
	static const uint8_t abc[4] = { 0xba, 0x78, 0x16, 0xbf };
	uint8_t hash[SHA256_BYTES];

	sha256("", 0, hash);
	cr_assert_eq(memcmp(hash, empty, 4), 0);
	sha256("abc", 3, hash);
	cr_assert_eq(memcmp(hash, abc, 4), 0);
}

Test(sha256, equals_libsodium_at_every_length_and_cut)
{
	uint8_t text[300], ours[SHA256_BYTES], theirs[SHA256_BYTES];

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (uint8_t)(i * 7 + 1);
	for (size_t n = 0; n <= sizeof(text); n++) {
		struct sha256 sha;
		size_t cut = n * 3 / 7;

		sha256_init(&sha);
		sha256_update(&sha, text, cut);
		sha256_update(&sha, text + cut, n - cut);
		sha256_final(&sha, ours);
		crypto_hash_sha256(theirs, text, n);
		cr_assert_eq(memcmp(ours, theirs, sizeof(ours)), 0, "%zu", n);
	}
}

Test(sha512, equals_libsodium_at_every_length_and_cut)
{
	uint8_t text[400], ours[SHA512_BYTES], theirs[SHA512_BYTES];

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (uint8_t)(i * 11 + 3);
	for (size_t n = 0; n <= sizeof(text); n++) {
		struct sha512 sha;
		size_t cut = n * 3 / 7;

		sha512_init(&sha);
		sha512_update(&sha, text, cut);
		sha512_update(&sha, text + cut, n - cut);
		sha512_final(&sha, ours);
		crypto_hash_sha512(theirs, text, n);
		cr_assert_eq(memcmp(ours, theirs, sizeof(ours)), 0, "%zu", n);
	}
}
