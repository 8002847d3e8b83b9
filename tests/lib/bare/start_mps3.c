/*
 * Start on mps3-an547 (Cortex-M55): the core comes up secure, and faults on
 * the first vector or floating-point instruction before CPACR (Armv8-M ARM,
 * DDI 0553, D1.2.14) gives access.  The compiler may put one anywhere.
 */
#include "bare.h"

extern uint32_t link_stack_top[], link_bss_start[], link_bss_end[];

void start_reset(void);
void start_main(void);

void start_main(void)
{
	for (volatile uint32_t *p = link_bss_start; p != link_bss_end; p++)
		*p = 0;
	bare_main();
	bare_exit();
}

void __attribute__((naked)) start_reset(void)
{
	__asm__ volatile("ldr r0, =0xe000ed88\n\t"
			 "ldr r1, [r0]\n\t"
			 "orr r1, r1, #0xf00000\n\t"
			 "str r1, [r0]\n\t"
			 "dsb\n\t"
			 "isb\n\t"
			 "b start_main");
}

static void start_fault(void)
{
	bare_print("fault ");
	bare_exit();
}

__attribute__((section(".vectors"), used))
static const void *const vectors[16] = {
	link_stack_top, start_reset, start_fault, start_fault, start_fault,
	start_fault, start_fault, start_fault, start_fault, start_fault,
	start_fault, start_fault, start_fault, start_fault, start_fault,
	start_fault,
};
