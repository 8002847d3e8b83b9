/* Wavelets by their PyWavelets names and the block of dsp/wavelet.h. */
#include <string.h>

#include "features/sensor.h"

/* Lowpass analysis filters; Daubechies, Ten Lectures on Wavelets (1992),
 * tables 6.1 and 8.3.  An orthogonal one's highpass follows from it. */
struct wavelet {
	const char *name;
	int taps;
	double low[10], high[10];
};

#define R2 0.70710678118654752
#define B2 0.35355339059327376

static const struct wavelet wavelets[] = {
	{ "haar", 2, { R2, R2 }, { 0 } },
	{ "db2", 4, { -0.12940952255126037, 0.22414386804201339,
		      0.83651630373780790, 0.48296291314453416 }, { 0 } },
	{ "db3", 6, { 0.035226291885709533, -0.085441273882026658,
		      -0.13501102001025458, 0.45987750211849154,
		      0.80689150931109255, 0.33267055295008263 }, { 0 } },
	{ "db4", 8, { -0.010597401785069032, 0.032883011666885168,
		      0.030841381835560764, -0.18703481171909309,
		      -0.027983769416859854, 0.63088076792985890,
		      0.71484657055291570, 0.23037781330889650 }, { 0 } },
	{ "bior2.2", 6, { 0, -B2 / 2, B2, 3 * B2, B2, -B2 / 2 },
	  { 0, B2, -R2, B2, 0, 0 } },
	{ "bior2.4", 10, { 0, 3 * B2 / 32, -6 * B2 / 32, -B2 / 2, 38 * B2 / 32,
			   90 * B2 / 32, 38 * B2 / 32, -B2 / 2, -6 * B2 / 32,
			   3 * B2 / 32 },
	  { 0, 0, 0, B2, -R2, B2, 0, 0, 0, 0 } },
};

static const struct wavelet *find(const char *name)
{
	for (size_t i = 0; i < sizeof(wavelets) / sizeof(wavelets[0]); i++)
		if (strcmp(wavelets[i].name, name) == 0)
			return &wavelets[i];
	return NULL;
}

static bool is_orthogonal(const struct wavelet *w)
{
	return strncmp(w->name, "bior", 4) != 0;
}

static void add_filters(struct buf *blob, const struct wavelet *w)
{
	for (int k = 0; k < w->taps; k++)
		sensor_add_real(blob, w->low[k]);
	for (int k = 0; k < w->taps; k++) {
		double mirror = w->low[w->taps - 1 - k];

		sensor_add_real(blob, !is_orthogonal(w) ? w->high[k] :
				k % 2 ? mirror : -mirror);
	}
}

static int check_level(const struct sensor *s, long level, struct err *err)
{
	long rows = s->rows_kept;
	int ret = make_check_range("level", level, 1, DSP_WAVELET_LEVEL_MAX,
				   err);

	if (ret || rows >= 32L << level)
		return ret;
	err_set(err, ERR_RANGE, "%ld rows cannot be split %ld times: that "
		"takes %ld", rows, level, 32L << level);
	err_hint(err, "lower features.level or make features.length_ms "
		 "longer");
	return ERR_RANGE;
}

int make_wavelet(const struct make *make, struct buf *blob, struct err *err)
{
	const char *name = make->f.wavelet ? make->f.wavelet : "db4";
	const struct wavelet *w = find(name);
	long level = make->f.level ? make->f.level : 1;
	struct sensor s;
	int ret = sensor_init(&s, make, err);

	if (!ret && !w)
		ret = err_set(err, ERR_RANGE, "no wavelet '%s'", name);
	if (!ret)
		ret = sensor_filters(&s, make, err);
	if (!ret)
		ret = check_level(&s, level, err);
	if (ret)
		return ret;
	sensor_begin(blob, &s, make, DSP_KIND_WAVELET,
		     (level + 1) * DSP_WAVELET_STATISTICS);
	buf_addc(blob, (uint8_t)level);
	buf_addc(blob, (uint8_t)w->taps);
	buf_add16(blob, 0);
	add_filters(blob, w);
	make_log2(blob, DSP_SOUND_LOG_STEPS, DSP_LOG2_Q);
	return 0;
}
