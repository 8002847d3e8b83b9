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

/*
 * rates_hz is { from, to }: frames x channels floats become *out_frames x
 * channels at the new rate, about frames * to / from of them. The caller frees
 * *out.
 * ERR_RANGE when the rates are more than 256 apart; ERR_MEM.
 */
int resample(const float *in, size_t frames, uint32_t channels,
	     const uint32_t rates_hz[2], float **out, size_t *out_frames,
	     struct err *err);

#endif
