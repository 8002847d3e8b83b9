/*
 * preset - what a preset's name stands for.
 *
 * One row per preset and block with everything that a user may leave out of
 * tinyml.yaml; the first row of a preset is its block "auto".
 */
#ifndef TINYML_FEATURES_PRESET_H
#define TINYML_FEATURES_PRESET_H

#include "base/error.h"
#include "project/project.h"

enum features_block {
	FEATURES_KWS,		/* mlperf-kws */
	FEATURES_SOUND,		/* mfcc, mfe, spectrogram of other presets */
	FEATURES_MICRO,
	FEATURES_SPECTRAL,
	FEATURES_WAVELET,
	FEATURES_FLATTEN,
	FEATURES_RAW,
	FEATURES_IMAGE,
};

/* Copy features with every gap filled in.  ERR_UNSUPPORTED: no such preset,
 * or it has no such block; the hint lists what there is. */
int features_preset(const struct project_features *features,
		    struct project_features *whole,
		    enum features_block *block, struct err *err);

#endif
