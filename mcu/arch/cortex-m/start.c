/*
 * start - memory set-up, and what happens when something fails: the
 * board resets, so that a model on trial that crashes is rolled back.
 *
 * The stack lies at the very start of RAM.  Below it nothing is open (mpu.h):
 * an overflow faults before it can overwrite anything.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "scb.h"
#include "start.h"

/* From the linker file. */
extern uint32_t link_data_start[], link_data_end[];
extern uint32_t link_data_image[], link_bss_start[], link_bss_end[];

int main(int argc, char **argv);

/* No stack: it may be what failed. */
void __attribute__((naked, noreturn)) start_fault(void)
{
	__asm__ volatile("ldr r0, =0xE000ED0C\n\t"
			 "ldr r1, =0x05FA0004\n\t"
			 "str r1, [r0]\n\t"
			 "dsb\n"
			 "1:	b 1b");
}

void __attribute__((noreturn)) start_reset(void)
{
	memcpy(link_data_start, link_data_image,
	       (size_t)((uint8_t *)link_data_end -
			(uint8_t *)link_data_start));
	memset(link_bss_start, 0, (size_t)((uint8_t *)link_bss_end -
					   (uint8_t *)link_bss_start));
	main(0, NULL);
	start_fault();
}
