/*
 * sound - a WAV file as the project wants it: 16-bit at one rate and one
 * number of channels.
 *
 * In this order: mix down (the mean of the channels, to mono only), resample,
 * round to 16 bits (half away from zero, beyond full scale clipped).  A file
 * that is 16-bit or less and already as wanted keeps its samples exactly.
 */
#ifndef TINYML_DATASET_SOUND_H
#define TINYML_DATASET_SOUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "dataset/wav.h"

/* Frames of one sound as it came and as it is wanted. */
enum { SOUND_FRAMES_MAX = 1 << 28 };

struct sound {
	uint8_t *bytes;		/* s16 little-endian, interleaved; owned */
	size_t frames;
	bool resampled, mixed;
};

/* ERR_LIMIT; ERR_RANGE: no samples at all, rates too far apart, or more
 * channels wanted than there are; ERR_MEM. sound_release in every case. */
int sound_make(struct sound *sound, const struct wav *wav, uint32_t rate_hz,
	       uint32_t channels, struct err *err);
void sound_release(struct sound *sound);

#endif
