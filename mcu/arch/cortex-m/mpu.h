/*
 * mpu - close all memory but what a board names.  What no region covers
 * faults, and a fault resets the board.
 *
 * mpu.c here is for ARMv7-M (PMSA, DDI 0403E, section B3.5), the one in
 * cortex-m55 for Armv8-M (DDI 0553, section B11).
 */
#ifndef TINYML_ARCH_MPU_H
#define TINYML_ARCH_MPU_H

#include <stdint.h>

enum mpu_access {
	MPU_CODE,		/* read and execute */
	MPU_READ,		/* read only */
	MPU_WRITE,		/* read and write */
	MPU_DEVICE,		/* read and write, in order */
};

struct mpu_region {
	uint32_t base;		/* a multiple of the size */
	uint32_t bytes;		/* 5 ... 8 eighths of a size, which is a power
				   of two from 256 on */
	enum mpu_access access;
};

/* Describe region `index` (0 ... 7); takes effect at once. */
void mpu_set(unsigned index, const struct mpu_region *region);

/* From here on only the regions are open. */
void mpu_enable(void);

#endif
