#include "dsp/recipe.h"

#include <stdbool.h>

#include "bits/crc.h"
#include "bits/cursor.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
	       "tables are used in place");

enum { CRC_FROM = 16 };

/* Entries of each table. */
static size_t window_entries(const struct dsp_recipe *r)
{
	return r->window_samples / 2u + 1;
}

static size_t cosine_entries(const struct dsp_recipe *r)
{
	return ((size_t)1 << r->fft_log2) / 4 + 1;
}

static size_t dct_entries(const struct dsp_recipe *r)
{
	return (size_t)r->coefficients * r->mel_bands;
}

static size_t dct_bytes(const struct dsp_recipe *r)
{
	return (2 * dct_entries(r) + 3) & ~(size_t)3;
}

size_t dsp_recipe_bytes(const struct dsp_recipe *r)
{
	return DSP_HEADER_BYTES + dct_bytes(r) +
	       4 * (window_entries(r) + cosine_entries(r) + r->bin_count +
		    DSP_ROOT_ENTRIES + DSP_LOG_ENTRIES);
}

/* Magic to CRC. */
static int read_envelope(struct cursor *cur, size_t n)
{
	uint32_t magic = cursor_u32(cur);
	uint16_t version = cursor_u16(cur), kind = cursor_u16(cur);
	uint32_t bytes = cursor_u32(cur), crc = cursor_u32(cur);

	if (cur->err)
		return cur->err;
	if (magic != DSP_MAGIC)
		return ERR_FORMAT;
	if (version != DSP_VERSION || kind != DSP_KIND_MFCC)
		return ERR_UNSUPPORTED;
	if (bytes > n)
		return ERR_SHORT;
	if (bytes < n || crc32(0, cur->base + CRC_FROM, n - CRC_FROM) != crc)
		return ERR_FORMAT;
	return 0;
}

static int read_parameters(struct cursor *cur, struct dsp_recipe *r)
{
	r->rate_hz = cursor_u32(cur);
	r->length_samples = cursor_u32(cur);
	r->window_samples = cursor_u16(cur);
	r->stride_samples = cursor_u16(cur);
	r->frames = cursor_u16(cur);
	r->fft_log2 = cursor_u8(cur);
	r->mel_bands = cursor_u8(cur);
	r->coefficients = cursor_u8(cur);
	r->dct_shift = cursor_u8(cur);
	r->bin_first = cursor_u16(cur);
	r->bin_count = cursor_u16(cur);
	if (cursor_u16(cur) != 0)
		cursor_fail(cur, ERR_FORMAT);
	r->log_floor = cursor_u64(cur);
	r->low_hz = cursor_u32(cur);
	r->high_hz = cursor_u32(cur);
	return cur->err;
}

static bool within(uint32_t value, uint32_t low, uint32_t high)
{
	return value >= low && value <= high;
}

static bool parameters_fit(const struct dsp_recipe *r)
{
	uint32_t half;

	if (!within(r->fft_log2, DSP_FFT_LOG2_MIN, DSP_FFT_LOG2_MAX))
		return false;
	half = (uint32_t)1 << (r->fft_log2 - 1);
	return r->rate_hz >= 1 &&
	       within(r->window_samples, 2, 2 * half) &&
	       within(r->length_samples, r->window_samples, DSP_LENGTH_MAX) &&
	       r->stride_samples >= 1 &&
	       within(r->frames, 1, DSP_FRAMES_MAX) &&
	       r->frames == 1 + (r->length_samples - r->window_samples) /
			    r->stride_samples &&
	       within(r->mel_bands, 1, DSP_BANDS_MAX) &&
	       r->mel_bands <= half &&
	       within(r->coefficients, 1, r->mel_bands) &&
	       within(r->dct_shift, DSP_DCT_SHIFT_MIN, DSP_DCT_SHIFT_MAX) &&
	       within(r->bin_first, 1, half) && r->bin_count >= 1 &&
	       r->bin_count <= half + 1 - r->bin_first;
}

/* The tables, back to back behind the header; the sizes were checked. */
static void place_tables(const uint8_t *p, struct dsp_recipe *r)
{
	const uint32_t *words = (const void *)(p + DSP_HEADER_BYTES);

	r->window = (const int32_t *)words;
	words += window_entries(r);
	r->cosine = (const int32_t *)words;
	words += cosine_entries(r);
	r->mel = words;
	words += r->bin_count;
	r->root = words;
	words += DSP_ROOT_ENTRIES;
	r->log2 = words;
	words += DSP_LOG_ENTRIES;
	r->dct = (const int16_t *)words;
}

static bool window_fits(const struct dsp_recipe *r)
{
	for (size_t i = 0; i < window_entries(r); i++)
		if (r->window[i] < 0 || r->window[i] > 1 << DSP_WINDOW_Q)
			return false;
	return true;
}

/* No twiddle factor is longer than 1 (and a little for rounding): then no
 * FFT step makes numbers longer. */
static bool cosine_fits(const struct dsp_recipe *r)
{
	size_t last = cosine_entries(r) - 1;

	for (size_t i = 0; i <= last; i++) {
		int64_t c = r->cosine[i], s = r->cosine[last - i];

		if (c < 0 || s < 0)
			return false;
		if ((uint64_t)(c * c) + (uint64_t)(s * s) >
		    ((uint64_t)1 << 62) + ((uint64_t)1 << 40))
			return false;
	}
	return true;
}

static bool mel_fits(const struct dsp_recipe *r)
{
	for (size_t i = 0; i < r->bin_count; i++)
		if (r->mel[i] >> DSP_MEL_Q > r->mel_bands)
			return false;
	return true;
}

static bool rises(const uint32_t *table, size_t n, uint32_t limit)
{
	for (size_t i = 1; i < n; i++)
		if (table[i] < table[i - 1])
			return false;
	return table[n - 1] <= limit;
}

static bool padding_is_zero(const struct dsp_recipe *r)
{
	return dct_bytes(r) == 2 * dct_entries(r) ||
	       r->dct[dct_entries(r)] == 0;
}

static bool tables_fit(const struct dsp_recipe *r)
{
	return window_fits(r) && cosine_fits(r) && mel_fits(r) &&
	       rises(r->root, DSP_ROOT_ENTRIES, (uint32_t)1 << 31) &&
	       rises(r->log2, DSP_LOG_ENTRIES, (uint32_t)1 << DSP_LOG_Q) &&
	       padding_is_zero(r);
}

int dsp_open(const void *block, size_t n, struct dsp_recipe *r)
{
	struct cursor cur = cursor_init(block, n);
	int ret;

	if ((uintptr_t)block % DSP_ALIGN != 0)
		return ERR_FORMAT;
	ret = read_envelope(&cur, n);
	if (!ret)
		ret = read_parameters(&cur, r);
	if (ret)
		return ret;
	if (!parameters_fit(r))
		return ERR_RANGE;
	if (dsp_recipe_bytes(r) != n)
		return ERR_FORMAT;
	place_tables(cur.base, r);
	return tables_fit(r) ? 0 : ERR_FORMAT;
}
