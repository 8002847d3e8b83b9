/*
 * mps2 - the parts of the MPS2 port.
 */
#ifndef TINYML_PORT_MPS2_MPS2_H
#define TINYML_PORT_MPS2_MPS2_H

#include <stddef.h>
#include <stdint.h>

#include "image/flash.h"

enum {
	MPS2_BAUD = 115200,
	MPS2_LINK_ROOM = 4096,		/* bytes kept while computing */
	MPS2_SECTOR_BYTES = 4096,
};

/* UART0, received by interrupt. */
void mps2_uart_init(void);
size_t mps2_rx(void *ctx, uint8_t *bytes, size_t room);
void mps2_tx(void *ctx, const uint8_t *bytes, size_t n);

/* PSRAM that behaves as NOR flash: read-only for everybody but the driver,
 * and programmed only where it is erased. */
void mps2_flash_init(struct flash *flash);
void mps2_flash_lock(void);

#endif
