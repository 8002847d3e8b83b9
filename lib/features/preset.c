#include "features/preset.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"

/* Numbers a row does not name are 0: of no use there, or "as the sound". */
struct row {
	const char *preset, *block;
	enum features_block kind;
	struct project_features values;
};

static const struct row rows[] = {
	{ "mlperf-kws", "mfcc", FEATURES_KWS, {
		.window_ms = 30, .stride_ms = 20, .mel_bands = 40,
		.coefficients = 10, .low_hz = 20, .high_hz = 4000 } },
	{ "mlperf-sww", "mfe", FEATURES_SOUND, {
		.window_samples = 1024, .stride_samples = 512,
		.fft_points = 1024, .mel_bands = 40, .preemphasis = 0.96875,
		.noise_floor_db = -52, .taper = "hamming",
		.mel_scale = "htk", .energy = "no", .pad = "none" } },
	{ "micro-speech", "preprocessor", FEATURES_MICRO, { 0 } },
	{ "micro-speech", "microfrontend", FEATURES_MICRO, { 0 } },
	{ "edge-impulse-v4", "mfcc", FEATURES_SOUND, {
		.window_ms = 20, .stride_ms = 20, .fft_points = 256,
		.mel_bands = 32, .coefficients = 13, .preemphasis = 0.98,
		.normalise = 101, .taper = "rect", .mel_scale = "htk",
		.energy = "yes", .pad = "none" } },
	{ "edge-impulse-v4", "mfe", FEATURES_SOUND, {
		.window_ms = 20, .stride_ms = 10, .fft_points = 256,
		.mel_bands = 40, .preemphasis = 0.98, .noise_floor_db = -52,
		.taper = "rect", .mel_scale = "htk", .energy = "no",
		.pad = "none" } },
	{ "edge-impulse-v4", "spectrogram", FEATURES_SOUND, {
		.window_ms = 20, .stride_ms = 10, .fft_points = 128,
		.noise_floor_db = -52, .taper = "rect", .mel_scale = "htk",
		.energy = "no", .pad = "none" } },
	{ "edge-impulse-v4", "spectral", FEATURES_SPECTRAL, {
		.fft_points = 16 } },
	{ "edge-impulse-v4", "wavelet", FEATURES_WAVELET, { 0 } },
	{ "edge-impulse-v4", "flatten", FEATURES_FLATTEN, { 0 } },
	{ "librosa", "mfcc", FEATURES_SOUND, {
		.window_samples = 2048, .stride_samples = 512,
		.fft_points = 2048, .mel_bands = 128, .coefficients = 20,
		.top_db = 80, .taper = "hann", .mel_scale = "slaney",
		.energy = "no", .pad = "zeros" } },
	{ "librosa", "mfe", FEATURES_SOUND, {
		.window_samples = 2048, .stride_samples = 512,
		.fft_points = 2048, .mel_bands = 128, .top_db = 80,
		.taper = "hann", .mel_scale = "slaney", .energy = "no",
		.pad = "zeros" } },
	{ "htk", "mfcc", FEATURES_SOUND, {
		.window_ms = 25, .stride_ms = 10, .mel_bands = 26,
		.coefficients = 13, .preemphasis = 0.97, .taper = "hamming",
		.mel_scale = "htk", .energy = "no", .pad = "none" } },
	{ "htk", "mfe", FEATURES_SOUND, {
		.window_ms = 25, .stride_ms = 10, .mel_bands = 26,
		.preemphasis = 0.97, .taper = "hamming", .mel_scale = "htk",
		.energy = "no", .pad = "none" } },
	{ "raw", "raw", FEATURES_RAW, { 0 } },
	{ "image", "image", FEATURES_IMAGE, { 0 } },
};

static const size_t row_count = sizeof(rows) / sizeof(rows[0]);

static bool is_auto(const char *word)
{
	return !word || !word[0] || strcmp(word, "auto") == 0;
}

static int refuse(const struct project_features *f, struct err *err)
{
	struct buf known = BUF_INIT;
	bool is_known = false;

	for (size_t i = 0; i < row_count; i++) {
		is_known |= strcmp(rows[i].preset, f->preset) == 0;
		if (i && strcmp(rows[i].preset, rows[i - 1].preset) == 0)
			buf_addf(&known, ", %s", rows[i].block);
		else
			buf_addf(&known, "%s%s: %s", i ? "; " : "",
				 rows[i].preset, rows[i].block);
	}
	if (is_known)
		err_set(err, ERR_UNSUPPORTED, "feature preset '%s' has no "
			"block '%s'", f->preset, f->block);
	else
		err_set(err, ERR_UNSUPPORTED, "no feature preset '%s'",
			f->preset);
	err_hint(err, "presets and blocks: %s", known.failed ? "" :
		 (const char *)known.data);
	buf_release(&known);
	return ERR_UNSUPPORTED;
}

static const struct row *find(const struct project_features *f)
{
	for (size_t i = 0; i < row_count; i++)
		if (strcmp(rows[i].preset, f->preset) == 0 &&
		    (is_auto(f->block) ||
		     strcmp(rows[i].block, f->block) == 0))
			return &rows[i];
	return NULL;
}

static void fill_long(long *value, long gap, long preset)
{
	if (*value == gap)
		*value = preset;
}

static void fill_real(double *value, double gap, double preset)
{
	if (*value == gap)
		*value = preset;
}

static void fill_text(const char **value, const char *preset)
{
	if (is_auto(*value))
		*value = preset;
}

/* Window and stride: the user's samples, or milliseconds, or the preset's. */
static void fill_window(struct project_features *f,
			const struct project_features *preset)
{
	if (!f->window_samples && !f->window_ms)
		f->window_samples = preset->window_samples;
	fill_long(&f->window_ms, 0, preset->window_ms);
	if (!f->stride_samples && !f->stride_ms)
		f->stride_samples = preset->stride_samples;
	fill_long(&f->stride_ms, 0, preset->stride_ms);
}

int features_preset(const struct project_features *features,
		    struct project_features *whole,
		    enum features_block *block, struct err *err)
{
	const struct row *row = find(features);
	const struct project_features *preset;

	if (!row)
		return refuse(features, err);
	preset = &row->values;
	*whole = *features;
	*block = row->kind;
	whole->block = row->block;
	fill_window(whole, preset);
	fill_long(&whole->mel_bands, 0, preset->mel_bands);
	fill_long(&whole->coefficients, 0, preset->coefficients);
	fill_long(&whole->low_hz, -1, preset->low_hz);
	fill_long(&whole->high_hz, 0, preset->high_hz);
	fill_long(&whole->fft_points, 0, preset->fft_points);
	fill_long(&whole->normalise, -1, preset->normalise);
	fill_real(&whole->preemphasis, -1, preset->preemphasis);
	fill_real(&whole->noise_floor_db, 0, preset->noise_floor_db);
	fill_real(&whole->top_db, -1, preset->top_db);
	fill_text(&whole->taper, preset->taper);
	fill_text(&whole->mel_scale, preset->mel_scale);
	fill_text(&whole->energy, preset->energy);
	fill_text(&whole->pad, preset->pad);
	fill_text(&whole->colours, "auto");
	return 0;
}
