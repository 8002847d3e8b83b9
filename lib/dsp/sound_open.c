/* The block of dsp/sound.h, believed only after every check. */
#include "bits/cursor.h"
#include "dsp/log.h"
#include "dsp/open.h"
#include "dsp/recipe.h"
#include "dsp/sound_priv.h"

static void read_numbers(struct cursor *cur, struct dsp_sound *s)
{
	s->window = cursor_u16(cur);
	s->stride = cursor_u16(cur);
	s->fft_log2 = cursor_u8(cur);
	s->flags = cursor_u8(cur);
	s->before = cursor_u8(cur);
	s->energy = cursor_u8(cur);
	s->preemphasis = (int32_t)cursor_u32(cur);
	s->first = (int32_t)cursor_u32(cur);
	s->bands = cursor_u16(cur);
	s->normalise = cursor_u16(cur);
	s->log_offset = (int32_t)cursor_u32(cur);
	s->energy_offset = (int32_t)cursor_u32(cur);
	s->log_floor = (int32_t)cursor_u32(cur);
	s->energy_floor = (int32_t)cursor_u32(cur);
	s->factor = (int32_t)cursor_u32(cur);
	s->factor_shift = cursor_u8(cur);
	s->dct_shift = cursor_u8(cur);
	s->energy_row = cursor_u16(cur);
	s->bias = (int32_t)cursor_u32(cur);
	s->low = (int32_t)cursor_u32(cur);
	s->high = (int32_t)cursor_u32(cur);
	s->top = (int32_t)cursor_u32(cur);
	s->weight_count = cursor_u32(cur);
}

static bool is_log(int32_t value)
{
	int32_t limit = DSP_SOUND_LOG_LIMIT << DSP_LOG2_Q;

	return value >= -limit && value <= limit;
}

static bool numbers_fit(const struct dsp_recipe *r)
{
	const struct dsp_sound *s = &r->sound;
	int32_t most = (int32_t)1 << 30;

	return r->axes == 1 && r->channels == 1 && s->stride >= 1 &&
	       dsp_within(s->fft_log2, DSP_FFT_LOG2_MIN, DSP_FFT_LOG2_MAX) &&
	       dsp_within(s->window, 2, (uint32_t)1 << s->fft_log2) &&
	       s->flags <= DSP_SOUND_FLAGS && s->before < DSP_SOUND_BEFORES &&
	       s->energy < DSP_SOUND_ENERGIES &&
	       s->preemphasis >= -most && s->preemphasis <= most &&
	       s->first >= -DSP_LENGTH_MAX &&
	       s->first <= DSP_LENGTH_MAX && s->bands <= DSP_BANDS_MAX &&
	       s->normalise <= DSP_SOUND_NORMALISE_MAX &&
	       (s->normalise == 0 || s->normalise % 2 == 1) &&
	       s->low <= s->high;
}

static bool outputs_fit(const struct dsp_recipe *r)
{
	const struct dsp_sound *s = &r->sound;

	if (s->flags & DSP_SOUND_DCT)
		return s->bands >= 1 && r->coefficients <= s->bands &&
		       !(s->flags & (DSP_SOUND_LINEAR | DSP_SOUND_EIGHT));
	return r->coefficients == dsp_sound_values(s) && !s->normalise &&
	       s->energy_row == DSP_SOUND_NO_ROW;
}

static bool scales_fit(const struct dsp_sound *s)
{
	return is_log(s->log_offset) && is_log(s->energy_offset) &&
	       is_log(s->log_floor) && is_log(s->energy_floor) &&
	       (s->top < 0 || is_log(s->top)) && s->factor_shift <= 62 &&
	       dsp_within(s->dct_shift, DSP_DCT_SHIFT_MIN, 40);
}

/* The next n words, or NULL with the cursor failed. */
static const void *words(struct cursor *cur, size_t n)
{
	return cursor_take(cur, 4 * n);
}

static int read_tables(struct cursor *cur, struct dsp_recipe *r)
{
	struct dsp_sound *s = &r->sound;
	size_t quarter = ((size_t)1 << s->fft_log2) / 4;
	size_t dct = s->flags & DSP_SOUND_DCT ?
		     (size_t)r->coefficients * s->bands : 0;

	if (s->weight_count > cursor_left(cur) / 4)
		return ERR_FORMAT;
	s->taper = words(cur, dsp_sound_taper_entries(s));
	s->cosine = words(cur, quarter + 1);
	s->band = words(cur, s->bands);
	s->weights = words(cur, s->weight_count);
	s->log2 = words(cur, DSP_SOUND_LOG_STEPS + 1);
	s->dct = words(cur, dct);
	return cur->err ? ERR_FORMAT : 0;
}

static bool taper_fits(const struct dsp_sound *s)
{
	for (size_t i = 0; i < dsp_sound_taper_entries(s); i++)
		if (s->taper[i] < 0 || s->taper[i] > 1 << DSP_WINDOW_Q)
			return false;
	return true;
}

static bool bands_fit(const struct dsp_sound *s)
{
	uint32_t bins = ((uint32_t)1 << s->fft_log2) / 2 + 1, used = 0;

	for (uint32_t b = 0; b < s->bands; b++) {
		uint32_t first = s->band[2 * b], count = s->band[2 * b + 1];

		if (first > bins || count > bins - first)
			return false;
		used += count;
	}
	if (used != s->weight_count)
		return false;
	for (uint32_t i = 0; i < s->weight_count; i++)
		if (s->weights[i] >> 31)
			return false;
	return true;
}

static bool dct_fits(const struct dsp_recipe *r)
{
	const struct dsp_sound *s = &r->sound;
	int32_t most = DSP_SOUND_DCT_MOST;
	size_t n = s->flags & DSP_SOUND_DCT ?
		   (size_t)r->coefficients * s->bands : 0;

	for (size_t i = 0; i < n; i++)
		if (s->dct[i] < -most || s->dct[i] > most)
			return false;
	return true;
}

int dsp_sound_open(struct cursor *cur, struct dsp_recipe *r)
{
	struct dsp_sound *s = &r->sound;
	int ret;

	read_numbers(cur, s);
	if (cur->err)
		return cur->err;
	if (!numbers_fit(r) || !outputs_fit(r) || !scales_fit(s))
		return ERR_RANGE;
	ret = read_tables(cur, r);
	if (ret)
		return ret;
	return taper_fits(s) && bands_fit(s) && dct_fits(r) &&
	       dsp_cosine_fits(s->cosine, ((size_t)1 << s->fft_log2) / 4) &&
	       dsp_table_rises(s->log2, DSP_SOUND_LOG_STEPS + 1,
			       (uint32_t)1 << DSP_LOG2_Q) ? 0 : ERR_FORMAT;
}
