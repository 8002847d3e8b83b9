/*
 * key - Ed25519 keys and signatures in minisign's formats.
 *
 * Layouts (minisign 0.11): a public key is "Ed" | id[8] | pk[32]; a secret key
 * is unencrypted, as `minisign -G -W` writes; a signature is prehashed ("ED":
 * over BLAKE2b-512 of the bytes) in a file of four lines.  Our untrusted
 * comment is fixed and our trusted comment carries no clock, so that equal
 * bytes give equal signature files.  A signature that is read is encoded again
 * and compared: spare base64 bits, other comments, carriage returns and bytes
 * after the last line are ERR_TRUST (stock minisign lets them pass).  Key
 * files may come from minisign, so their untrusted comment is free; the rest
 * has one spelling too.
 *
 * A key's id is only a name to find the key by: here the first 8 bytes of the
 * SHA-256 of the public key; minisign draws it at random.
 */
#ifndef TINYML_ARTIFACT_KEY_H
#define TINYML_ARTIFACT_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

enum {
	KEY_TEXT = 57,		/* 56 base64 characters and a NUL */
	KEY_ID_TEXT = 17	/* 16 hex digits and a NUL */
};

struct key_public {
	uint8_t id[8], pk[32];
};

struct key_secret {
	struct key_public pub;
	uint8_t sk[64];		/* seed | public key, as libsodium keeps it */
};

/* A list of public keys that are believed. All zeros believes nobody. */
struct key_ring {
	struct key_public *keys;
	size_t n;
};

/* A new key from the system's randomness. ERR_IO. */
int key_generate(struct key_secret *key, struct err *err);

/* A key from 32 given bytes (tests and demos: the same seed, the same key). */
void key_from_seed(struct key_secret *key, const uint8_t seed[32]);

/* Files: 0600 and 0644; parents are made. Never replaces an existing secret
 * key (ERR_BUSY). */
int key_save(const struct key_secret *key, const char *path, struct err *err);
int key_save_public(const struct key_public *pub, const char *path,
		    struct err *err);

/* ERR_MISSING with a hint at `tinyml init`; ERR_FORMAT, also when the public
 * half does not belong to the secret one; ERR_TRUST when others may read the
 * file; ERR_UNSUPPORTED for a key with a password. */
int key_load(struct key_secret *key, const char *path, struct err *err);
int key_load_public(struct key_public *pub, const char *path,
		    struct err *err);

/* The 56 characters that `minisign -P` takes. */
void key_text(const struct key_public *pub, char text[KEY_TEXT]);
int key_from_text(struct key_public *pub, const char *text, struct err *err);

/* The id as minisign prints it: 16 upper-case hex digits, last byte first. */
void key_id_text(const struct key_public *pub, char text[KEY_ID_TEXT]);

/* Is there a key, or just an id (pk all zero)? */
bool key_is_known(const struct key_public *pub);

/* Overwrite a secret that is no longer needed. */
void key_wipe(void *bytes, size_t n);

int key_ring_add(struct key_ring *ring, const struct key_public *pub,
		 struct err *err);
void key_ring_release(struct key_ring *ring);

/* The signature file for n bytes; trusted is its trusted comment: printable
 * ASCII, at most 200 characters. */
int key_sign(const struct key_secret *key, const void *bytes, size_t n,
	     const char *trusted, struct buf *signature, struct err *err);

/* Plain Ed25519 over n bytes (MCUboot's TLV 0x24 signs a 32-byte hash). */
void key_sign_raw(const struct key_secret *key, const void *bytes, size_t n,
		  uint8_t signature[64]);
bool key_verify_raw(const uint8_t pk[32], const void *bytes, size_t n,
		    const uint8_t signature[64]);

#endif
