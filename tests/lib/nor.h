/*
 * nor - NOR flash in memory that obeys image/flash.h to the letter, counts its
 * operations and loses power at one of them.
 *
 * A broken rule (a unit programmed twice, misaligned, across a sector) sets
 * `broken`.  After die_at operations (1: the first) the operation is done in
 * part, as `torn` says, and everything fails until nor_reboot.
 */
#ifndef TINYML_TESTS_NOR_H
#define TINYML_TESTS_NOR_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "bits/err.h"
#include "image/flash.h"

enum nor_torn { NOR_NOTHING, NOR_HALF, NOR_BITS, NOR_ALL, NOR_TORN_KINDS };

struct nor {
	uint8_t *bytes;
	struct flash flash;
	long count, die_at;	/* die_at 0: never */
	enum nor_torn torn;
	bool dead, broken;
};

/* How many of n bytes the dying operation still does. */
static inline uint32_t nor_share(const struct nor *nor, uint32_t n)
{
	switch (nor->torn) {
	case NOR_NOTHING: return 0;
	case NOR_HALF: return n / 2;
	default: return n;
	}
}

static inline bool nor_dies(struct nor *nor)
{
	nor->dead = ++nor->count == nor->die_at;
	return nor->dead;
}

static inline int nor_erase(void *ctx, uint32_t offset)
{
	struct nor *nor = ctx;
	uint32_t n = nor->flash.sector_bytes;

	if (nor->dead)
		return ERR_DEVICE;
	if (offset % n || offset > nor->flash.bytes - n) {
		nor->broken = true;
		return ERR_RANGE;
	}
	if (nor_dies(nor)) {
		n = nor_share(nor, n);
		if (nor->torn == NOR_BITS)	/* only some bits rose */
			for (uint32_t i = 0; i < n; i++)
				nor->bytes[offset + i] |= 0x5A;
		else
			memset(nor->bytes + offset, FLASH_ERASED, n);
		return ERR_DEVICE;
	}
	memset(nor->bytes + offset, FLASH_ERASED, n);
	return 0;
}

static inline int nor_program(void *ctx, uint32_t offset, const void *bytes,
			      uint32_t n)
{
	struct nor *nor = ctx;
	uint32_t unit = nor->flash.unit_bytes, sector = nor->flash.sector_bytes;
	uint8_t keep = 0;
	const uint8_t *p = bytes;

	if (nor->dead)
		return ERR_DEVICE;
	if (n == 0 || n % unit || offset % unit || n > sector ||
	    offset % sector > sector - n ||
	    offset > nor->flash.bytes - n)
		nor->broken = true;
	for (uint32_t i = 0; !nor->broken && i < n; i++)
		if (nor->bytes[offset + i] != FLASH_ERASED)
			nor->broken = true;
	if (nor->broken)
		return ERR_RANGE;
	if (nor_dies(nor)) {
		n = nor_share(nor, n);
		keep = nor->torn == NOR_BITS ? 0xA5 : 0;
	}
	for (uint32_t i = 0; i < n; i++)
		nor->bytes[offset + i] &= (uint8_t)(p[i] | keep);
	return nor->dead ? ERR_DEVICE : 0;
}

static inline void nor_init(struct nor *nor, uint32_t bytes,
			    uint32_t sector_bytes, uint32_t unit_bytes)
{
	memset(nor, 0, sizeof(*nor));
	/* models want alignment, as flash gives it */
	nor->bytes = aligned_alloc(4096, (bytes + 4095u) & ~4095u);
	memset(nor->bytes, FLASH_ERASED, bytes);
	nor->flash = (struct flash){ nor->bytes, bytes, sector_bytes,
				     unit_bytes, nor_erase, nor_program, nor };
}

static inline void nor_reboot(struct nor *nor)
{
	nor->dead = false;
	nor->die_at = 0;
	nor->count = 0;
}

static inline void nor_release(struct nor *nor)
{
	free(nor->bytes);
}

#endif
