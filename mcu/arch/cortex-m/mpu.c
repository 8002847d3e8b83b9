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

/* The size as a power of two, and the eighths at its end that are closed. */
static uint32_t size_bits(uint32_t bytes)
{
	uint32_t log2 = 8, eighths;

	while (UINT32_C(1) << log2 < bytes)
		log2++;
	eighths = bytes >> (log2 - 3);
	return (log2 - 1) << RASR_SIZE |
	       (0xff << eighths & 0xff) << RASR_CLOSED;
}

void mpu_set(unsigned index, const struct mpu_region *region)
{
	uint32_t rasr = RASR_ENABLE | size_bits(region->bytes);

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
