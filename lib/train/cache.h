/*
 * cache - numbers that took long to compute, kept between runs.
 *
 *     FOLDER/KEY   KEY: 64 hex digits, the SHA-256 of what they were made from
 *     content: floats, little-endian | SHA-256 of them and KEY
 *
 * Nothing depends on it: an entry that is absent, cut, damaged or of another
 * length is not there, one that cannot be written is not kept.  Entries are
 * written whole or not at all.
 */
#ifndef TINYML_TRAIN_CACHE_H
#define TINYML_TRAIN_CACHE_H

#include <stdbool.h>
#include <stddef.h>

#include "artifact/digest.h"

/* Larger results are not kept. */
#define CACHE_BYTES_MAX ((size_t)1 << 30)

/* Fill x with n floats; false: not there. */
bool cache_get(const char *folder, const struct digest *key, float *x,
	       size_t n);
void cache_put(const char *folder, const struct digest *key, const float *x,
	       size_t n);

#endif
