/*
 * mps - the parts of the port for ARM's MPS boards, which share UART,
 * watchdog and a memory that QEMU keeps in a file.  board.h, chosen by the
 * include path (mcu/port/mps2, mcu/port/mps3), has their addresses.
 */
#ifndef TINYML_PORT_MPS_MPS_H
#define TINYML_PORT_MPS_MPS_H

#include <stddef.h>
#include <stdint.h>

#include "image/flash.h"

enum {
	MPS_BAUD = 115200,
	MPS_LINK_ROOM = 4096,		/* bytes kept while computing */
	MPS_SECTOR_BYTES = 4096,
	MPS_FLASH_REGION = 4,		/* of the MPU, behind port.c's */
};

/* UART0, received by interrupt. */
void mps_uart_init(void);
size_t mps_rx(void *ctx, uint8_t *bytes, size_t room);
void mps_tx(void *ctx, const uint8_t *bytes, size_t n);

/* Memory that behaves as NOR flash: read-only for everybody but the driver,
 * and programmed only where it is erased. */
void mps_flash_init(struct flash *flash);
void mps_flash_lock(void);

#endif
