#include "dsp/recipe.h"

#include <stdbool.h>

#include "bits/crc.h"
#include "bits/cursor.h"
#include "dsp/open.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
	       "tables are used in place");

enum { CRC_FROM = 16 };

static const struct dsp_kind *const kinds[] = {
	&dsp_mfcc_kind,
	&dsp_raw_kind,
	&dsp_sound_kind,
	&dsp_micro_kind,
	&dsp_spectral_kind,
	&dsp_flatten_kind,
	&dsp_wavelet_kind,
	&dsp_image_kind,
};

static const struct dsp_kind *find_kind(uint16_t id)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i]->id == id)
			return kinds[i];
	return NULL;
}

/* Magic to CRC. */
static int read_envelope(struct cursor *cur, size_t n, struct dsp_recipe *r)
{
	uint32_t magic = cursor_u32(cur);
	uint16_t version = cursor_u16(cur), kind = cursor_u16(cur);
	uint32_t bytes = cursor_u32(cur), crc = cursor_u32(cur);

	if (cur->err)
		return cur->err;
	if (magic != DSP_MAGIC)
		return ERR_FORMAT;
	r->kind = find_kind(kind);
	if (version != DSP_VERSION || !r->kind)
		return ERR_UNSUPPORTED;
	if (bytes > n)
		return ERR_SHORT;
	if (bytes < n || crc32(0, cur->base + CRC_FROM, n - CRC_FROM) != crc)
		return ERR_FORMAT;
	return 0;
}

bool dsp_cosine_fits(const int32_t *cosine, size_t quarter)
{
	for (size_t i = 0; i <= quarter; i++) {
		int64_t c = cosine[i], s = cosine[quarter - i];

		if (c < 0 || s < 0)
			return false;
		if ((uint64_t)(c * c) + (uint64_t)(s * s) >
		    ((uint64_t)1 << 62) + ((uint64_t)1 << 40))
			return false;
	}
	return true;
}

bool dsp_table_rises(const uint32_t *table, size_t n, uint32_t limit)
{
	for (size_t i = 1; i < n; i++)
		if (table[i] < table[i - 1])
			return false;
	return table[n - 1] <= limit;
}

bool dsp_within(uint32_t value, uint32_t low, uint32_t high)
{
	return value >= low && value <= high;
}

static int read_common(struct cursor *cur, struct dsp_recipe *r)
{
	r->rate_hz = cursor_u32(cur);
	r->length_samples = cursor_u32(cur);
	r->axes = cursor_u16(cur);
	r->frames = cursor_u16(cur);
	r->coefficients = cursor_u16(cur);
	r->channels = cursor_u16(cur);
	r->unit_bits = cursor_u64(cur);
	r->sample_bytes = sizeof(int16_t);
	if (cur->err)
		return cur->err;
	if (!dsp_within(r->axes, 1, DSP_AXES_MAX) ||
	    !dsp_within(r->length_samples, 1, DSP_LENGTH_MAX / r->axes) ||
	    !dsp_within(r->frames, 1, DSP_FRAMES_MAX) || r->channels < 1 ||
	    !dsp_within(r->coefficients, 1, DSP_OUTPUTS_MAX / r->frames) ||
	    r->channels > DSP_OUTPUTS_MAX / r->frames / r->coefficients)
		return ERR_RANGE;
	return 0;
}

int dsp_open(const void *block, size_t n, struct dsp_recipe *r)
{
	struct cursor cur = cursor_init(block, n);
	int ret;

	if ((uintptr_t)block % DSP_ALIGN != 0)
		return ERR_FORMAT;
	ret = read_envelope(&cur, n, r);
	if (!ret && r->kind->id != DSP_KIND_MFCC)
		ret = read_common(&cur, r);
	if (!ret)
		ret = r->kind->open(&cur, r);
	if (!ret && cursor_left(&cur))
		ret = ERR_FORMAT;
	return ret;
}

size_t dsp_scratch_bytes(const struct dsp_recipe *r)
{
	return r->kind->scratch_bytes(r);
}

void dsp_compute(const struct dsp_recipe *r, const void *samples, size_t rows,
		 int32_t offset, int32_t *out, void *scratch)
{
	struct dsp_clip clip = { samples, rows, offset };

	r->kind->run(r, &clip, out, scratch);
}
