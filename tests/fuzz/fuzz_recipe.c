/* dsp_open: any bytes are refused, or run inside the memory they ask for.
 * The CRC is made right, so that the checks behind it are reached. */
#include <stdlib.h>
#include <string.h>

#include "bits/crc.h"
#include "bits/le.h"
#include "dsp/recipe.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is larger takes too long. */
enum { OUTPUTS_MAX = 1 << 16, FRAMES_MAX = 64, CLIP_MAX = 1 << 14 };

static void run(const struct dsp_recipe *r)
{
	static const int16_t pcm[4] = { 1, -32768, 32767, 0 };
	size_t bytes = dsp_clip_bytes(r);
	int32_t *out = malloc(dsp_outputs(r) * sizeof(*out));
	uint8_t *clip = calloc(1, bytes);
	void *scratch = malloc(dsp_scratch_bytes(r) + 1);

	if (out && clip && scratch) {
		for (size_t i = 0; i < bytes; i++)
			clip[i] = (uint8_t)(i * 77 ^ i >> 3);
		memcpy(clip, pcm, bytes < 8 ? bytes : 8);
		dsp_compute(r, clip, r->length_samples, 0, out, scratch);
	}
	free(scratch);
	free(clip);
	free(out);
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
	if (dsp_open(block, size, &r) == 0 &&
	    dsp_outputs(&r) <= OUTPUTS_MAX && r.frames <= FRAMES_MAX &&
	    dsp_clip_bytes(&r) <= CLIP_MAX)
		run(&r);
	free(block);
	return 0;
}
