#include "start.h"

enum { UART_IRQ = 33, IRQS = 48 };

void start_with_vectors(void);

/* CPACR (DDI 0553, D1.2.14) gives access to vector registers, which the
 * compiler may use anywhere: before any C. */
void __attribute__((naked)) start_with_vectors(void)
{
	__asm__ volatile("ldr	r0, =0xE000ED88\n\t"
			 "ldr	r1, [r0]\n\t"
			 "orr	r1, r1, #0xF00000\n\t"
			 "str	r1, [r0]\n\t"
			 "dsb\n\t"
			 "isb\n\t"
			 "b	start_reset");
}

/* DDI 0553, section B3.30: as on other cores, and a secure fault. */
static start_vector *const vectors[16 + IRQS]
	__attribute__((section(".vectors"), used)) = {
	(start_vector *)link_stack_top, start_with_vectors,
	start_fault, start_fault, start_fault, start_fault, start_fault,
	start_fault,
	[11] = start_fault, start_fault,
	[14] = start_fault, port_tick,
	[16 + UART_IRQ] = port_uart,
};
