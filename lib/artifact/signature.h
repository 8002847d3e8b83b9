/*
 * signature - the four lines of a minisign signature file, private to
 * lib/artifact (key_sign makes one, artifact_parse checks one).
 *
 *     untrusted comment: signature by tinyml
 *     base64 of "ED" | id[8] | sig[64]                     100 characters
 *     trusted comment: TEXT
 *     base64 of Ed25519(sig | TEXT)                         88 characters
 *
 * sig is Ed25519 over BLAKE2b-512 of the signed bytes.  Each line ends in one
 * line feed, nothing follows.  There is one spelling: signature_read encodes
 * what it understood and compares.
 */
#ifndef TINYML_ARTIFACT_SIGNATURE_H
#define TINYML_ARTIFACT_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "artifact/key.h"
#include "base/buf.h"
#include "base/error.h"

enum { SIGNATURE_COMMENT_MAX = 200 };

struct signature {
	uint8_t id[8];		/* of the key that is said to have signed */
	uint8_t sig[64], global[64];
	char comment[SIGNATURE_COMMENT_MAX + 1];	/* TEXT */
};

/* The file's text. */
void signature_write(const struct signature *signature, struct buf *out);

/* From untrusted bytes; says nothing about validity. ERR_TRUST when they are
 * not exactly what signature_write makes. */
int signature_read(struct signature *signature, const void *bytes, size_t n,
		   struct err *err);

/* Are both signatures pub's, over n bytes and over the comment? */
bool signature_valid(const struct signature *signature,
		     const struct key_public *pub, const void *bytes,
		     size_t n);

/* Find the key it names in ring and check it. signer gets the key found, or
 * the id alone (pk all zero) when nobody in the ring has it. ERR_TRUST. */
int signature_check(const struct signature *signature,
		    const struct key_ring *ring, const void *bytes, size_t n,
		    struct key_public *signer, struct err *err);

/* Printable ASCII and not too long? */
bool signature_comment_ok(const char *comment);

#endif
