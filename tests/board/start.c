/*
 * start - from reset to main, for every board of this folder.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "host.h"

enum { CPACR = 0xE000ED88, FPU_ON = 0xF << 20 };

/* From the linker file. */
extern uint32_t link_stack_top[], link_data_start[], link_data_end[];
extern uint32_t link_data_image[], link_bss_start[], link_bss_end[];

int main(void);
void start_reset(void);
void start_fault(void);

void start_fault(void)
{
	host_print("fault\n");
	host_exit(1);
}

/* Before any instruction of the FPU or of Helium; cores without ignore it. */
static void fpu_on(void)
{
	*(volatile uint32_t *)CPACR |= FPU_ON;
	__asm__ volatile("dsb\n\tisb" ::: "memory");
}

static __attribute__((noinline, noreturn)) void start_main(void)
{
	memcpy(link_data_start, link_data_image,
	       (size_t)((uint8_t *)link_data_end -
			(uint8_t *)link_data_start));
	memset(link_bss_start, 0, (size_t)((uint8_t *)link_bss_end -
					   (uint8_t *)link_bss_start));
	host_exit(main());
}

void start_reset(void)
{
	fpu_on();
	start_main();
}

typedef void vector(void);

/* Initial stack, reset, and the faults. */
static vector *const vectors[] __attribute__((section(".vectors"), used)) = {
	(vector *)link_stack_top, start_reset, start_fault, start_fault,
	start_fault, start_fault, start_fault, start_fault,
};
