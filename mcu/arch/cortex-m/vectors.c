#include <stddef.h>

#include "start.h"

/* DDI 0403E, section B1.5.3: initial stack, reset, NMI (the watchdog), hard
 * fault, ... SysTick is number 15, interrupt n is 16 + n. */
static start_vector *const vectors[]
	__attribute__((section(".vectors"), used)) = {
	(start_vector *)link_stack_top, start_reset,
	start_fault, start_fault, start_fault, start_fault, start_fault,
	NULL, NULL, NULL, NULL,
	start_fault, start_fault, NULL, start_fault,
	port_tick, port_uart,
};
