#include "mpu.h"

#include "scb.h"

enum {
	MPU_RNR = 0xE000ED98, MPU_RLAR = 0xE000EDA0, MPU_MAIR0 = 0xE000EDC0,
	RBAR_NO_EXECUTE = 1, RBAR_READ_ONLY = 2 << 1,	/* privileged */
	RLAR_ENABLE = 1, RLAR_ATTRIBUTES = 1,		/* a shift */
	NORMAL = 0, DEVICE = 1,
	MAIR = 0x04BB,		/* 0: normal, write-through; 1: device nGnRE */
	CTRL_ENABLE = 1,
};

void mpu_set(unsigned index, const struct mpu_region *region)
{
	uint32_t rbar = region->base;
	uint32_t rlar = (region->base + region->bytes - 32) | RLAR_ENABLE;

	if (region->access == MPU_CODE || region->access == MPU_READ)
		rbar |= RBAR_READ_ONLY;
	if (region->access != MPU_CODE)
		rbar |= RBAR_NO_EXECUTE;
	if (region->access == MPU_DEVICE)
		rlar |= DEVICE << RLAR_ATTRIBUTES;
	*reg(MPU_MAIR0) = MAIR;
	*reg(MPU_RNR) = index;
	*reg(MPU_RBAR) = rbar;
	*reg(MPU_RLAR) = rlar;
	barrier();
}

void mpu_enable(void)
{
	*reg(MPU_CTRL) = CTRL_ENABLE;
	barrier();
}
