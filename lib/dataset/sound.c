#include "dataset/sound.h"

#include <stdlib.h>
#include <string.h>

#include "bits/le.h"
#include "dataset/resample.h"

/* Half away from zero; v is within a few times full scale. */
static int16_t round_s16(float v)
{
	v *= 32768.0f;
	if (v >= 32767.0f)
		return 32767;
	if (v <= -32768.0f)
		return -32768;
	return (int16_t)(v + (v < 0 ? -0.5f : 0.5f));
}

static float mixed_sample(const struct wav *wav, size_t frame)
{
	double sum = 0;

	for (uint32_t c = 0; c < wav->channels; c++)
		sum += wav_real(wav, frame * wav->channels + c);
	return (float)(sum / wav->channels);
}

static float *to_floats(const struct wav *wav, uint32_t channels)
{
	size_t n = wav->frames * channels;
	float *floats = malloc(n * sizeof(*floats));

	for (size_t i = 0; i < n && floats; i++)
		floats[i] = channels == wav->channels ? wav_real(wav, i) :
			    mixed_sample(wav, i);
	return floats;
}

static int store(struct sound *sound, const float *floats, size_t n,
		 struct err *err)
{
	sound->bytes = malloc(2 * n);
	if (!sound->bytes)
		return err_nomem(err);
	for (size_t i = 0; i < n; i++)
		le_put16(sound->bytes + 2 * i, (uint16_t)round_s16(floats[i]));
	return 0;
}

static int keep(struct sound *sound, const struct wav *wav, struct err *err)
{
	size_t n = wav->frames * wav->channels;

	sound->frames = wav->frames;
	sound->bytes = malloc(2 * n);
	if (!sound->bytes)
		return err_nomem(err);
	for (size_t i = 0; i < n; i++)
		le_put16(sound->bytes + 2 * i, (uint16_t)wav_integer(wav, i));
	return 0;
}

static int convert(struct sound *sound, const struct wav *wav,
		   uint32_t rate_hz, uint32_t channels, struct err *err)
{
	struct resample_sound now = { to_floats(wav, channels), wav->frames,
				      channels, wav->rate_hz };
	struct resample_sound other = { .rate_hz = rate_hz };
	int ret = now.samples ? 0 : err_nomem(err);

	if (!ret && sound->resampled) {
		ret = resample(&now, &other, err);
		free(now.samples);
		now = other;
	}
	if (!ret && now.frames == 0)
		ret = err_set(err, ERR_RANGE, "sound is too short to be "
			      "resampled");
	sound->frames = now.frames;
	if (!ret)
		ret = store(sound, now.samples, now.frames * channels, err);
	free(now.samples);
	return ret;
}

int sound_make(struct sound *sound, const struct wav *wav, uint32_t rate_hz,
	       uint32_t channels, struct err *err)
{
	memset(sound, 0, sizeof(*sound));
	if (wav->frames == 0) {
		err_set(err, ERR_RANGE, "sound has no samples");
		err_hint(err, "record it again, or leave it out with "
			 "--skip-bad");
		return ERR_RANGE;
	}
	if (wav->frames > SOUND_FRAMES_MAX ||
	    (uint64_t)wav->frames * rate_hz / wav->rate_hz > SOUND_FRAMES_MAX)
		return err_set(err, ERR_LIMIT, "sound is longer than %d "
			       "frames", SOUND_FRAMES_MAX);
	sound->mixed = channels != wav->channels;
	sound->resampled = rate_hz != wav->rate_hz;
	if (sound->mixed && channels != 1) {
		err_set(err, ERR_RANGE, "it has %u channel%s, "
			"collect.channels wants %u", (unsigned)wav->channels,
			wav->channels == 1 ? "" : "s", (unsigned)channels);
		err_hint(err, "sound is mixed down to one channel only: set "
			 "collect.channels to 1");
		return ERR_RANGE;
	}
	if (!sound->mixed && !sound->resampled && wav_is_integer(wav) &&
	    wav_full_scale(wav) <= 32768)
		return keep(sound, wav, err);
	return convert(sound, wav, rate_hz, channels, err);
}

void sound_release(struct sound *sound)
{
	free(sound->bytes);
	sound->bytes = NULL;
}
