#include <string.h>

#include "bits/err.h"
#include "mps2.h"
#include "mpu.h"
#include "scb.h"

enum {
	BASE = 0x21000000,
	BYTES = 768 * 1024,
	UNIT = 8,
	REGION = 3,
	REGION_LOG2 = 20,	/* 1 MB less two eighths: 768 kB */
	LAST_TWO_EIGHTHS = 0xC0,
};

static void set_access(enum mpu_access access)
{
	const struct mpu_region region = { BASE, REGION_LOG2,
					   LAST_TWO_EIGHTHS, access };

	mpu_set(REGION, &region);
}

void mps2_flash_lock(void)
{
	set_access(MPU_READ);
}

static uint8_t *at(uint32_t offset)
{
	return (uint8_t *)(uintptr_t)(BASE + offset);
}

static int erase(void *ctx, uint32_t offset)
{
	(void)ctx;
	if (offset % MPS2_SECTOR_BYTES || offset > BYTES - MPS2_SECTOR_BYTES)
		return ERR_RANGE;
	set_access(MPU_WRITE);
	memset(at(offset), FLASH_ERASED, MPS2_SECTOR_BYTES);
	mps2_flash_lock();
	return 0;
}

static int check_program(uint32_t offset, uint32_t n)
{
	if (n == 0 || n % UNIT || offset % UNIT || n > MPS2_SECTOR_BYTES ||
	    offset % MPS2_SECTOR_BYTES > MPS2_SECTOR_BYTES - n ||
	    offset > BYTES - n)
		return ERR_RANGE;
	for (uint32_t i = 0; i < n; i++)
		if (*at(offset + i) != FLASH_ERASED)
			return ERR_DEVICE;
	return 0;
}

static int program(void *ctx, uint32_t offset, const void *bytes, uint32_t n)
{
	int err = check_program(offset, n);

	(void)ctx;
	if (err)
		return err;
	set_access(MPU_WRITE);
	memcpy(at(offset), bytes, n);
	mps2_flash_lock();
	return 0;
}

void mps2_flash_init(struct flash *flash)
{
	*flash = (struct flash){ at(0), BYTES, MPS2_SECTOR_BYTES, UNIT, erase,
				 program, NULL };
}
