/*
 * The smallest program around an emitted model: vectors, memory set-up, one
 * inference of what lies in the input.  Its size is what is measured, so it
 * starts by itself, not by bare/start.c.  With -DCHECK it first fills the
 * input (IN bytes: 11, 48, 85 ...), then prints by semihosting the CRC of the
 * output (OUT bytes), the SysTick ticks of a second inference of the same, and
 * the most bytes of stack that the program had in use during that one; with
 * -icount shift=0 QEMU's mps2-an386 counts 40 instructions a tick.
 * Models have one input and one output.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

extern uint32_t link_data_start[], link_data_end[], link_data_image[];
extern uint32_t link_bss_start[], link_bss_end[];

void *net_input(unsigned i);
void *net_output(unsigned i);
void net_invoke(void);

enum { STACK_TOP = 0x20200000 };

#ifdef CHECK
#include "bare.h"
#include "bits/crc.h"

static void fill(void)
{
	uint8_t *in = net_input(0);

	for (uint32_t i = 0; i < IN; i++)
		in[i] = (uint8_t)(11 + 37 * i);
}

enum { PAINTED_BYTES = 8192, PAINT = 0x5c, NEAR = 64 };

/* From far below up to just below the caller's frame. */
static void paint_stack(void)
{
	volatile uint8_t *p = (uint8_t *)(STACK_TOP - PAINTED_BYTES);
	volatile uint8_t *top = (uint8_t *)__builtin_frame_address(0) - NEAR;

	while (p < top)
		*p++ = PAINT;
}

static uint32_t stack_used(void)
{
	const volatile uint8_t *p = (uint8_t *)(STACK_TOP - PAINTED_BYTES);

	while (*p == PAINT)
		p++;
	return STACK_TOP - (uint32_t)(uintptr_t)p;
}

static void use(void)
{
	uint32_t start, ticks;

	fill();
	net_invoke();
	bare_print_hex(crc32(0, net_output(0), OUT));
	fill();
	bare_ticks_init();
	paint_stack();
	start = bare_ticks();
	net_invoke();
	ticks = bare_ticks_since(start);
	bare_print_hex(ticks);
	bare_print_hex(stack_used());
	bare_exit(0);
}
#else
static void use(void)
{
	net_invoke();
}
#endif

void reset(void);
void reset(void)
{
	memcpy(link_data_start, link_data_image,
	       (size_t)((uint8_t *)link_data_end -
			(uint8_t *)link_data_start));
	memset(link_bss_start, 0, (size_t)((uint8_t *)link_bss_end -
					   (uint8_t *)link_bss_start));
	use();
	for (;;)
		;
}

/* DDI 0403E, section B1.5.3: stack and reset; the program takes no interrupt,
 * and a fault finds the reset again. */
__attribute__((section(".vectors"), used))
static const void *const vectors[] = {
	(void *)STACK_TOP, (void *)reset, (void *)reset, (void *)reset,
};
