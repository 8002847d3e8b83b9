/*
 * make - what the makers of the kinds share.  Each appends its block; bytes
 * and CRC are filled in by features_make_for.
 */
#ifndef TINYML_FEATURES_MAKE_PRIV_H
#define TINYML_FEATURES_MAKE_PRIV_H

#include "features/features.h"
#include "features/preset.h"

#define PI 0x1.921fb54442d18p+1
#define LN2 0x1.62e42fefa39efp-1

struct make {
	struct project_features f;	/* gaps filled */
	struct features_input from;
};

/* The nearest integer, halves away from 0. */
int64_t make_rounded(double x);

/* ERR_RANGE with key, value and limits. */
int make_check_range(const char *key, long value, long min, long max,
		     struct err *err);

/* The rate of sound, one channel. */
int make_check_rate(const struct make *make, struct err *err);

/* Axes, their rate, and the rows of one clip. */
int make_check_axes(const struct make *make, long rows, struct err *err);

/* Rows of one clip. */
long make_rows(const struct make *make);

/* The envelope and the common header of dsp/recipe.h; unit: what one count
 * stands for. */
void make_begin(struct buf *blob, const struct dsp_recipe *shape,
		enum dsp_kind_id kind, double unit);

/* factor = multiplier / 2^shift with a multiplier of 31 bits; shift <= 62;
 * ERR_RANGE when there is none. */
int make_factor(double factor, int32_t *multiplier, uint32_t *shift,
		struct err *err);

/* The value of one count of the int16 samples, without features.scale. */
double make_unit(const struct make *make);

/* A quarter of a cosine wave, Q31, points / 4 + 1 entries (dsp/fft.h). */
void make_cosine(struct buf *blob, int points);

/* log2(1 + i / steps) in Q q, steps + 1 entries. */
void make_log2(struct buf *blob, int steps, int q);

int make_kws(const struct make *make, struct buf *blob, struct err *err);
int make_sound(const struct make *make, struct buf *blob, struct err *err);
int make_micro(const struct make *make, struct buf *blob, struct err *err);
int make_flatten(const struct make *make, struct buf *blob, struct err *err);
int make_spectral(const struct make *make, struct buf *blob, struct err *err);
int make_wavelet(const struct make *make, struct buf *blob, struct err *err);
int make_image(const struct make *make, struct buf *blob, struct err *err);
int make_raw(const struct make *make, struct buf *blob, struct err *err);

#endif
