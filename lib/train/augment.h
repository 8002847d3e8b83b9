/*
 * augment - training samples made a little different each time.
 *
 * What train.augment of tinyml.yaml says, by the kind of recordings:
 *
 *   sound     on the samples of the recording, before features:
 *     speed      played faster or slower by up to so many percent, which
 *                moves pitch and formants too (another throat)
 *     shift      begun earlier or later by up to train.shift_ms
 *     tilt_db    highs raised or lowered by up to this, from a sixth of the
 *                rate on (another microphone)
 *     gain_db    louder or softer by up to this
 *     noise_db   for four samples of five, white to brown noise at an SNR of
 *                this to this + 20 dB
 *   sound, on features, as SpecAugment (arXiv 1904.08779) has them:
 *     time_mask  one run of up to so many percent of the rows, and
 *     band_mask  of the columns, becomes the mean of its column
 *   pictures  flip (left and right), move (by up to percent of a side),
 *             turn (degrees), scale (percent), in one bilinear step that
 *             repeats the edge; brightness (percent); cutout (a square of so
 *             many percent of the height becomes the mean)
 *   sensors   turn (the sensor, about a random axis, each three channels as
 *             x y z), scale (the strength), warp (time runs up to so many
 *             percent faster here and slower there), jitter (noise, percent
 *             of the sample's RMS)
 *
 * Every change is a function of the sample and a stream of random numbers,
 * with the arithmetic of base/fmath.h: the same bytes on every machine.
 */
#ifndef TINYML_TRAIN_AUGMENT_H
#define TINYML_TRAIN_AUGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/rng.h"
#include "dataset/dataset.h"
#include "project/project.h"

/* A sample as features: h rows, w columns, c channels; for sensors h rows of
 * w * c channels. */
struct augment_shape {
	size_t h, w, c;
};

/* ERR_UNSUPPORTED: train.augment names a change that this kind does not have;
 * sensors are changed only as samples (is_raw). */
int augment_check(const struct project_augment *augment,
		  enum dataset_kind kind, bool is_raw, struct err *err);

/* Does sound change before its features are made? */
bool augment_needs_sound(const struct project_augment *augment);

/* One changed copy of rows of mono sound: exactly length of them.  shift is
 * the most, in rows. */
struct augment_sound {
	const int16_t *pcm;
	size_t rows, length;
	double shift;
};

void augment_sound(const struct project_augment *augment,
		   const struct augment_sound *sound, struct rng *rng,
		   int16_t *out);

/* out becomes in (both of the shape, not the same), changed. */
void augment_features(const struct project_augment *augment,
		      enum dataset_kind kind, struct augment_shape shape,
		      const float *in, struct rng *rng, float *out);

/* The kinds, each a helper of the one before. */
void augment_image(const struct project_augment *augment,
		   struct augment_shape shape, const float *in,
		   struct rng *rng, float *out);
void augment_axes(const struct project_augment *augment,
		  struct augment_shape shape, const float *in,
		  struct rng *rng, float *out);

/* Uniform in [-most, most). */
double augment_between(struct rng *rng, double most);

/* About normal, mean 0 and deviation 1: the sum of twelve uniform numbers. */
double augment_normal(struct rng *rng);

#endif
