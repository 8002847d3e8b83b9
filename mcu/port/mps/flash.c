#include <string.h>

#include "bits/err.h"
#include "board.h"
#include "mps.h"
#include "mpu.h"

enum { UNIT = 8, BYTES = BOARD_FLASH_BYTES };

static void set_access(enum mpu_access access)
{
	const struct mpu_region region = { BOARD_FLASH, BYTES, access };

	mpu_set(MPS_FLASH_REGION, &region);
}

void mps_flash_lock(void)
{
	set_access(MPU_READ);
}

static uint8_t *at(uint32_t offset)
{
	return (uint8_t *)(uintptr_t)(BOARD_FLASH + offset);
}

static int erase(void *ctx, uint32_t offset)
{
	(void)ctx;
	if (offset % MPS_SECTOR_BYTES || offset > BYTES - MPS_SECTOR_BYTES)
		return ERR_RANGE;
	set_access(MPU_WRITE);
	memset(at(offset), FLASH_ERASED, MPS_SECTOR_BYTES);
	mps_flash_lock();
	return 0;
}

static int check_program(uint32_t offset, uint32_t n)
{
	if (n == 0 || n % UNIT || offset % UNIT || n > MPS_SECTOR_BYTES ||
	    offset % MPS_SECTOR_BYTES > MPS_SECTOR_BYTES - n ||
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
	mps_flash_lock();
	return 0;
}

void mps_flash_init(struct flash *flash)
{
	*flash = (struct flash){ at(0), BYTES, MPS_SECTOR_BYTES, UNIT, erase,
				 program, NULL };
}
