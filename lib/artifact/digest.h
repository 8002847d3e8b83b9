/*
 * digest - SHA-256 (FIPS 180-4), in one go or piece by piece.
 */
#ifndef TINYML_ARTIFACT_DIGEST_H
#define TINYML_ARTIFACT_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum { DIGEST_BYTES = 32, DIGEST_HEX = 65 };	/* HEX counts the NUL */

struct digest {
	uint8_t bytes[DIGEST_BYTES];
};

struct digest_state {
	_Alignas(16) uint8_t opaque[128];
};

void digest_init(struct digest_state *state);
void digest_add(struct digest_state *state, const void *bytes, size_t n);
struct digest digest_end(struct digest_state *state);

struct digest digest_of(const void *bytes, size_t n);

/* The bytes of a regular file, read in pieces. ERR_MISSING, ERR_IO. */
int digest_file(const char *path, struct digest *digest, struct err *err);

bool digest_equal(const struct digest *a, const struct digest *b);
void digest_hex(const struct digest *digest, char hex[DIGEST_HEX]);
bool digest_unhex(struct digest *digest, const char *hex);

#endif
