/* dsp_open: any bytes are refused, or run inside the memory they ask for.
 * The CRC is made right, so that the checks behind it are reached. */
#include <stdlib.h>
#include <string.h>

#include "bits/crc.h"
#include "bits/le.h"
#include "dsp/mfcc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void run(const struct dsp_recipe *r)
{
	static const int16_t pcm[4] = { 1, -32768, 32767, 0 };
	int32_t *row = malloc((size_t)r->coefficients * sizeof(*row));
	int16_t *window = calloc(r->window_samples, sizeof(*window));
	void *scratch = malloc(dsp_scratch_bytes(r));

	if (row && window && scratch) {
		memcpy(window, pcm, r->window_samples < 4 ? 4 : 8);
		dsp_frame(r, window, row, scratch);
	}
	free(scratch);
	free(window);
	free(row);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *block = malloc(size ? size : 1);
	struct dsp_recipe r;

	if (!block)
		return 0;
	if (size)
		memcpy(block, data, size);
	if (size >= 16) {
		le_put32(block + 8, (uint32_t)size);
		le_put32(block + 12, crc32(0, block + 16, size - 16));
	}
	if (dsp_open(block, size, &r) == 0)
		run(&r);
	free(block);
	return 0;
}
