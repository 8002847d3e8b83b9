/*
 * CMSDK APB UART (ARM DDI 0479, section 4.3).
 */
#include "board.h"
#include "mps.h"
#include "scb.h"

enum {
	UART_DATA = BOARD_UART, UART_STATE = BOARD_UART + 4,
	UART_CTRL = BOARD_UART + 8, UART_CLEAR = BOARD_UART + 12,
	UART_DIVIDER = BOARD_UART + 16,
	TX_FULL = 1, RX_FULL = 2,
	TX_ON = 1, RX_ON = 2, RX_INTERRUPT = 8, RX_PENDING = 2,
};

/* One writer (the interrupt), one reader; a byte that finds it full is lost
 * and the frame's CRC tells. */
static struct {
	uint8_t bytes[MPS_LINK_ROOM];
	volatile uint32_t put, taken;
} ring;

void port_uart(void);

void port_uart(void)
{
	/* first: a byte that comes later must raise it again */
	*reg(UART_CLEAR) = RX_PENDING;
	while (*reg(UART_STATE) & RX_FULL) {
		uint8_t byte = (uint8_t)*reg(UART_DATA);

		if (ring.put - ring.taken < MPS_LINK_ROOM) {
			ring.bytes[ring.put % MPS_LINK_ROOM] = byte;
			ring.put++;
		}
	}
}

void mps_uart_init(void)
{
	*reg(UART_DIVIDER) = BOARD_CLOCK_HZ / MPS_BAUD;
	*reg(UART_CTRL) = TX_ON | RX_ON | RX_INTERRUPT;
	*reg(NVIC_ISER + BOARD_UART_IRQ / 32 * 4) = 1u << BOARD_UART_IRQ % 32;
}

size_t mps_rx(void *ctx, uint8_t *bytes, size_t room)
{
	size_t n = 0;

	(void)ctx;
	while (n < room && ring.taken != ring.put) {
		bytes[n++] = ring.bytes[ring.taken % MPS_LINK_ROOM];
		ring.taken++;
	}
	return n;
}

void mps_tx(void *ctx, const uint8_t *bytes, size_t n)
{
	(void)ctx;
	while (n-- > 0) {
		while (*reg(UART_STATE) & TX_FULL)
			;
		*reg(UART_DATA) = *bytes++;
	}
}
