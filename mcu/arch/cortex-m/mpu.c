#include "mpu.h"

#include "scb.h"

enum {
	RBAR_VALID = 1 << 4,
	RASR_ENABLE = 1,
	RASR_SIZE = 1,			/* shifts */
	RASR_CLOSED = 8,
	RASR_ATTRIBUTES = 16,		/* B, C, S, TEX */
	RASR_ACCESS = 24,
	RASR_NO_EXECUTE = 1 << 28,
	READ_WRITE = 3, READ_ONLY = 6,
	NORMAL = 2,			/* write-through */
	DEVICE = 1,
	CTRL_ENABLE = 1,
};

void mpu_set(unsigned index, const struct mpu_region *region)
{
	uint32_t rasr = RASR_ENABLE |
			(region->size_log2 - 1u) << RASR_SIZE |
			(uint32_t)region->closed_eighths << RASR_CLOSED;

	rasr |= (region->access == MPU_DEVICE ? DEVICE : NORMAL)
		<< RASR_ATTRIBUTES;
	rasr |= (region->access == MPU_CODE || region->access == MPU_READ ?
		 READ_ONLY : READ_WRITE) << RASR_ACCESS;
	if (region->access != MPU_CODE)
		rasr |= RASR_NO_EXECUTE;
	*reg(MPU_RBAR) = region->base | RBAR_VALID | index;
	*reg(MPU_RASR) = rasr;
	barrier();
}

void mpu_enable(void)
{
	*reg(MPU_CTRL) = CTRL_ENABLE;
	barrier();
}
