/*
 * start - from reset to main, for every emulated board.
 */
#include <stdint.h>

#include "bare.h"

enum { CPACR = 0xE000ED88, FPU_ON = 0xF << 20 };

/* From the linker file; all multiples of 16. */
extern uint32_t link_stack_top[], link_data_start[], link_data_end[];
extern uint32_t link_data_image[], link_bss_start[], link_bss_end[];

void start_reset(void);
void start_fault(void);

void start_fault(void)
{
	bare_print("fault\n");
	bare_exit(1);
}

/* Before any instruction of the FPU or of Helium (Armv8-M ARM, DDI 0553,
 * D1.2.14); cores without ignore it. */
static void fpu_on(void)
{
	*(volatile uint32_t *)CPACR |= FPU_ON;
	__asm__ volatile("dsb\n\tisb" ::: "memory");
}

/* volatile: programs without memcpy and memset are started too. */
static __attribute__((noinline, noreturn)) void start_main(void)
{
	volatile uint32_t *p = link_data_start;

	for (const uint32_t *from = link_data_image; p != link_data_end; )
		*p++ = *from++;
	for (p = link_bss_start; p != link_bss_end; )
		*p++ = 0;
	bare_exit(main());
}

void start_reset(void)
{
	fpu_on();
	start_main();
}

typedef void vector(void);

/* Initial stack, reset, and the faults. */
static vector *const vectors[16]
		__attribute__((section(".vectors"), used)) = {
	(vector *)link_stack_top, start_reset, start_fault, start_fault,
	start_fault, start_fault, start_fault, start_fault, start_fault,
	start_fault, start_fault, start_fault, start_fault, start_fault,
	start_fault, start_fault,
};
