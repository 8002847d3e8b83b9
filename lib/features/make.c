#include <math.h>
#include <string.h>

#include "base/fmath.h"
#include "bits/crc.h"
#include "bits/le.h"
#include "features/make_priv.h"

int64_t make_rounded(double x)
{
	return (int64_t)(x < 0 ? x - 0.5 : x + 0.5);
}

int make_check_range(const char *key, long value, long min, long max,
		     struct err *err)
{
	if (value >= min && value <= max)
		return 0;
	return err_set(err, ERR_RANGE, "features.%s is %ld, not %ld to %ld",
		       key, value, min, max);
}

long make_rows(const struct make *make)
{
	return make->from.rows ? make->from.rows :
	       make->from.rate_hz * make->f.length_ms / 1000;
}

void make_begin(struct buf *blob, const struct dsp_recipe *shape,
		enum dsp_kind_id kind, double unit)
{
	uint64_t bits;

	memcpy(&bits, &unit, sizeof(bits));
	buf_add32(blob, DSP_MAGIC);
	buf_add16(blob, DSP_VERSION);
	buf_add16(blob, (uint16_t)kind);
	buf_add64(blob, 0);
	buf_add32(blob, shape->rate_hz);
	buf_add32(blob, shape->length_samples);
	buf_add16(blob, shape->axes);
	buf_add16(blob, shape->frames);
	buf_add16(blob, shape->coefficients);
	buf_add16(blob, shape->channels);
	buf_add64(blob, bits);
}

int make_factor(double factor, int32_t *multiplier, uint32_t *shift,
		struct err *err)
{
	int exponent;
	int64_t m = make_rounded(frexp(factor, &exponent) * 0x1p31);

	if (m == (int64_t)1 << 31) {
		m /= 2;
		exponent++;
	}
	if (exponent > 30 || exponent < -31)
		return err_set(err, ERR_RANGE, "features.scale and full_scale "
			       "make a factor of %g, which is out of reach",
			       factor);
	*multiplier = (int32_t)m;
	*shift = (uint32_t)(31 - exponent);
	return 0;
}

/* The smallest power of two that is not below peak. */
static double round_up(double peak)
{
	int exponent;
	double mantissa = frexp(peak, &exponent);

	return ldexp(1, mantissa > 0.5 ? exponent : exponent - 1);
}

double make_unit(const struct make *make)
{
	double full_scale = make->f.full_scale;

	if (full_scale <= 0)
		full_scale = make->from.peak > 0 ? round_up(make->from.peak) :
			     32768;
	return full_scale / 32768;
}

void make_cosine(struct buf *blob, int points)
{
	for (int k = 0; k <= points / 4; k++) {
		int64_t c = make_rounded(fmath_cos(2 * PI * k / points) *
					 0x1p31);

		buf_add32(blob, (uint32_t)(c > INT32_MAX ? INT32_MAX : c));
	}
}

void make_log2(struct buf *blob, int steps, int q)
{
	for (int i = 0; i <= steps; i++) {
		double x = 1 + (double)i / steps;

		buf_add32(blob, (uint32_t)make_rounded(
			fmath_log(x) / LN2 * (double)(1L << q)));
	}
}

int make_check_rate(const struct make *make, struct err *err)
{
	int ret = 0;

	if (make->from.rate_hz < FEATURES_RATE_MIN_HZ ||
	    make->from.rate_hz > FEATURES_RATE_MAX_HZ) {
		ret = err_set(err, ERR_RANGE,
			      "audio at %ld Hz: features work from %d to %d Hz",
			      make->from.rate_hz, FEATURES_RATE_MIN_HZ,
			      FEATURES_RATE_MAX_HZ);
		err_hint(err, "collect at another rate: collect.rate_hz");
	}
	if (!ret && make->from.channels != 1)
		ret = err_set(err, ERR_UNSUPPORTED, "preset '%s' takes one "
			      "channel of sound, and these recordings have %ld",
			      make->f.preset, make->from.channels);
	return ret;
}

int make_check_axes(const struct make *make, long rows, struct err *err)
{
	const struct features_input *from = &make->from;

	if (from->height || from->width)
		return err_set(err, ERR_UNSUPPORTED, "preset '%s' takes rows "
			       "of samples, and these recordings are images",
			       make->f.preset);
	if (from->rate_hz < 1 || from->channels < 1 ||
	    from->channels > DSP_AXES_MAX)
		return err_set(err, ERR_RANGE, "%ld rows a second of %ld axes "
			       "are not 1 or more of 1 to %d", from->rate_hz,
			       from->channels, DSP_AXES_MAX);
	if (rows >= 1 && rows <= DSP_LENGTH_MAX / from->channels)
		return 0;
	return err_set(err, ERR_RANGE, "features.length_ms %ld is %ld rows at "
		       "%ld Hz, not 1 to %ld", make->f.length_ms, rows,
		       from->rate_hz, DSP_LENGTH_MAX / from->channels);
}

static int make_block(const struct make *make, enum features_block block,
		      struct buf *blob, struct err *err)
{
	switch (block) {
	case FEATURES_KWS:
		return make_kws(make, blob, err);
	case FEATURES_SOUND:
		return make_sound(make, blob, err);
	case FEATURES_MICRO:
		return make_micro(make, blob, err);
	case FEATURES_FLATTEN:
		return make_flatten(make, blob, err);
	case FEATURES_SPECTRAL:
		return make_spectral(make, blob, err);
	case FEATURES_WAVELET:
		return make_wavelet(make, blob, err);
	case FEATURES_IMAGE:
		return make_image(make, blob, err);
	case FEATURES_RAW:
		return make_raw(make, blob, err);
	}
	return ERR_UNSUPPORTED;
}

int features_make_for(const struct project_features *features,
		      const struct features_input *from, struct buf *blob,
		      struct err *err)
{
	struct make make = { .from = *from };
	struct dsp_recipe opened;
	size_t start = blob->len, n;
	enum features_block block;
	int ret = features_preset(features, &make.f, &block, err);

	if (!ret)
		ret = make_block(&make, block, blob, err);
	if (ret)
		return ret;
	if (blob->failed)
		return err_nomem(err);
	n = blob->len - start;
	le_put32(blob->data + start + 8, (uint32_t)n);
	le_put32(blob->data + start + 12,
		 crc32(0, blob->data + start + 16, n - 16));
	return features_open(blob->data + start, n, &opened, err);
}

int features_make(const struct project_features *features, long rate_hz,
		  struct buf *blob, struct err *err)
{
	struct features_input sound = { .rate_hz = rate_hz, .channels = 1 };

	return features_make_for(features, &sound, blob, err);
}
