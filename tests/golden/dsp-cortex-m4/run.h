/*
 * run - features of made-up sound, the same on host and board: a CRC-32 over
 * all integers and their int8 form.
 */
#ifndef TINYML_TEST_DSP_RUN_H
#define TINYML_TEST_DSP_RUN_H

#include "bits/crc.h"
#include "dsp/quantise.h"
#include "dsp/recipe.h"

enum { RUN_SAMPLES = 16000, RUN_OUTPUTS = 490, RUN_CLIPS = 12 };

struct run {
	int16_t pcm[RUN_SAMPLES];
	int32_t features[RUN_OUTPUTS];
	int8_t quantised[RUN_OUTPUTS];
	uint64_t scratch[DSP_MFCC_SCRATCH_MAX / 8];
};

/* Noise, squares and steps that lose a bit of level with every clip. */
static inline void run_sound(struct run *run, int clip)
{
	uint32_t seed = (uint32_t)clip + 1;

	for (int i = 0; i < RUN_SAMPLES; i++) {
		int32_t x;

		seed = seed * 1664525 + 1013904223;
		x = (int32_t)seed >> 16;
		if (clip % 3 == 1)
			x = (i / (20 + i / 400)) & 1 ? 32767 : -32768;
		if (clip % 3 == 2)
			x = x / 16 + (i % 160) * 300 - 24000;
		run->pcm[i] = (int16_t)(x >> clip);
	}
}

static inline uint32_t run_all(struct run *run, const void *block, size_t n)
{
	struct dsp_recipe r;
	uint32_t crc = 0;

	if (dsp_open(block, n, &r) || dsp_outputs(&r) != RUN_OUTPUTS)
		return 0;
	for (int clip = 0; clip < RUN_CLIPS; clip++) {
		run_sound(run, clip);
		dsp_compute(&r, run->pcm, RUN_SAMPLES - 999 * (size_t)clip,
			    700 * clip - 3000, run->features, run->scratch);
		dsp_quantise(run->features, RUN_OUTPUTS, 1518500250, 46, 83,
			     run->quantised);
		crc = crc32(crc, run->features, sizeof(run->features));
		crc = crc32(crc, run->quantised, sizeof(run->quantised));
	}
	return crc;
}

#endif
