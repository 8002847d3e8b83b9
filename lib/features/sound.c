#include "features/sound.h"

#include <math.h>
#include <string.h>

#include "base/fmath.h"

#define LN10 0x1.26bb1bbb55516p+1

static bool is_word(const char *value, const char *word)
{
	return strcmp(value, word) == 0;
}

/* ---- window and frames -------------------------------------------------- */

static int check_fft(struct sound *s, const struct make *make, long window,
		     struct err *err)
{
	long points = make->f.fft_points;

	for (s->fft_log2 = DSP_FFT_LOG2_MIN;
	     1L << s->fft_log2 < (points ? points : window); s->fft_log2++)
		if (s->fft_log2 == DSP_FFT_LOG2_MAX)
			return err_set(err, ERR_RANGE, "a window of %ld "
				       "samples is longer than %d",
				       window, SOUND_FFT_MAX);
	if (points && 1L << s->fft_log2 != points)
		return err_set(err, ERR_RANGE, "features.fft_points is %ld, "
			       "not a power of two from %d to %d", points,
			       1 << DSP_FFT_LOG2_MIN, SOUND_FFT_MAX);
	return 0;
}

/* Edge Impulse rounds a window up, as its blocks do. */
static long samples_of(const struct make *make, long samples, long ms)
{
	long rate = make->from.rate_hz;

	if (samples)
		return samples;
	return is_word(make->f.preset, "edge-impulse-v4") ?
	       (rate * ms + 999) / 1000 : rate * ms / 1000;
}

static int check_frames(const struct sound *s, const struct make *make,
			long window, struct err *err)
{
	if (window < 16)
		return err_set(err, ERR_RANGE, "a window of %ld samples is "
			       "shorter than 16", window);
	if (s->stride < 1 || s->stride > 65535)
		return err_set(err, ERR_RANGE, "a stride of %ld samples is "
			       "not 1 to 65535", s->stride);
	if (s->frames < 1)
		return err_set(err, ERR_RANGE, "features.length_ms (%ld) is "
			       "shorter than one window (%ld samples)",
			       make->f.length_ms, window);
	if (s->frames <= DSP_FRAMES_MAX)
		return 0;
	err_set(err, ERR_RANGE, "a clip of %ld ms has %ld windows, more than "
		"%d", make->f.length_ms, s->frames, DSP_FRAMES_MAX);
	err_hint(err, "make the stride longer or features.length_ms shorter");
	return ERR_RANGE;
}

static int place_frames(struct sound *s, const struct make *make,
			struct err *err)
{
	const struct project_features *f = &make->f;
	long window = samples_of(make, f->window_samples, f->window_ms);
	int ret = check_fft(s, make, window, err);

	if (ret)
		return ret;
	s->rate_hz = make->from.rate_hz;
	s->length = make_rows(make);
	s->stride = samples_of(make, f->stride_samples, f->stride_ms);
	s->window = (int)window;
	if (window > 1L << s->fft_log2)
		s->window = 1 << s->fft_log2;
	if (s->stride < 1)
		s->frames = 1;
	else if (is_word(f->pad, "none"))
		s->frames = s->length < window ? 0 :
			    1 + (s->length - window) / s->stride;
	else
		s->frames = 1 + s->length / s->stride;
	if (!is_word(f->pad, "none"))
		s->first = -((1 << s->fft_log2) / 2) +
			   ((1 << s->fft_log2) - s->window) / 2;
	s->reflect = is_word(f->pad, "reflect");
	if (s->reflect && s->length <= 1 << s->fft_log2)
		return err_set(err, ERR_RANGE, "a clip of %ld samples is too "
			       "short to be reflected", s->length);
	return check_frames(s, make, window, err);
}

/* Symmetric for HTK, periodic elsewhere. */
static void make_taper(struct sound *s, const struct make *make)
{
	const char *name = make->f.taper;
	double a = is_word(name, "hamming") ? 0.54 : 0.5;
	double last;

	s->rectangular = is_word(name, "rect");
	s->symmetric = is_word(make->f.preset, "htk");
	last = s->window - (s->symmetric ? 1 : 0);
	for (int i = 0; i < s->window; i++)
		s->taper[i] = s->rectangular ? 1 :
			      a - (1 - a) * fmath_cos(2 * PI * i / last);
}

/* ---- flavours ----------------------------------------------------------- */

/* Decibels from floor_db to `range` above it as 0 to 1. */
static void level_db(struct sound *s, double floor_db, double range)
{
	s->factor = 10 / LN10 / range;
	s->bias = -floor_db / range;
	s->floor = 1e-30;
	s->low = 0;
	s->high = 1;
}

static void edge_impulse(struct sound *s, const struct make *make)
{
	double floor_db = make->f.noise_floor_db;
	double points = (double)(1 << s->fft_log2);

	s->before = DSP_SOUND_BEFORE_WRAP;
	s->scale = 1 / points;
	if (s->has_dct) {
		s->floor = s->energy_floor = 1e-10;
		s->factor = 1;
		return;
	}
	level_db(s, floor_db, 12 - floor_db);
	s->eight = s->bands > 0;
	if (s->bands)
		s->scale *= 0x1p-30;
	else
		s->high = 32767;
}

static void streaming(struct sound *s, const struct make *make)
{
	double floor_db = make->f.noise_floor_db;

	s->before = DSP_SOUND_BEFORE_CLIP;
	s->scale = 0x1p-30 / (double)(1 << s->fft_log2);
	level_db(s, floor_db, 12 - floor_db);
}

static void librosa(struct sound *s, const struct make *make)
{
	s->before = DSP_SOUND_BEFORE_CLIP;
	s->scale = 0x1p-30;
	s->floor = 1e-10;
	s->factor = 10 / LN10;
	s->low = -32768;
	s->high = 32767;
	s->linear = make->f.log && is_word(make->f.log, "no");
	if (s->linear)
		s->factor = 1;
	if (make->f.top_db > 0)
		s->top = make->f.top_db * LN10 / 10;
}

/* The smallest normal distance of float 1, as Kaldi has it. */
#define EPSILON 0x1p-23

static void htk(struct sound *s, const struct make *make)
{
	s->before = DSP_SOUND_BEFORE_SAME;
	s->remove_mean = !is_word(make->f.energy, "yes");
	s->scale = 1;
	s->energy_scale = 1;
	s->floor = s->energy_floor = EPSILON;
	s->factor = 1;
	s->low = -32768;
	s->high = 32767;
}

/* Which coefficient the frame's energy replaces. */
static void place_energy(struct sound *s, const struct make *make)
{
	bool last = is_word(make->f.preset, "htk");

	s->energy_row = -1;
	if (!s->has_dct || !is_word(make->f.energy, "yes"))
		return;
	s->energy = last ? DSP_SOUND_ENERGY_SAMPLES :
		    DSP_SOUND_ENERGY_SPECTRUM;
	s->energy_row = last ? s->coefficients - 1 : 0;
}

static int check_bands(const struct make *make, struct err *err)
{
	const struct project_features *f = &make->f;
	long half = make->from.rate_hz / 2;
	int ret = make_check_range("mel_bands", f->mel_bands, 1,
				   DSP_BANDS_MAX, err);

	if (!ret && is_word(f->block, "mfcc"))
		ret = make_check_range("coefficients", f->coefficients, 1,
				       f->mel_bands, err);
	if (!ret)
		ret = make_check_range("low_hz", f->low_hz, 0, f->high_hz - 1,
				       err);
	if (!ret && f->high_hz > half) {
		ret = err_set(err, ERR_RANGE, "features.high_hz is %ld, but "
			      "audio at %ld Hz holds nothing above %ld Hz",
			      f->high_hz, make->from.rate_hz, half);
		err_hint(err, "set features.high_hz to %ld or record at %ld "
			 "Hz", half, 2 * f->high_hz);
	}
	return ret;
}

static int check_normalise(const struct make *make, struct err *err)
{
	long n = make->f.normalise;

	if (n == 0 || n % 2 == 1)
		return 0;
	return err_set(err, ERR_RANGE, "features.normalise is %ld, not 0 or "
		       "an odd number", n);
}

static void choose_flavour(struct sound *s, const struct make *make)
{
	const char *preset = make->f.preset;

	s->top = -1;
	if (is_word(preset, "edge-impulse-v4"))
		edge_impulse(s, make);
	else if (is_word(preset, "mlperf-sww"))
		streaming(s, make);
	else if (is_word(preset, "librosa"))
		librosa(s, make);
	else
		htk(s, make);
	if (s->has_dct)
		s->linear = false;
}

int sound_init(struct sound *s, const struct make *given, struct err *err)
{
	struct make make = *given;
	bool has_bands = !is_word(make.f.block, "spectrogram");
	int ret = make_check_rate(&make, err);

	if (!make.f.high_hz)
		make.f.high_hz = make.from.rate_hz / 2;
	if (!ret && has_bands)
		ret = check_bands(&make, err);
	if (!ret)
		ret = check_normalise(&make, err);
	if (!ret)
		ret = place_frames(s, &make, err);
	if (ret)
		return ret;
	s->has_dct = is_word(make.f.block, "mfcc");
	s->bands = has_bands ? (int)make.f.mel_bands : 0;
	s->coefficients = (int)make.f.coefficients;
	s->preemphasis = make.f.preemphasis;
	s->normalise = s->has_dct ? (int)make.f.normalise : 0;
	make_taper(s, &make);
	place_energy(s, &make);
	choose_flavour(s, &make);
	if (has_bands)
		ret = sound_bank(s, &make, err);
	if (!ret && s->has_dct)
		sound_dct(s, &make);
	return ret;
}
