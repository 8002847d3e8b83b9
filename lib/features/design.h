/*
 * design - Butterworth and Chebyshev filters as second-order sections, by the
 * bilinear transform of their analog prototypes (Parks and Burrus, Digital
 * Filter Design, 1987), in base/fmath.h's arithmetic.
 *
 * Sections run from the poles farthest from the unit circle to the nearest;
 * the first carries the gain.
 */
#ifndef TINYML_FEATURES_DESIGN_H
#define TINYML_FEATURES_DESIGN_H

#include <stdbool.h>

enum { DESIGN_ORDER_MAX = 8 };

struct design_section {
	double b[3], a[3];	/* a[0] = 1 */
};

/* order even, at most 8; edge: of half the rate, 0 < edge < 1.  Each fills
 * order / 2 sections. */
void design_butterworth(int order, double edge, bool is_high,
			struct design_section *sections);

/* Lowpass with `ripple_db` of ripple in the passband. */
void design_chebyshev(int order, double ripple_db, double edge,
		      struct design_section *sections);

#endif
