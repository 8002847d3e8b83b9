/*
 * exact - what a preset's original computes, in double precision.
 *
 * Recipes give integers; this is what they approximate, on the host only, by
 * the same description.  It is checked against the originals' own numbers,
 * and the integers are measured against it.
 */
#ifndef TINYML_FEATURES_EXACT_H
#define TINYML_FEATURES_EXACT_H

#include "features/features.h"

/* One clip's features: frames x coefficients x channels of the recipe that
 * features_make_for makes for the same.  ERR_UNSUPPORTED: the original is
 * integer itself (micro-speech); as features_make_for. */
int features_exact(const struct project_features *features,
		   const struct features_input *from,
		   const struct features_clip *clip, double *out,
		   struct err *err);

#endif
