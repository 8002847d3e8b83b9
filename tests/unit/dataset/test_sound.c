#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "bits/le.h"
#include "dataset/sound.h"
#include "make_wav.h"

static struct buf file;

static void parse(struct wav *wav, const struct make_wav *m, const void *data,
		  size_t n)
{
	buf_clear(&file);
	make_wav(&file, m, data, n);
	cr_assert_eq(wav_parse(wav, file.data, file.len, NULL), 0);
}

static int sample(const struct sound *sound, size_t i)
{
	return (int16_t)le_u16(sound->bytes + 2 * i);
}

Test(sound, sixteen_bits_at_the_right_rate_are_kept_exactly)
{
	const int16_t in[4] = { 1, -2, 32767, -32768 };
	struct make_wav m = MAKE_WAV;
	struct sound sound;
	struct wav wav;

	parse(&wav, &m, in, 8);
	cr_assert_eq(sound_make(&sound, &wav, 16000, 1, NULL), 0);
	cr_assert_not(sound.resampled || sound.mixed);
	for (size_t i = 0; i < 4; i++)
		cr_assert_eq(sample(&sound, i), in[i]);
	sound_release(&sound);
}

Test(sound, stereo_becomes_the_mean)
{
	const int16_t in[4] = { 100, 300, 32767, 32767 };
	struct make_wav m = { 1, 2, 16000, 4, 16, -1 };
	struct sound sound;
	struct wav wav;

	parse(&wav, &m, in, 8);
	cr_assert_eq(sound_make(&sound, &wav, 16000, 1, NULL), 0);
	cr_assert(sound.mixed);
	cr_assert_eq(sound.frames, 2);
	cr_assert_eq(sample(&sound, 0), 200);
	cr_assert_eq(sample(&sound, 1), 32767);
	sound_release(&sound);
}

Test(sound, floats_round_half_away_and_clip)
{
	const float in[4] = { 0.5f / 32768, -1.5f / 32768, 1.5f, -7.0f };
	struct make_wav m = { 3, 1, 16000, 4, 32, -1 };
	struct sound sound;
	struct wav wav;

	parse(&wav, &m, in, 16);
	cr_assert_eq(sound_make(&sound, &wav, 16000, 1, NULL), 0);
	cr_assert_eq(sample(&sound, 0), 1);
	cr_assert_eq(sample(&sound, 1), -2);
	cr_assert_eq(sample(&sound, 2), 32767);
	cr_assert_eq(sample(&sound, 3), -32768);
	sound_release(&sound);
}

/* A 440 Hz tone at 8 kHz must be the same tone at 16 kHz. */
Test(sound, resampling_keeps_a_tone)
{
	enum { N = 800 };
	struct make_wav m = { 1, 1, 8000, 2, 16, -1 };
	struct sound sound;
	struct wav wav;
	uint8_t in[2 * N];

	for (int i = 0; i < N; i++)
		le_put16(in + 2 * i, (uint16_t)(int16_t)
			 (10000 * sin(2 * M_PI * 440 * i / 8000)));
	parse(&wav, &m, in, sizeof(in));
	cr_assert_eq(sound_make(&sound, &wav, 16000, 1, NULL), 0);
	cr_assert(sound.resampled);
	cr_assert_float_eq(sound.frames, 2 * N, 1);
	for (int i = 400; i < 1200; i++)
		cr_assert_float_eq(sample(&sound, (size_t)i), 10000 *
				   sin(2 * M_PI * 440 * i / 16000), 8);
	sound_release(&sound);
}

Test(sound, empty_far_apart_and_missing_channels_are_refused)
{
	struct make_wav m = MAKE_WAV;
	struct sound sound;
	struct wav wav;
	struct err err = { 0 };

	parse(&wav, &m, "", 0);
	cr_assert_eq(sound_make(&sound, &wav, 16000, 1, &err), ERR_RANGE);
	cr_assert_str_eq(err.text, "sound has no samples");
	parse(&wav, &m, "\1\0\2\0", 4);
	cr_assert_eq(sound_make(&sound, &wav, 16000, 2, NULL), ERR_RANGE);
	cr_assert_eq(sound_make(&sound, &wav, 62, 1, NULL), ERR_RANGE);
}

Test(sound, a_rate_that_would_fill_memory_is_a_limit)
{
	struct wav wav = { .rate_hz = 63, .channels = 1, .frames = 1 << 27 };
	struct sound sound;

	cr_assert_eq(sound_make(&sound, &wav, 16000, 1, NULL), ERR_LIMIT);
}
