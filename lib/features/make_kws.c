#include <math.h>

#include "base/fmath.h"
#include "features/make_priv.h"

#define LOG_FLOOR 1e-6

enum { WINDOW_MIN = 16, WINDOW_MAX = 1 << DSP_FFT_LOG2_MAX };

/* ---- parameters --------------------------------------------------------- */

static int check_plain(const struct make *make, struct err *err)
{
	const struct project_features *f = &make->f;
	int ret = make_check_rate(make, err);

	if (!ret)
		ret = make_check_range("window_ms", f->window_ms, 1, 4000, err);
	if (!ret)
		ret = make_check_range("stride_ms", f->stride_ms, 1, 600, err);
	if (!ret)
		ret = make_check_range("length_ms", f->length_ms, 1, 40000,
				       err);
	if (!ret)
		ret = make_check_range("mel_bands", f->mel_bands, 1,
				       DSP_BANDS_MAX, err);
	if (!ret)
		ret = make_check_range("coefficients", f->coefficients, 1,
				  f->mel_bands, err);
	return ret;
}

static int check_edges(const struct project_features *f, long rate_hz,
		       struct err *err)
{
	if (f->low_hz < 0 || f->low_hz >= f->high_hz)
		return err_set(err, ERR_RANGE,
			       "features.low_hz is %ld, not 0 or more and "
			       "below high_hz (%ld)", f->low_hz, f->high_hz);
	if (f->high_hz <= rate_hz / 2)
		return 0;
	err_set(err, ERR_RANGE, "features.high_hz is %ld, but audio at %ld Hz "
		"holds nothing above %ld Hz", f->high_hz, rate_hz,
		rate_hz / 2);
	err_hint(err, "set features.high_hz to %ld or record at %ld Hz",
		 rate_hz / 2, 2 * f->high_hz);
	return ERR_RANGE;
}

static int check_samples(const struct project_features *f, long window,
			 long length, long frames, struct err *err)
{
	if (window < WINDOW_MIN || window > WINDOW_MAX)
		return err_set(err, ERR_RANGE,
			       "features.window_ms %ld is %ld samples, not "
			       "%d to %d", f->window_ms, window, WINDOW_MIN,
			       WINDOW_MAX);
	if (length < window)
		return err_set(err, ERR_RANGE,
			       "features.length_ms (%ld) is shorter than one "
			       "window (%ld ms)", f->length_ms, f->window_ms);
	if (frames <= DSP_FRAMES_MAX)
		return 0;
	err_set(err, ERR_RANGE, "a clip of %ld ms has %ld windows, more than "
		"%d", f->length_ms, frames, DSP_FRAMES_MAX);
	err_hint(err, "make features.stride_ms longer or length_ms shorter");
	return ERR_RANGE;
}

static int fft_log2_of(long window)
{
	int log2 = DSP_FFT_LOG2_MIN;

	while (1L << log2 < window)
		log2++;
	return log2;
}

/* All but the mel bins and the DCT's Q. */
static int derive(const struct make *make, struct dsp_recipe *r,
		  struct err *err)
{
	const struct project_features *f = &make->f;
	long rate_hz = make->from.rate_hz, window, stride, length, frames;
	int ret = check_plain(make, err);

	if (!ret)
		ret = check_edges(f, rate_hz, err);
	if (ret)
		return ret;
	window = rate_hz * f->window_ms / 1000;
	stride = rate_hz * f->stride_ms / 1000;
	length = make_rows(make);
	frames = length < window ? 0 : 1 + (length - window) / stride;
	ret = check_samples(f, window, length, frames, err);
	*r = (struct dsp_recipe){
		.rate_hz = (uint32_t)rate_hz,
		.length_samples = (uint32_t)length,
		.frames = (uint16_t)frames,
		.coefficients = (uint16_t)f->coefficients,
		.mfcc = {
			.window_samples = (uint16_t)window,
			.stride_samples = (uint16_t)stride,
			.fft_log2 = (uint8_t)fft_log2_of(ret ? 0 : window),
			.mel_bands = (uint8_t)f->mel_bands,
			.log_floor = (uint64_t)make_rounded(LOG_FLOOR *
							    0x1p70),
			.low_hz = (uint32_t)f->low_hz,
			.high_hz = (uint32_t)f->high_hz,
		},
	};
	return ret;
}

/* ---- mel scale ---------------------------------------------------------- */

static double mel_of(double hz)
{
	return 1127 * fmath_log(1 + hz / 700);
}

/* Where bin k lies, in band edges: 0 at low_hz, bands + 1 at high_hz. */
static double edge_of_bin(const struct dsp_recipe *r, long k)
{
	double low = mel_of(r->mfcc.low_hz), high = mel_of(r->mfcc.high_hz);
	double hz = (double)k * r->rate_hz / (double)(1L << r->mfcc.fft_log2);

	return (mel_of(hz) - low) / (high - low) * (r->mfcc.mel_bands + 1);
}

/* An entry of the mel table. */
static uint32_t mel_entry(double edge)
{
	uint32_t below = (uint32_t)edge;
	uint32_t part = (uint32_t)make_rounded((edge - below) * 0x1p24);

	if (part >= 1u << DSP_MEL_Q)
		part = (1u << DSP_MEL_Q) - 1;
	return below << DSP_MEL_Q | part;
}

static int check_coverage(const struct dsp_recipe *r, const bool *covered,
			  struct err *err)
{
	for (int b = 0; b < r->mfcc.mel_bands; b++) {
		if (covered[b + 1])
			continue;
		err_set(err, ERR_RANGE, "mel band %d of %d lies between two "
			"bins of the %d-point FFT and would always be silent",
			b + 1, r->mfcc.mel_bands, 1 << r->mfcc.fft_log2);
		err_hint(err, "use fewer features.mel_bands or a longer "
			 "window_ms");
		return ERR_RANGE;
	}
	return 0;
}

/* The bins between low_hz and high_hz, without bin 0. */
static int find_bins(struct dsp_recipe *r, struct err *err)
{
	bool covered[DSP_BANDS_MAX + 2] = { false };
	long half = 1L << (r->mfcc.fft_log2 - 1), first = half + 1, count = 0;

	for (long k = 1; k <= half; k++) {
		double edge = edge_of_bin(r, k);
		uint32_t entry;

		if (edge < 0 || edge >= r->mfcc.mel_bands + 1)
			continue;
		if (count++ == 0)
			first = k;
		entry = mel_entry(edge);
		covered[entry >> DSP_MEL_Q] = true;
		if (entry << (32 - DSP_MEL_Q) != 0)
			covered[(entry >> DSP_MEL_Q) + 1] = true;
	}
	r->mfcc.bin_first = (uint16_t)first;
	r->mfcc.bin_count = (uint16_t)count;
	return check_coverage(r, covered, err);
}

/* ---- tables ------------------------------------------------------------- */

static double dct_of(const struct dsp_recipe *r, int i, int b)
{
	double bands = r->mfcc.mel_bands;

	return LN2 * sqrt(2 / bands) * fmath_cos(PI * i * (b + 0.5) / bands);
}

/* The most bits that leave every entry inside int16. */
static void choose_dct_shift(struct dsp_recipe *r)
{
	double limit = LN2 * sqrt(2.0 / r->mfcc.mel_bands);
	double scale = 32767 / limit;

	r->mfcc.dct_shift = DSP_DCT_SHIFT_MIN;
	while (r->mfcc.dct_shift < DSP_DCT_SHIFT_MAX &&
	       (double)(1L << (r->mfcc.dct_shift + 1)) <= scale)
		r->mfcc.dct_shift++;
}

static void add_header(struct buf *out, const struct dsp_recipe *r)
{
	buf_add32(out, DSP_MAGIC);
	buf_add16(out, DSP_VERSION);
	buf_add16(out, DSP_KIND_MFCC);
	buf_add32(out, (uint32_t)dsp_mfcc_bytes(r));
	buf_add32(out, 0);
	buf_add32(out, r->rate_hz);
	buf_add32(out, r->length_samples);
	buf_add16(out, r->mfcc.window_samples);
	buf_add16(out, r->mfcc.stride_samples);
	buf_add16(out, r->frames);
	buf_addc(out, r->mfcc.fft_log2);
	buf_addc(out, r->mfcc.mel_bands);
	buf_addc(out, (uint8_t)r->coefficients);
	buf_addc(out, r->mfcc.dct_shift);
	buf_add16(out, r->mfcc.bin_first);
	buf_add16(out, r->mfcc.bin_count);
	buf_add16(out, 0);
	buf_add64(out, r->mfcc.log_floor);
	buf_add32(out, r->mfcc.low_hz);
	buf_add32(out, r->mfcc.high_hz);
}

static void add_waves(struct buf *out, const struct dsp_recipe *r)
{
	int window = r->mfcc.window_samples;

	for (int n = 0; n <= window / 2; n++) {
		double w = 0.5 - 0.5 * fmath_cos(2 * PI * n / window);

		buf_add32(out, (uint32_t)make_rounded(w * 0x1p30));
	}
	make_cosine(out, 1 << r->mfcc.fft_log2);
}

static void add_rest(struct buf *out, const struct dsp_recipe *r)
{
	size_t start = out->len;

	for (long k = 0; k < r->mfcc.bin_count; k++)
		buf_add32(out,
			  mel_entry(edge_of_bin(r, r->mfcc.bin_first + k)));
	for (int i = DSP_ROOT_FIRST; i <= DSP_ROOT_LAST; i++)
		buf_add32(out, (uint32_t)make_rounded(sqrt(i / 128.0) *
						      0x1p31));
	make_log2(out, DSP_LOG_STEPS, DSP_LOG_Q);
	for (int i = 0; i < r->coefficients; i++)
		for (int b = 0; b < r->mfcc.mel_bands; b++) {
			double d = dct_of(r, i, b) *
				   (double)(1L << r->mfcc.dct_shift);

			buf_add16(out, (uint16_t)make_rounded(d));
		}
	buf_grow(out, (start - out->len) % 4);
}

int make_kws(const struct make *make, struct buf *blob, struct err *err)
{
	struct dsp_recipe r;
	int ret = derive(make, &r, err);

	if (!ret)
		ret = find_bins(&r, err);
	if (ret)
		return ret;
	choose_dct_shift(&r);
	add_header(blob, &r);
	add_waves(blob, &r);
	add_rest(blob, &r);
	return 0;
}
