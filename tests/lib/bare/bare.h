/*
 * bare - what a test program on an emulated Cortex-M without firmware needs:
 * a start, a way to print and to end, and a count of instructions.
 *
 * start.c and the board's linker file (which INCLUDEs sections.ld: -L this
 * folder) start main with its data, a cleared .bss and, where the core has
 * them, vector and floating-point registers switched on.  Printing and ending
 * go by semihosting (ARM IHI 0100):
 *
 *     qemu-system-arm -M mps3-an547 -display none -monitor none \
 *         -serial none -icount shift=0 \
 *         -semihosting-config enable=on,target=native -kernel FILE.elf
 *
 * With -icount shift=0 an instruction takes a nanosecond, and a SysTick tick
 * is as many instructions as the board's clock says: 40.00 on mps2-an386 (25
 * MHz), 31.25 on mps3-an547 (32 MHz); tests/golden/start-cortex-m55.sh holds
 * the latter.
 */
#ifndef TINYML_TESTS_BARE_H
#define TINYML_TESTS_BARE_H

#include <stdint.h>

/* The program's; what it returns is the program's exit status, 0 or 1. */
int main(void);

static inline int bare_host(int number, const void *argument)
{
	register int r0 __asm__("r0") = number;
	register const void *r1 __asm__("r1") = argument;

	__asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
	return r0;
}

static inline void bare_print(const char *text)
{
	bare_host(4, text);		/* SYS_WRITE0 */
}

/* Eight digits and a space. */
static inline void bare_print_hex(uint32_t v)
{
	char text[10] = { 0 };

	for (int i = 7; i >= 0; i--, v >>= 4)
		text[i] = "0123456789abcdef"[v & 15];
	text[8] = ' ';
	bare_print(text);
}

static inline __attribute__((noreturn)) void bare_exit(int status)
{
	/* SYS_EXIT: an error of its own, or none */
	bare_host(0x18, (const void *)(status ? 0x20023 : 0x20026));
	for (;;)
		;
}

/* SysTick counts down, 24 bits wide. */
static inline volatile uint32_t *bare_systick(void)
{
	return (volatile uint32_t *)0xe000e010;
}

static inline void bare_ticks_init(void)
{
	bare_systick()[1] = 0xffffff;
	bare_systick()[2] = 0;
	bare_systick()[0] = 5;		/* on, the processor's clock */
}

static inline uint32_t bare_ticks(void)
{
	return 0xffffff - bare_systick()[2];
}

/* Ticks from an earlier bare_ticks() on, when they are below 2^24. */
static inline uint32_t bare_ticks_since(uint32_t start)
{
	return (bare_ticks() - start) & 0xffffff;
}

#endif
