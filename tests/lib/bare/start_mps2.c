/*
 * Start on mps2-an386 and mps2-an385 (Cortex-M4, M3): nothing to switch on for
 * programs without floating point.
 */
#include "bare.h"

extern uint32_t link_stack_top[], link_bss_start[], link_bss_end[];

void start_reset(void);

void start_reset(void)
{
	for (volatile uint32_t *p = link_bss_start; p != link_bss_end; p++)
		*p = 0;
	bare_main();
	bare_exit();
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
