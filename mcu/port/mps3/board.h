/*
 * ARM MPS3 with image AN547 (Cortex-M55 at 32 MHz), as QEMU emulates it, which
 * starts in the secure state: all by secure aliases.  Addresses: ARM DAI 0547
 * and, for the watchdog, the SSE-300 manual (ARM 101773); each tried on QEMU
 * 7.2.  The watchdog counts a clock of 32768 Hz.
 */
#ifndef TINYML_PORT_MPS_BOARD_H
#define TINYML_PORT_MPS_BOARD_H

#define BOARD_NAME "mps3-an547"
#define BOARD_CORE "cortex-m55"
#define BOARD_UNIQUE { 'm', 'p', 's', '3', 0, 0, 0, 1 }

enum {
	BOARD_CLOCK_HZ = 32000000,
	BOARD_CODE = 0x10000000, BOARD_CODE_BYTES = 512 << 10,
	BOARD_RAM = 0x30000000, BOARD_RAM_BYTES = 512 << 10,
	BOARD_FLASH = 0x70000000, BOARD_FLASH_BYTES = 1536 << 10,
	BOARD_SLOT_BYTES = 512 << 10,
	BOARD_UART = 0x59303000, BOARD_UART_IRQ = 33,
	BOARD_WATCHDOG = 0x5802E000, BOARD_WATCHDOG_HZ = 32768,
	/* what the MPU opens around the two */
	BOARD_UART_BLOCK = BOARD_UART, BOARD_WATCHDOG_BLOCK = BOARD_WATCHDOG,
	BOARD_BLOCK_BYTES = 4096,
};

#endif
