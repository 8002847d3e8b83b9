#include "artifact/key.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "artifact/digest.h"
#include "artifact/signature.h"
#include "bits/le.h"

enum { PUBLIC_BYTES = 2 + 8 + 32, HASH_BYTES = 64 };

void key_from_seed(struct key_secret *key, const uint8_t seed[32])
{
	struct digest digest;

	crypto_sign_seed_keypair(key->pub.pk, key->sk, seed);
	digest = digest_of(key->pub.pk, sizeof(key->pub.pk));
	memcpy(key->pub.id, digest.bytes, sizeof(key->pub.id));
}

int key_generate(struct key_secret *key, struct err *err)
{
	uint8_t seed[crypto_sign_SEEDBYTES];

	if (sodium_init() < 0)
		return err_set(err, ERR_IO, "no randomness from the system");
	randombytes_buf(seed, sizeof(seed));
	key_from_seed(key, seed);
	key_wipe(seed, sizeof(seed));
	return 0;
}

void key_wipe(void *bytes, size_t n)
{
	sodium_memzero(bytes, n);
}

void key_text(const struct key_public *pub, char text[KEY_TEXT])
{
	uint8_t body[PUBLIC_BYTES] = { 'E', 'd' };

	memcpy(body + 2, pub->id, sizeof(pub->id));
	memcpy(body + 10, pub->pk, sizeof(pub->pk));
	sodium_bin2base64(text, KEY_TEXT, body, sizeof(body),
			  sodium_base64_VARIANT_ORIGINAL);
}

int key_from_text(struct key_public *pub, const char *text, struct err *err)
{
	uint8_t body[PUBLIC_BYTES];
	char again[KEY_TEXT];
	size_t n = 0;

	if (strlen(text) != KEY_TEXT - 1 ||
	    sodium_base642bin(body, sizeof(body), text, KEY_TEXT - 1, NULL, &n,
			      NULL, sodium_base64_VARIANT_ORIGINAL) ||
	    n != sizeof(body) || memcmp(body, "Ed", 2) != 0)
		goto bad;
	memcpy(pub->id, body + 2, sizeof(pub->id));
	memcpy(pub->pk, body + 10, sizeof(pub->pk));
	key_text(pub, again);
	if (strcmp(again, text) == 0)
		return 0;
bad:
	err_set(err, ERR_FORMAT, "'%s' is not a public key", text);
	err_hint(err, "a public key is 56 characters, as the second line of a "
		 ".pub file");
	return ERR_FORMAT;
}

void key_id_text(const struct key_public *pub, char text[KEY_ID_TEXT])
{
	snprintf(text, KEY_ID_TEXT, "%016llX",
		 (unsigned long long)le_u64(pub->id));
}

bool key_is_known(const struct key_public *pub)
{
	return !sodium_is_zero(pub->pk, sizeof(pub->pk));
}

void key_sign_raw(const struct key_secret *key, const void *bytes, size_t n,
		  uint8_t signature[64])
{
	crypto_sign_detached(signature, NULL, bytes, n, key->sk);
}

bool key_verify_raw(const uint8_t pk[32], const void *bytes, size_t n,
		    const uint8_t signature[64])
{
	return crypto_sign_verify_detached(signature, bytes, n, pk) == 0;
}

int key_sign(const struct key_secret *key, const void *bytes, size_t n,
	     const char *trusted, struct buf *signature, struct err *err)
{
	struct signature made = { 0 };
	uint8_t hash[HASH_BYTES], global[64 + SIGNATURE_COMMENT_MAX];
	size_t comment_n = strlen(trusted);

	if (!signature_comment_ok(trusted))
		return err_set(err, ERR_FORMAT, "a trusted comment is at most "
			       "%d printable characters",
			       SIGNATURE_COMMENT_MAX);
	memcpy(made.id, key->pub.id, sizeof(made.id));
	memcpy(made.comment, trusted, comment_n);
	crypto_generichash(hash, sizeof(hash), bytes, n, NULL, 0);
	key_sign_raw(key, hash, sizeof(hash), made.sig);
	memcpy(global, made.sig, 64);
	memcpy(global + 64, trusted, comment_n);
	key_sign_raw(key, global, 64 + comment_n, made.global);
	signature_write(&made, signature);
	return signature->failed ? err_nomem(err) : 0;
}
