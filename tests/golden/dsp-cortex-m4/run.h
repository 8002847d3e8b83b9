/*
 * run - features of made-up sound, the same on host and board: a CRC-32 over
 * all integers and their int8 form, of mlperf-kws; and over the integers of
 * every other kind of recipe, for which the samples are whatever it takes.
 */
#ifndef TINYML_TEST_DSP_RUN_H
#define TINYML_TEST_DSP_RUN_H

#include "bits/crc.h"
#include "dsp/quantise.h"
#include "dsp/recipe.h"

enum { RUN_SAMPLES = 16000, RUN_OUTPUTS = 490, RUN_CLIPS = 12,
       RUN_OTHER_OUTPUTS = 16384, RUN_OTHER_SCRATCH = 32768 };

struct run_block {
	const void *bytes;
	size_t n;
};

struct run {
	int16_t pcm[RUN_SAMPLES];
	int32_t features[RUN_OUTPUTS];
	int8_t quantised[RUN_OUTPUTS];
	int32_t others[RUN_OTHER_OUTPUTS];
	uint64_t scratch[RUN_OTHER_SCRATCH / 8];
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

/* 0 when a block cannot be run here. */
static inline uint32_t run_other(struct run *run, const struct run_block *b,
				 uint32_t crc)
{
	struct dsp_recipe r;
	size_t outputs;

	if (dsp_open(b->bytes, b->n, &r))
		return 0;
	outputs = dsp_outputs(&r);
	if (dsp_clip_bytes(&r) > sizeof(run->pcm) ||
	    outputs > RUN_OTHER_OUTPUTS ||
	    dsp_scratch_bytes(&r) > sizeof(run->scratch))
		return 0;
	run_sound(run, 2);
	dsp_compute(&r, run->pcm, r.length_samples - 1, 0, run->others,
		    run->scratch);
	return crc32(crc, run->others, outputs * sizeof(*run->others));
}

static inline uint32_t run_others(struct run *run,
				  const struct run_block *blocks, size_t n)
{
	uint32_t crc = 1;

	for (size_t i = 0; i < n && crc; i++)
		crc = run_other(run, &blocks[i], crc);
	return crc;
}

#endif
