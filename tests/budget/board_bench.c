/*
 * board_bench - how many instructions a signature check takes on a Cortex-M4
 * and how much stack: a program for QEMU with -icount shift=0, where one
 * SysTick tick (25 MHz) is 40 instructions.  Prints on UART0 and ends QEMU.
 */
#include <stdint.h>
#include <string.h>

#include "crypto/ed25519.h"
#include "crypto/sha256.h"
#include "scb.h"

enum {
	UART_DATA = 0x40004000, UART_STATE = 0x40004004,
	UART_CTRL = 0x40004008, UART_DIVIDER = 0x40004010,
	INSTRUCTIONS_PER_TICK = 40,
	STACK_BYTES = 12 * 1024, PAINT = 0x5C,
	HASHED_BYTES = 4096,
};

/* RFC 8032 section 7.1, test 3 */
static const uint8_t key[32] = {
	0xfc, 0x51, 0xcd, 0x8e, 0x62, 0x18, 0xa1, 0xa3, 0x8d, 0xa4, 0x7e,
	0xd0, 0x02, 0x30, 0xf0, 0x58, 0x08, 0x16, 0xed, 0x13, 0xba, 0x33,
	0x03, 0xac, 0x5d, 0xeb, 0x91, 0x15, 0x48, 0x90, 0x80, 0x25 };
static const uint8_t signature[64] = {
	0x62, 0x91, 0xd6, 0x57, 0xde, 0xec, 0x24, 0x02, 0x48, 0x27, 0xe6,
	0x9c, 0x3a, 0xbe, 0x01, 0xa3, 0x0c, 0xe5, 0x48, 0xa2, 0x84, 0x74,
	0x3a, 0x44, 0x5e, 0x36, 0x80, 0xd7, 0xdb, 0x5a, 0xc3, 0xac, 0x18,
	0xff, 0x9b, 0x53, 0x8d, 0x16, 0xf2, 0x90, 0xae, 0x67, 0xf7, 0x60,
	0x98, 0x4d, 0xc6, 0x59, 0x4a, 0x7c, 0x15, 0xe9, 0x71, 0x6e, 0xd2,
	0x8d, 0xc0, 0x27, 0xbe, 0xce, 0xea, 0x1e, 0xc4, 0x0a };
static const uint8_t message[2] = { 0xaf, 0x82 };

int main(int argc, char **argv);
void port_tick(void);
void port_uart(void);

void port_tick(void)
{
}

void port_uart(void)
{
}

static void print(const char *text)
{
	for (; *text; text++) {
		while (*reg(UART_STATE) & 1)
			;
		*reg(UART_DATA) = (uint8_t)*text;
	}
}

static void print_number(const char *name, uint32_t n)
{
	char digits[12];
	char *p = digits + sizeof(digits) - 1;

	*p = 0;
	do
		*--p = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	print(name);
	print(" ");
	print(p);
	print("\n");
}

/* The stack below the caller's frame, painted before and looked at after. */
static uint8_t *stack_bottom(void)
{
	return (uint8_t *)0x20000000;
}

static void paint(const uint8_t *top)
{
	for (uint8_t *p = stack_bottom(); p < top; p++)
		*(volatile uint8_t *)p = PAINT;
}

static uint32_t used(const uint8_t *top)
{
	const volatile uint8_t *p = stack_bottom();

	while (p < top && *p == PAINT)
		p++;
	return (uint32_t)(top - p);
}

/* Semihosting SYS_EXIT, which ends QEMU. */
static void __attribute__((noreturn)) leave(void)
{
	register uint32_t operation __asm__("r0") = 0x18;
	register uint32_t reason __asm__("r1") = 0x20026;

	__asm__ volatile("bkpt 0xAB" :: "r" (operation), "r" (reason));
	for (;;)
		;
}

int main(int argc, char **argv)
{
	static uint8_t bytes[HASHED_BYTES], hash[SHA256_BYTES];
	uint8_t *top = (uint8_t *)__builtin_frame_address(0) - 64;
	uint32_t start, ticks, good;

	(void)argc;
	(void)argv;
	*reg(UART_DIVIDER) = 16;
	*reg(UART_CTRL) = 1;
	*reg(SYST_RVR) = 0xFFFFFF;
	*reg(SYST_CVR) = 0;
	*reg(SYST_CSR) = 5;
	paint(top);
	start = *reg(SYST_CVR);
	good = ed25519_verify(signature, message, sizeof(message), key);
	ticks = start - *reg(SYST_CVR);
	print_number("verify_stack", used(top));
	print_number("verify_valid", good == ED25519_VALID);
	print_number("verify_instructions", ticks * INSTRUCTIONS_PER_TICK);
	start = *reg(SYST_CVR);
	sha256(bytes, sizeof(bytes), hash);
	ticks = start - *reg(SYST_CVR);
	print_number("sha256_per_byte", ticks * INSTRUCTIONS_PER_TICK /
					HASHED_BYTES);
	leave();
}
