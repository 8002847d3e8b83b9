/*
 * mpu - close all memory but what a board names (ARMv7-M PMSA, DDI 0403E,
 * section B3.5).  What no region covers faults, and a fault resets the board.
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
	uint8_t size_log2;	/* 5 ... 31; 8 and more for closed eighths */
	uint8_t closed_eighths;	/* bit i: eighth i is not covered */
	enum mpu_access access;
};

/* Describe region `index` (0 ... 7); takes effect at once. */
void mpu_set(unsigned index, const struct mpu_region *region);

/* From here on only the regions are open. */
void mpu_enable(void);

#endif
