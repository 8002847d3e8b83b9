/* The block of dsp/sound.h from features/sound.h. */
#include <math.h>
#include <stdlib.h>

#include "base/fmath.h"
#include "dsp/log.h"
#include "features/sound.h"

static double log2_of(double x)
{
	return fmath_log(x) / LN2;
}

static int32_t fixed(double x, int q)
{
	return (int32_t)make_rounded(ldexp(x, q));
}

/* The weights' common power of two: none of them reaches 1. */
static int weight_exponent(const struct sound *s)
{
	double most = 0;
	int exponent = 0;

	for (int i = 0; i < s->weight_count; i++)
		if (s->weights[i] > most)
			most = s->weights[i];
	if (most > 0)
		frexp(most * (1 + 0x1p-31), &exponent);
	return exponent;
}

/* The most bits that leave every entry of the DCT inside its bounds. */
static int dct_shift(const struct sound *s)
{
	double most = 0;
	int exponent;

	if (!s->has_dct)
		return DSP_DCT_SHIFT_MIN;
	for (int i = 0; i < s->coefficients * s->bands; i++)
		if (fabs(s->dct[i]) > most)
			most = fabs(s->dct[i]);
	frexp(most * LN2 * (1 + 0x1p-25), &exponent);
	return 26 - exponent;
}

static int flags_of(const struct sound *s)
{
	return (s->remove_mean ? DSP_SOUND_REMOVE_MEAN : 0) |
	       (s->reflect ? DSP_SOUND_REFLECT : 0) |
	       (s->symmetric ? DSP_SOUND_SYMMETRIC : 0) |
	       (s->rectangular ? DSP_SOUND_RECTANGULAR : 0) |
	       (s->linear ? DSP_SOUND_LINEAR : 0) |
	       (s->has_dct ? DSP_SOUND_DCT : 0) |
	       (s->eight ? DSP_SOUND_EIGHT : 0);
}

struct scales {
	double log_offset, energy_offset;
	int32_t factor;
	uint32_t factor_shift;
};

/* A sum of integer powers times 2^offset is the true band's. */
static int find_scales(const struct sound *s, int exponent,
		       struct scales *scales, struct err *err)
{
	double units = 2.0 * s->fft_log2 - 2 * DSP_SOUND_SAMPLE_Q;
	double factor = s->factor * LN2 * 0x1p-4;

	scales->log_offset = units + log2_of(s->scale) + exponent;
	scales->energy_offset = s->energy == DSP_SOUND_ENERGY_SAMPLES ?
				log2_of(s->energy_scale) :
				units + log2_of(s->scale);
	if (s->linear)
		factor = ldexp(s->scale * s->factor,
			       (int)units + exponent + DSP_FEATURE_Q);
	return make_factor(factor, &scales->factor, &scales->factor_shift,
			   err);
}

static void add_numbers(const struct sound *s, const struct scales *scales,
			struct buf *blob)
{
	buf_add16(blob, (uint16_t)s->window);
	buf_add16(blob, (uint16_t)s->stride);
	buf_addc(blob, (uint8_t)s->fft_log2);
	buf_addc(blob, (uint8_t)flags_of(s));
	buf_addc(blob, (uint8_t)s->before);
	buf_addc(blob, (uint8_t)s->energy);
	buf_add32(blob, (uint32_t)fixed(s->preemphasis, 30));
	buf_add32(blob, (uint32_t)s->first);
	buf_add16(blob, (uint16_t)s->bands);
	buf_add16(blob, (uint16_t)s->normalise);
	buf_add32(blob, (uint32_t)fixed(scales->log_offset, DSP_LOG2_Q));
	buf_add32(blob, (uint32_t)fixed(scales->energy_offset, DSP_LOG2_Q));
	buf_add32(blob, (uint32_t)fixed(s->linear ? 0 : log2_of(s->floor),
					DSP_LOG2_Q));
	buf_add32(blob, (uint32_t)fixed(s->energy ? log2_of(s->energy_floor) :
					0, DSP_LOG2_Q));
	buf_add32(blob, (uint32_t)scales->factor);
	buf_addc(blob, (uint8_t)scales->factor_shift);
	buf_addc(blob, (uint8_t)dct_shift(s));
	buf_add16(blob, (uint16_t)s->energy_row);
	buf_add32(blob, (uint32_t)fixed(s->bias, DSP_FEATURE_Q));
	buf_add32(blob, (uint32_t)fixed(s->low, DSP_FEATURE_Q));
	buf_add32(blob, (uint32_t)fixed(s->high, DSP_FEATURE_Q));
	buf_add32(blob, (uint32_t)fixed(s->top < 0 ? -1 : s->top / LN2,
					DSP_LOG2_Q));
	buf_add32(blob, (uint32_t)s->weight_count);
}

static void add_tables(const struct sound *s, int exponent, struct buf *blob)
{
	/* entry window / 2 of a symmetric taper of even length is not used */
	for (int i = 0; !s->rectangular && i <= s->window / 2; i++)
		buf_add32(blob, (uint32_t)fixed(s->taper[i], DSP_WINDOW_Q));
	make_cosine(blob, 1 << s->fft_log2);
	for (int b = 0; b < s->bands; b++) {
		buf_add16(blob, (uint16_t)s->band_first[b]);
		buf_add16(blob, (uint16_t)s->band_count[b]);
	}
	for (int i = 0; i < s->weight_count; i++)
		buf_add32(blob, (uint32_t)make_rounded(ldexp(s->weights[i],
							     31 - exponent)));
	make_log2(blob, DSP_SOUND_LOG_STEPS, DSP_LOG2_Q);
	for (int i = 0; s->has_dct && i < s->coefficients * s->bands; i++)
		buf_add32(blob, (uint32_t)fixed(s->dct[i] * LN2,
						dct_shift(s)));
}

static int add_block(const struct sound *s, struct buf *blob, struct err *err)
{
	int exponent = weight_exponent(s), ret;
	struct scales scales;
	struct dsp_recipe shape = {
		.rate_hz = (uint32_t)s->rate_hz,
		.length_samples = (uint32_t)s->length, .axes = 1,
		.frames = (uint16_t)s->frames,
		.coefficients = (uint16_t)sound_outputs(s), .channels = 1,
	};

	ret = find_scales(s, exponent, &scales, err);
	if (ret)
		return ret;
	make_begin(blob, &shape, DSP_KIND_SOUND, 1);
	add_numbers(s, &scales, blob);
	add_tables(s, exponent, blob);
	return 0;
}

int make_sound(const struct make *make, struct buf *blob, struct err *err)
{
	struct sound *sound = calloc(1, sizeof(*sound));
	int ret;

	if (!sound)
		return err_nomem(err);
	ret = sound_init(sound, make, err);
	if (!ret)
		ret = add_block(sound, blob, err);
	free(sound);
	return ret;
}
