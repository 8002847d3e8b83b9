/*
 * Vector instructions run, and SysTick counts: prints the sum of 0 ... 15,
 * and the ticks of two loops of 2 x 1048576 instructions, of which the second
 * is a hardware loop.
 */
#include <arm_mve.h>

#include "bare.h"

static int8_t numbers[16];

static uint32_t sum_of_numbers(void)
{
	for (volatile int i = 0; i < 16; i++)
		numbers[i] = (int8_t)i;
	return (uint32_t)vaddvq_s8(vldrbq_s8(numbers));
}

int main(void)
{
	uint32_t start;

	bare_ticks_init();
	bare_print_hex(sum_of_numbers());
	start = bare_ticks();
	__asm__ volatile("movs	r0, #0\n\t"
			 "movt	r0, #16\n"
			 "1:	subs	r0, #1\n\t"
			 "bne	1b" : : : "r0", "cc");
	bare_print_hex(bare_ticks_since(start));
	start = bare_ticks();
	__asm__ volatile("movs	r0, #0\n\t"
			 "movt	r0, #16\n\t"
			 "dls	lr, r0\n"
			 "1:	nop\n\t"
			 "le	lr, 1b" : : : "r0", "lr", "cc");
	bare_print_hex(bare_ticks_since(start));
	return 0;
}
