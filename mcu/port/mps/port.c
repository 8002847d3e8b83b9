/*
 * ARM's MPS boards, as QEMU emulates them: mps.h says what they share.
 */
#include "hal/hal.h"

#include "board.h"
#include "mps.h"
#include "mpu.h"
#include "scb.h"

enum {
	TICKS_PER_MS = BOARD_CLOCK_HZ / 1000,
	TICKS_PER_US = BOARD_CLOCK_HZ / 1000000,
	WATCHDOG_MS = 10000,
	SECTOR = MPS_SECTOR_BYTES,
	SLOT_BYTES = BOARD_SLOT_BYTES,
};

/* CMSDK watchdog (ARM DDI 0479, section 4.6): its first time-out is an NMI,
 * which is a fault here. */
enum {
	WATCHDOG_LOAD = BOARD_WATCHDOG, WATCHDOG_CONTROL = BOARD_WATCHDOG + 8,
	WATCHDOG_CLEAR = BOARD_WATCHDOG + 12,
	WATCHDOG_LOCK = BOARD_WATCHDOG + 0xC00,
	WATCHDOG_KEY = 0x1ACCE551, WATCHDOG_ON = 3,
};

static struct {
	volatile uint32_t ms;
} clock;

void port_tick(void);

void port_tick(void)
{
	clock.ms++;
}

static uint32_t now_ms(void *ctx)
{
	(void)ctx;
	return clock.ms;
}

/* Milliseconds, and ticks of the next one that have passed. */
static uint32_t now(uint32_t *ticks)
{
	uint32_t ms;

	do {	/* until no tick came in between */
		ms = clock.ms;
		*ticks = TICKS_PER_MS - 1 - *reg(SYST_CVR);
	} while (ms != clock.ms);
	return ms;
}

static uint32_t now_us(void *ctx)
{
	uint32_t ticks, ms = now(&ticks);

	(void)ctx;
	return ms * 1000 + ticks / TICKS_PER_US;
}

static uint32_t count_ticks(void *ctx)
{
	uint32_t ticks, ms = now(&ticks);

	(void)ctx;
	return ms * TICKS_PER_MS + ticks;
}

static void idle(void *ctx, uint32_t ms)
{
	(void)ctx;
	(void)ms;	/* the next tick is never later */
	wait_for_interrupt();
}

static void feed(void *ctx)
{
	(void)ctx;
	*reg(WATCHDOG_CLEAR) = 1;
}

static void __attribute__((noreturn)) reset(void *ctx)
{
	(void)ctx;
	*reg(SCB_AIRCR) = AIRCR_RESET;
	barrier();
	for (;;)
		;
}

static void open_memory(void)
{
	static const struct mpu_region regions[] = {
		{ BOARD_CODE, BOARD_CODE_BYTES, MPU_CODE },
		{ BOARD_RAM, BOARD_RAM_BYTES, MPU_WRITE },
		{ BOARD_UART_BLOCK, BOARD_BLOCK_BYTES, MPU_DEVICE },
		{ BOARD_WATCHDOG_BLOCK, BOARD_BLOCK_BYTES, MPU_DEVICE },
	};

	for (unsigned i = 0; i < MPS_FLASH_REGION; i++)
		mpu_set(i, &regions[i]);
	mps_flash_lock();
	mpu_enable();
}

static void start_clocks(void)
{
	*reg(SYST_RVR) = TICKS_PER_MS - 1;
	*reg(SYST_CVR) = 0;
	*reg(SYST_CSR) = 7;	/* processor clock, interrupt, on */
	*reg(WATCHDOG_LOCK) = WATCHDOG_KEY;
	*reg(WATCHDOG_LOAD) = BOARD_WATCHDOG_HZ / 1000 * (uint32_t)WATCHDOG_MS;
	*reg(WATCHDOG_CONTROL) = WATCHDOG_ON;
}

void hal_init(struct hal *hal, int argc, char **argv)
{
	(void)argc;
	(void)argv;
	*hal = (struct hal){
		.info = { BOARD_NAME, BOARD_CORE, BOARD_RAM_BYTES,
			  BOARD_CODE_BYTES + BOARD_FLASH_BYTES,
			  BOARD_CLOCK_HZ, MPS_BAUD, MPS_LINK_ROOM, 0,
			  WATCHDOG_MS, BOARD_CLOCK_HZ, BOARD_UNIQUE },
		.layout = { { 0, SECTOR }, 2 * SECTOR, 3 * SECTOR,
			    { 4 * SECTOR, 4 * SECTOR + SLOT_BYTES },
			    SLOT_BYTES },
		.rx = mps_rx, .tx = mps_tx, .idle = idle, .now_ms = now_ms,
		.now_us = now_us, .ticks = count_ticks, .feed = feed,
		.reset = reset,
	};
	mps_flash_init(&hal->flash);
	open_memory();
	start_clocks();
	mps_uart_init();
	interrupts_on();
}
