/*
 * The same on a bare Cortex-M4 in QEMU's mps2-an386.  Prints the CRC and the
 * SysTick ticks of one clip.
 */
#include <stdint.h>

#include "bare.h"
#include "run.h"
#include "block.h"

static struct run run;

static uint32_t ticks_of_one_clip(void)
{
	struct dsp_recipe r;
	uint32_t start;

	if (dsp_open(block, sizeof(block), &r))
		return 0;
	bare_ticks_init();
	start = bare_ticks();
	dsp_compute(&r, run.pcm, RUN_SAMPLES, 0, run.features, run.scratch);
	return bare_ticks_since(start);
}

int main(void)
{
	uint32_t all = run_all(&run, block, sizeof(block));

	bare_print_hex(all ^ run_others(&run, others, sizeof(others) /
					sizeof(others[0])));
	bare_print_hex(ticks_of_one_clip());
	return 0;
}
