/*
 * CMSDK APB UART (ARM DDI 0479, section 4.3).
 */
#include "mps2.h"
#include "scb.h"

enum {
	UART_DATA = 0x40004000, UART_STATE = 0x40004004,
	UART_CTRL = 0x40004008, UART_CLEAR = 0x4000400C,
	UART_DIVIDER = 0x40004010,
	TX_FULL = 1, RX_FULL = 2,
	TX_ON = 1, RX_ON = 2, RX_INTERRUPT = 8, RX_PENDING = 2,
	CLOCK_HZ = 25000000,
	RX_IRQ = 0,
};

/* One writer (the interrupt), one reader; a byte that finds it full is lost
 * and the frame's CRC tells. */
static struct {
	uint8_t bytes[MPS2_LINK_ROOM];
	volatile uint32_t put, taken;
} ring;

void port_irq0(void);

void port_irq0(void)
{
	/* first: a byte that comes later must raise it again */
	*reg(UART_CLEAR) = RX_PENDING;
	while (*reg(UART_STATE) & RX_FULL) {
		uint8_t byte = (uint8_t)*reg(UART_DATA);

		if (ring.put - ring.taken < MPS2_LINK_ROOM) {
			ring.bytes[ring.put % MPS2_LINK_ROOM] = byte;
			ring.put++;
		}
	}
}

void mps2_uart_init(void)
{
	*reg(UART_DIVIDER) = CLOCK_HZ / MPS2_BAUD;
	*reg(UART_CTRL) = TX_ON | RX_ON | RX_INTERRUPT;
	*reg(NVIC_ISER) = 1u << RX_IRQ;
}

size_t mps2_rx(void *ctx, uint8_t *bytes, size_t room)
{
	size_t n = 0;

	(void)ctx;
	while (n < room && ring.taken != ring.put) {
		bytes[n++] = ring.bytes[ring.taken % MPS2_LINK_ROOM];
		ring.taken++;
	}
	return n;
}

void mps2_tx(void *ctx, const uint8_t *bytes, size_t n)
{
	(void)ctx;
	while (n-- > 0) {
		while (*reg(UART_STATE) & TX_FULL)
			;
		*reg(UART_DATA) = *bytes++;
	}
}
