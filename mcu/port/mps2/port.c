/*
 * ARM MPS2 with image AN386 (Cortex-M4F at 25 MHz), as QEMU emulates it.
 * Addresses: ARM DAI 0386, tables 3-1 and 3-6; each tried on QEMU 7.2.
 */
#include "hal/hal.h"
#include "mps2.h"
#include "mpu.h"
#include "scb.h"

enum {
	KIB = 1024,
	CLOCK_HZ = 25000000,
	TICKS_PER_MS = CLOCK_HZ / 1000,
	TICKS_PER_US = CLOCK_HZ / 1000000,
	WATCHDOG_MS = 10000,
	SECTOR = MPS2_SECTOR_BYTES,
	SLOT_BYTES = 376 * KIB,
};

/* CMSDK watchdog (ARM DDI 0479, section 4.6): its first time-out is an NMI,
 * which is a fault here. */
enum {
	WATCHDOG_LOAD = 0x40008000, WATCHDOG_CONTROL = 0x40008008,
	WATCHDOG_CLEAR = 0x4000800C, WATCHDOG_LOCK = 0x40008C00,
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

static uint32_t now_us(void *ctx)
{
	uint32_t ms, left;

	(void)ctx;
	do {	/* until no tick came in between */
		ms = clock.ms;
		left = *reg(SYST_CVR);
	} while (ms != clock.ms);
	return ms * 1000 + (TICKS_PER_MS - 1 - left) / TICKS_PER_US;
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
		{ 0x00000000, 18, 0, MPU_CODE },	/* 256 kB */
		{ 0x20000000, 18, 0, MPU_WRITE },	/* 256 kB */
		{ 0x40000000, 16, 0, MPU_DEVICE },	/* UART, watchdog */
	};

	for (unsigned i = 0; i < 3; i++)
		mpu_set(i, &regions[i]);
	mps2_flash_lock();
	mpu_enable();
}

static void start_clocks(void)
{
	*reg(SYST_RVR) = TICKS_PER_MS - 1;
	*reg(SYST_CVR) = 0;
	*reg(SYST_CSR) = 7;	/* processor clock, interrupt, on */
	*reg(WATCHDOG_LOCK) = WATCHDOG_KEY;
	*reg(WATCHDOG_LOAD) = TICKS_PER_MS * (uint32_t)WATCHDOG_MS;
	*reg(WATCHDOG_CONTROL) = WATCHDOG_ON;
}

void hal_init(struct hal *hal, int argc, char **argv)
{
	(void)argc;
	(void)argv;
	*hal = (struct hal){
		.info = { "mps2-an386", "cortex-m4f", 256 * KIB, KIB * KIB,
			  CLOCK_HZ, MPS2_BAUD, MPS2_LINK_ROOM, 0, WATCHDOG_MS,
			  { 'm', 'p', 's', '2', 0, 0, 0, 1 } },
		.layout = { { 0, SECTOR }, 2 * SECTOR, 3 * SECTOR,
			    { 4 * SECTOR, 4 * SECTOR + SLOT_BYTES },
			    SLOT_BYTES },
		.rx = mps2_rx, .tx = mps2_tx, .idle = idle, .now_ms = now_ms,
		.now_us = now_us, .feed = feed, .reset = reset,
	};
	mps2_flash_init(&hal->flash);
	open_memory();
	start_clocks();
	mps2_uart_init();
	interrupts_on();
}
