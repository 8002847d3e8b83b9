/* The block of dsp/mfcc.h, believed only after every check. */
#include <stdbool.h>

#include "bits/cursor.h"
#include "dsp/mfcc_priv.h"
#include "dsp/open.h"
#include "dsp/recipe.h"

/* Entries of each table. */
static size_t window_entries(const struct dsp_recipe *r)
{
	return r->mfcc.window_samples / 2u + 1;
}

static size_t cosine_entries(const struct dsp_recipe *r)
{
	return ((size_t)1 << r->mfcc.fft_log2) / 4 + 1;
}

static size_t dct_entries(const struct dsp_recipe *r)
{
	return (size_t)r->coefficients * r->mfcc.mel_bands;
}

static size_t dct_bytes(const struct dsp_recipe *r)
{
	return (2 * dct_entries(r) + 3) & ~(size_t)3;
}

size_t dsp_mfcc_bytes(const struct dsp_recipe *r)
{
	return DSP_MFCC_HEADER_BYTES + dct_bytes(r) +
	       4 * (window_entries(r) + cosine_entries(r) + r->mfcc.bin_count +
		    DSP_ROOT_ENTRIES + DSP_LOG_ENTRIES);
}

static int read_parameters(struct cursor *cur, struct dsp_recipe *r)
{
	r->rate_hz = cursor_u32(cur);
	r->length_samples = cursor_u32(cur);
	r->mfcc.window_samples = cursor_u16(cur);
	r->mfcc.stride_samples = cursor_u16(cur);
	r->frames = cursor_u16(cur);
	r->mfcc.fft_log2 = cursor_u8(cur);
	r->mfcc.mel_bands = cursor_u8(cur);
	r->coefficients = cursor_u8(cur);
	r->mfcc.dct_shift = cursor_u8(cur);
	r->mfcc.bin_first = cursor_u16(cur);
	r->mfcc.bin_count = cursor_u16(cur);
	if (cursor_u16(cur) != 0)
		cursor_fail(cur, ERR_FORMAT);
	r->mfcc.log_floor = cursor_u64(cur);
	r->mfcc.low_hz = cursor_u32(cur);
	r->mfcc.high_hz = cursor_u32(cur);
	r->axes = 1;
	r->unit_bits = 0;
	r->channels = 1;
	r->sample_bytes = sizeof(int16_t);
	return cur->err;
}

static bool parameters_fit(const struct dsp_recipe *r)
{
	uint32_t half;

	if (!dsp_within(r->mfcc.fft_log2, DSP_FFT_LOG2_MIN, DSP_FFT_LOG2_MAX))
		return false;
	half = (uint32_t)1 << (r->mfcc.fft_log2 - 1);
	return r->rate_hz >= 1 &&
	       dsp_within(r->mfcc.window_samples, 2, 2 * half) &&
	       dsp_within(r->length_samples, r->mfcc.window_samples,
			  DSP_LENGTH_MAX) &&
	       r->mfcc.stride_samples >= 1 &&
	       dsp_within(r->frames, 1, DSP_FRAMES_MAX) &&
	       r->frames == 1 + (r->length_samples - r->mfcc.window_samples) /
			    r->mfcc.stride_samples &&
	       dsp_within(r->mfcc.mel_bands, 1, DSP_BANDS_MAX) &&
	       r->mfcc.mel_bands <= half &&
	       dsp_within(r->coefficients, 1, r->mfcc.mel_bands) &&
	       dsp_within(r->mfcc.dct_shift, DSP_DCT_SHIFT_MIN,
			  DSP_DCT_SHIFT_MAX) &&
	       dsp_within(r->mfcc.bin_first, 1, half) &&
	       r->mfcc.bin_count >= 1 &&
	       r->mfcc.bin_count <= half + 1 - r->mfcc.bin_first;
}

/* The tables, back to back behind the header; the sizes were checked. */
static void place_tables(const uint8_t *p, struct dsp_recipe *r)
{
	const uint32_t *words = (const void *)(p + DSP_MFCC_HEADER_BYTES);

	r->mfcc.window = (const int32_t *)words;
	words += window_entries(r);
	r->mfcc.cosine = (const int32_t *)words;
	words += cosine_entries(r);
	r->mfcc.mel = words;
	words += r->mfcc.bin_count;
	r->mfcc.root = words;
	words += DSP_ROOT_ENTRIES;
	r->mfcc.log2 = words;
	words += DSP_LOG_ENTRIES;
	r->mfcc.dct = (const int16_t *)words;
}

static bool window_fits(const struct dsp_recipe *r)
{
	for (size_t i = 0; i < window_entries(r); i++)
		if (r->mfcc.window[i] < 0 ||
		    r->mfcc.window[i] > 1 << DSP_WINDOW_Q)
			return false;
	return true;
}

static bool mel_fits(const struct dsp_recipe *r)
{
	for (size_t i = 0; i < r->mfcc.bin_count; i++)
		if (r->mfcc.mel[i] >> DSP_MEL_Q > r->mfcc.mel_bands)
			return false;
	return true;
}

static bool padding_is_zero(const struct dsp_recipe *r)
{
	return dct_bytes(r) == 2 * dct_entries(r) ||
	       r->mfcc.dct[dct_entries(r)] == 0;
}

static bool tables_fit(const struct dsp_recipe *r)
{
	size_t quarter = cosine_entries(r) - 1;

	return window_fits(r) && dsp_cosine_fits(r->mfcc.cosine, quarter) &&
	       mel_fits(r) &&
	       dsp_table_rises(r->mfcc.root, DSP_ROOT_ENTRIES,
			       (uint32_t)1 << 31) &&
	       dsp_table_rises(r->mfcc.log2, DSP_LOG_ENTRIES,
			       (uint32_t)1 << DSP_LOG_Q) &&
	       padding_is_zero(r);
}

int dsp_mfcc_open(struct cursor *cur, struct dsp_recipe *r)
{
	const uint8_t *block = cur->base;
	size_t n = (size_t)(cur->end - cur->base);
	int ret = read_parameters(cur, r);

	if (ret)
		return ret;
	if (!parameters_fit(r))
		return ERR_RANGE;
	if (dsp_mfcc_bytes(r) != n)
		return ERR_FORMAT;
	place_tables(block, r);
	cursor_seek(cur, n);
	return tables_fit(r) ? 0 : ERR_FORMAT;
}
