/* The blocks for sensors of several axes: dsp/motion.h and what is behind. */
#include <math.h>
#include <string.h>

#include "features/design.h"
#include "features/make_priv.h"
#include "features/sensor.h"

enum { DECIMATOR_ORDER = 8 };

#define DECIMATOR_RIPPLE_DB 0.05
#define DECIMATOR_EDGE 0.8		/* of the new half rate */

static bool is_yes(const char *word)
{
	return !word || strcmp(word, "yes") == 0;
}

/* ---- the part of dsp/motion.h ------------------------------------------- */

static int split_ratio(struct sensor *s, long ratio, struct err *err)
{
	static const struct { long ratio; uint8_t parts[3]; } known[] = {
		{ 1, { 0 } }, { 3, { 3 } }, { 10, { 10 } }, { 30, { 3, 10 } },
		{ 100, { 10, 10 } }, { 1000, { 10, 10, 10 } },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].ratio == ratio) {
			memcpy(s->ratios, known[i].parts, 3);
			while (s->decimators < 3 && s->ratios[s->decimators])
				s->decimators++;
			return 0;
		}
	return err_set(err, ERR_RANGE, "features.decimate is %ld, not 1, 3, "
		       "10, 30, 100 or 1000", ratio);
}

static int choose_filter(struct sensor *s, const struct make *make,
			 struct err *err)
{
	const struct project_features *f = &make->f;
	double half = s->rate / 2;

	if (!f->filter || strcmp(f->filter, "none") == 0)
		return 0;
	if (f->order < 2 || f->order > DESIGN_ORDER_MAX || f->order % 2)
		return err_set(err, ERR_RANGE, "features.order is %ld, not 2, "
			       "4, 6 or 8", f->order);
	if (!(f->cutoff_hz > 0 && f->cutoff_hz < half)) {
		err_set(err, ERR_RANGE, "features.cutoff_hz is %g, not below "
			"half the rate (%g Hz)", f->cutoff_hz, half);
		err_hint(err, "lower features.cutoff_hz or "
			 "features.decimate");
		return ERR_RANGE;
	}
	s->is_low = strcmp(f->filter, "low") == 0;
	s->is_high = !s->is_low;
	s->order = (int)f->order;
	return 0;
}

int sensor_init(struct sensor *s, const struct make *make, struct err *err)
{
	int ret;

	*s = (struct sensor){ .rows = make_rows(make) };
	ret = make_check_axes(make, s->rows, err);
	if (!ret && s->rows > DSP_MOTION_ROWS_MAX)
		ret = err_set(err, ERR_RANGE, "a clip of %ld rows is longer "
			      "than %d", s->rows, DSP_MOTION_ROWS_MAX);
	return ret;
}

int sensor_filters(struct sensor *s, const struct make *make,
		   struct err *err)
{
	long ratio = make->f.decimate ? make->f.decimate : 1;
	int ret = split_ratio(s, ratio, err);

	s->rate = (double)make->from.rate_hz / (double)ratio;
	s->rows_kept = s->rows / ratio;
	return ret ? ret : choose_filter(s, make, err);
}

void sensor_add_real(struct buf *blob, double x)
{
	int exponent;
	int64_t m = make_rounded(frexp(x, &exponent) * 0x1p31);

	if (m == (int64_t)1 << 31 || m == -((int64_t)1 << 31)) {
		m /= 2;
		exponent++;
	}
	buf_add32(blob, (uint32_t)m);
	buf_add32(blob, m ? (uint32_t)(exponent - 31) : 0);
}

static void add_sections(struct buf *blob, const struct design_section *s,
			 int count, bool is_single)
{
	for (int i = 0; i < count; i++)
		for (int k = 0; k < 5; k++) {
			double x = k < 3 ? s[i].b[k] : s[i].a[k - 2];

			sensor_add_real(blob, is_single ? (double)(float)x : x);
		}
}

static void add_motion(struct buf *blob, const struct sensor *s,
		       const struct make *make)
{
	struct design_section sections[DESIGN_ORDER_MAX / 2];
	double unit = make->from.is_float ? 1 : make_unit(make);

	buf_addc(blob, make->from.is_float ? 4 : 2);
	buf_addc(blob, (uint8_t)s->decimators);
	buf_addc(blob, (uint8_t)(s->order / 2));
	buf_addc(blob, 0);
	buf_add(blob, s->ratios, 4);
	sensor_add_real(blob, unit * make->f.scale);
	for (int i = 0; i < s->decimators; i++) {
		design_chebyshev(DECIMATOR_ORDER, DECIMATOR_RIPPLE_DB,
				 DECIMATOR_EDGE / s->ratios[i], sections);
		add_sections(blob, sections, DECIMATOR_ORDER / 2, false);
	}
	if (s->order) {
		design_butterworth(s->order, make->f.cutoff_hz * 2 / s->rate,
				   s->is_high, sections);
		add_sections(blob, sections, s->order / 2, true);
	}
}

void sensor_begin(struct buf *blob, const struct sensor *s,
		  const struct make *make, enum dsp_kind_id kind,
		  long numbers)
{
	struct dsp_recipe shape = {
		.rate_hz = (uint32_t)make->from.rate_hz,
		.length_samples = (uint32_t)s->rows,
		.axes = (uint16_t)make->from.channels, .frames = 1,
		.coefficients = (uint16_t)(make->from.channels * numbers),
		.channels = 1,
	};

	make_begin(blob, &shape, kind,
		   make->from.is_float ? 1 : make_unit(make));
	add_motion(blob, s, make);
}

/* ---- flatten ------------------------------------------------------------ */

static const char *const statistics[DSP_FLATTEN_STATISTICS] = {
	"average", "minimum", "maximum", "rms", "stdev", "skewness",
	"kurtosis",
};

static int find_statistics(const struct make *make, uint32_t *kept,
			   struct err *err)
{
	const struct text_list *list = &make->f.statistics;

	*kept = list->n ? 0 : (1u << DSP_FLATTEN_STATISTICS) - 1;
	for (size_t i = 0; i < list->n; i++) {
		int k = 0;

		while (k < DSP_FLATTEN_STATISTICS &&
		       strcmp(statistics[k], list->items[i]) != 0)
			k++;
		if (k == DSP_FLATTEN_STATISTICS) {
			err_set(err, ERR_RANGE, "features.statistics has no "
				"'%s'", list->items[i]);
			err_hint(err, "average minimum maximum rms stdev "
				 "skewness kurtosis");
			return ERR_RANGE;
		}
		*kept |= 1u << k;
	}
	return 0;
}

int make_flatten(const struct make *make, struct buf *blob, struct err *err)
{
	struct sensor s;
	uint32_t kept = 0;
	int ret = sensor_init(&s, make, err);

	if (!ret)
		ret = find_statistics(make, &kept, err);
	if (ret)
		return ret;
	sensor_begin(blob, &s, make, DSP_KIND_FLATTEN,
		     __builtin_popcount(kept));
	buf_add32(blob, kept);
	return 0;
}

/* ---- spectral ----------------------------------------------------------- */

struct bins {
	int log2, first, count;
};

static int choose_bins(const struct sensor *s, const struct make *make,
		       struct bins *bins, struct err *err)
{
	long points = make->f.fft_points;
	double width = s->rate / (double)points;

	for (bins->log2 = DSP_SPECTRAL_FFT_LOG2_MIN;
	     bins->log2 < DSP_SPECTRAL_FFT_LOG2_MAX &&
	     1L << bins->log2 < points; )
		bins->log2++;
	if (1L << bins->log2 != points)
		return err_set(err, ERR_RANGE, "features.fft_points is %ld, "
			       "not a power of two from %d to %d", points,
			       1 << DSP_SPECTRAL_FFT_LOG2_MIN,
			       1 << DSP_SPECTRAL_FFT_LOG2_MAX);
	bins->first = 1;
	bins->count = 0;
	for (int k = 1; k <= points / 2; k++) {
		if (s->is_low && k * width - width / 2 > make->f.cutoff_hz)
			break;
		if (s->is_high && k * width + width / 2 < make->f.cutoff_hz)
			bins->first = k + 1;
		else
			bins->count++;
	}
	return 0;
}

int make_spectral(const struct make *make, struct buf *blob, struct err *err)
{
	struct sensor s;
	struct bins bins = { 0 };
	int ret = sensor_init(&s, make, err);

	if (!ret)
		ret = sensor_filters(&s, make, err);
	if (!ret)
		ret = choose_bins(&s, make, &bins, err);
	if (ret)
		return ret;
	sensor_begin(blob, &s, make, DSP_KIND_SPECTRAL,
		     DSP_SPECTRAL_STATISTICS + bins.count);
	buf_addc(blob, (uint8_t)bins.log2);
	buf_addc(blob, (is_yes(make->f.log) ? DSP_SPECTRAL_LOG : 0) |
		 (is_yes(make->f.overlap) ? DSP_SPECTRAL_OVERLAP : 0));
	buf_add16(blob, (uint16_t)bins.first);
	buf_add16(blob, (uint16_t)bins.count);
	buf_add16(blob, 0);
	make_cosine(blob, 1 << bins.log2);
	make_log2(blob, DSP_SOUND_LOG_STEPS, DSP_LOG2_Q);
	return 0;
}
