/*
 * flash - the contract of NOR flash that holds model slots and boot records.
 *
 * Erasing a sector makes all its bytes 0xFF.  Programming writes whole, aligned
 * write units that are erased; a unit is never programmed twice between
 * erases, not even with the same bytes.  Power may fail during any operation:
 * an erase may leave any mixture of old bytes and 0xFF, a program any mixture
 * of units done, torn and still erased; other sectors keep their bytes.
 *
 * Erase and program may stall execution from flash on chips with one bank:
 * nothing else runs meanwhile, interrupts may be late by tens of ms.
 */
#ifndef TINYML_IMAGE_FLASH_H
#define TINYML_IMAGE_FLASH_H

#include <stdint.h>

enum {
	FLASH_UNIT_MAX = 32,	/* largest write unit supported */
	FLASH_ERASED = 0xFF,
};

struct flash {
	/* All of it, mapped for reading (models run in place). Offsets below
	 * count from here. */
	const uint8_t *base;
	uint32_t bytes;
	uint32_t sector_bytes;	/* erase unit, a power of two */
	uint32_t unit_bytes;	/* write unit, a power of two, 4 ... 32 */
	/* Erase the sector at offset (aligned). 0 or ERR_DEVICE, ERR_RANGE. */
	int (*erase)(void *ctx, uint32_t offset);
	/* Program n bytes (whole units, aligned, inside one sector).
	 * 0 or ERR_DEVICE, ERR_RANGE. */
	int (*program)(void *ctx, uint32_t offset, const void *bytes,
		       uint32_t n);
	void *ctx;
};

#endif
