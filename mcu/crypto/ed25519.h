/*
 * ed25519 - check a signature (RFC 8032, Ed25519 without context).
 *
 * Where the RFC leaves a choice, libsodium 1.0.18 chooses and this agrees with
 * it on every input:
 *   - S must be below the group order L
 *   - the public key must be canonical (y < p), on the curve and not of small
 *     order; keys of mixed order are taken
 *   - R must not be of small order
 *   - R = S B - h A is demanded without the cofactor 8, comparing R's bytes
 *     with the encoding of the right side: a non-canonical R never matches
 *
 * Nothing here is secret, so time depends on the input.  Stack: under 4 kB.
 */
#ifndef TINYML_CRYPTO_ED25519_H
#define TINYML_CRYPTO_ED25519_H

#include <stddef.h>
#include <stdint.h>

enum { ED25519_KEY_BYTES = 32, ED25519_SIGNATURE_BYTES = 64 };

/* The only value that means valid: far from 0, 1 and -1, so that a glitched
 * register or a skipped branch does not produce it.  Callers compare with it
 * and check twice. */
#define ED25519_VALID 0x5AA5C33Cu

/* ED25519_VALID or anything else. */
uint32_t ed25519_verify(const uint8_t signature[static ED25519_SIGNATURE_BYTES],
			const void *message, size_t n,
			const uint8_t key[static ED25519_KEY_BYTES]);

#endif
