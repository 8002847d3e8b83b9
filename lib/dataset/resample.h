/*
 * resample - change the sample rate of a sound.
 *
 * libsamplerate's band-limited interpolation (sinc, medium quality: 121 dB
 * signal to noise, 90% bandwidth).  Its arithmetic is the library's own, so
 * the result is not promised to be the same on two machines; identity starts
 * at the recorded dataset.
 */
#ifndef TINYML_DATASET_RESAMPLE_H
#define TINYML_DATASET_RESAMPLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct resample_sound {
	float *samples;		/* frames x channels */
	size_t frames;
	uint32_t channels, rate_hz;
};

/*
 * in at out->rate_hz: about in->frames * out->rate_hz / in->rate_hz frames,
 * and the rest of out filled.  The caller frees out->samples, NULL on failure.
 * ERR_RANGE when the rates are more than 256 apart; ERR_MEM.
 */
int resample(const struct resample_sound *in, struct resample_sound *out,
	     struct err *err);

#endif
