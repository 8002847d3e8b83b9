/*
 * One model image (IMAGE, for the set SET) on a bare board: prints the CRC of
 * the output, the SysTick ticks of one inference, and those of every
 * operation.  tests/lib/bare/bare.h says how many instructions a tick is.
 */
#include <stdint.h>

#include "bare.h"
#include "bits/crc.h"
#include "run/run.h"

enum { ARENA_BYTES = 512 << 10 };

extern const uint8_t image[], image_end[];
__asm__(".section .rodata\n.balign 16\nimage: .incbin \"" IMAGE "\"\n"
	"image_end: .byte 0\n.text");

static uint8_t arena[ARENA_BYTES] __attribute__((aligned(16)));

static void fill(struct run *run)
{
	struct run_tensor in = run_input(run, 0);

	for (uint32_t i = 0; i < in.desc.bytes; i++)
		in.data[i] = (uint8_t)(11 + 37 * i);
}

static uint32_t ticks_of(struct run *run, unsigned first, unsigned end)
{
	uint32_t start = bare_ticks();

	run_steps(run, first, end, NULL, NULL);
	return bare_ticks_since(start);
}

static void measure(struct run *run)
{
	unsigned ops = run_op_count(run);
	struct run_tensor out = run_output(run, 0);

	bare_ticks_init();
	fill(run);
	run_invoke(run);
	bare_print_hex(crc32(0, out.data, out.desc.bytes));
	fill(run);
	bare_print_hex(ticks_of(run, 0, ops));
	fill(run);
	for (unsigned i = 0; i < ops; i++)
		bare_print_hex(ticks_of(run, i, i + 1));
}

int main(void)
{
	struct run run;

	if (!run_open(&run, &SET, image, (size_t)(image_end - image),
		      arena, sizeof(arena)))
		measure(&run);
	return 0;
}
