/*
 * One model image (IMAGE, for the set SET) on a bare Cortex-M4 (QEMU's
 * mps2-an386): prints by semihosting the CRC of the output, the SysTick ticks
 * of one inference, and those of every operation.  With -icount shift=0 a
 * tick is 40 instructions.
 */
#include <stdint.h>

#include "bits/crc.h"
#include "run/run.h"

#define SYSTICK ((volatile uint32_t *)0xe000e010)

enum { ARENA_BYTES = 512 << 10 };

extern const uint8_t image[], image_end[];
__asm__(".section .rodata\n.balign 16\nimage: .incbin \"" IMAGE "\"\n"
	"image_end: .byte 0\n.text");

static uint8_t arena[ARENA_BYTES] __attribute__((aligned(16)));

static int host_call(int number, const void *argument)
{
	register int r0 __asm__("r0") = number;
	register const void *r1 __asm__("r1") = argument;

	__asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
	return r0;
}

static void print_hex(uint32_t v)
{
	char text[10] = { 0 };

	for (int i = 7; i >= 0; i--, v >>= 4)
		text[i] = "0123456789abcdef"[v & 15];
	text[8] = ' ';
	host_call(4, text);		/* SYS_WRITE0 */
}

static void fill(struct run *run)
{
	struct run_tensor in = run_input(run, 0);

	for (uint32_t i = 0; i < in.desc.bytes; i++)
		in.data[i] = (uint8_t)(11 + 37 * i);
}

static uint32_t ticks_of(struct run *run, unsigned first, unsigned end)
{
	uint32_t start = SYSTICK[2];

	run_steps(run, first, end, NULL, NULL);
	return (start - SYSTICK[2]) & 0xffffff;
}

static void measure(struct run *run)
{
	unsigned ops = run_op_count(run);
	struct run_tensor out = run_output(run, 0);

	SYSTICK[1] = 0xffffff;
	SYSTICK[2] = 0;
	SYSTICK[0] = 5;			/* on, the processor's clock */
	fill(run);
	run_invoke(run);
	print_hex(crc32(0, out.data, out.desc.bytes));
	fill(run);
	print_hex(ticks_of(run, 0, ops));
	fill(run);
	for (unsigned i = 0; i < ops; i++)
		print_hex(ticks_of(run, i, i + 1));
}

void reset(void);
void reset(void)
{
	struct run run;

	if (!run_open(&run, &SET, image, (size_t)(image_end - image),
		      arena, sizeof(arena)))
		measure(&run);
	host_call(0x18, (const void *)0x20026);	/* SYS_EXIT, no error */
	for (;;)
		;
}

__attribute__((section(".vectors"), used))
static const void *const vectors[] = { (void *)0x20200000, (void *)reset };
