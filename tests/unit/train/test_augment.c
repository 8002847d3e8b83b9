#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "train/augment.h"

enum { N = 2000 };

static int16_t pcm[N], out[N], again[N];
static struct rng rng;

static struct project_augment none(void)
{
	return (struct project_augment){ .variants = 8, .flip = "no" };
}

static void fill_tone(void)
{
	for (int i = 0; i < N; i++)
		pcm[i] = (int16_t)(8000 * sin(i * 0.1));
}

static void run_sound(const struct project_augment *a, double shift,
		      uint64_t stream, int16_t *to)
{
	const struct augment_sound sound = { pcm, N, N, shift };

	rng_init(&rng, 1, stream);
	augment_sound(a, &sound, &rng, to);
}

Test(augment, sound_without_changes_is_itself)
{
	struct project_augment a = none();

	fill_tone();
	run_sound(&a, 0, 1, out);
	for (int i = 0; i < N; i++)
		cr_assert_leq(abs(out[i] - pcm[i]), 1, "%d", i);
}

Test(augment, sound_is_a_function_of_the_stream)
{
	struct project_augment a = none();

	a.speed = 10;
	a.noise_db = 5;
	a.tilt_db = 6;
	a.gain_db = 6;
	fill_tone();
	run_sound(&a, 100, 1, out);
	run_sound(&a, 100, 1, again);
	cr_assert_arr_eq(out, again, sizeof(out));
	run_sound(&a, 100, 2, again);
	cr_assert_neq(memcmp(out, again, sizeof(out)), 0);
}

static double power(const int16_t *x)
{
	double sum = 0;

	for (int i = 0; i < N; i++)
		sum += (double)x[i] * x[i];
	return sum / N;
}

Test(augment, noise_is_as_loud_as_said)
{
	struct project_augment a = none();
	double low = 1e9, high = -1e9;

	a.noise_db = 10;
	fill_tone();
	for (uint64_t stream = 0; stream < 50; stream++) {
		double snr;

		run_sound(&a, 0, stream, out);
		for (int i = 0; i < N; i++)
			again[i] = (int16_t)(out[i] - pcm[i]);
		if (power(again) < 2)	/* one of five stays clean */
			continue;
		snr = 10 * log10(power(pcm) / power(again));
		low = snr < low ? snr : low;
		high = snr > high ? snr : high;
	}
	cr_assert(low > 8 && low < 13, "%g", low);
	cr_assert(high > 25 && high < 32, "%g", high);
}

Test(augment, speed_moves_the_pitch)
{
	struct project_augment a = none();
	int least = N, most = 0;

	a.speed = 20;
	fill_tone();
	for (uint64_t stream = 0; stream < 50; stream++) {
		int crossings = 0;

		run_sound(&a, 0, stream, out);
		for (int i = 1; i < 1600; i++)
			crossings += (out[i] > 0) != (out[i - 1] > 0);
		least = crossings < least ? crossings : least;
		most = crossings > most ? crossings : most;
	}
	/* 51 as it is */
	cr_assert(least >= 40 && least < 44, "%d", least);
	cr_assert(most > 58 && most <= 62, "%d", most);
}

Test(augment, masks_hide_rows_and_columns)
{
	enum { H = 20, W = 10 };
	const struct augment_shape shape = { H, W, 1 };
	struct project_augment a = none();
	float x[H * W], y[H * W];
	int most = 0;

	a.time_mask = 50;
	for (int i = 0; i < H * W; i++)
		x[i] = (float)(i / W);
	for (uint64_t stream = 0; stream < 100; stream++) {
		int hidden = 0;

		rng_init(&rng, 1, stream);
		augment_features(&a, DATASET_AUDIO, shape, x, &rng, y);
		for (int i = 0; i < H * W; i++)
			hidden += y[i] != x[i];
		cr_assert_eq(hidden % W, 0);
		most = hidden / W > most ? hidden / W : most;
	}
	cr_assert_eq(most, H / 2);
}

Test(augment, pictures_move_flip_and_keep_their_range)
{
	enum { H = 8, W = 8 };
	const struct augment_shape shape = { H, W, 3 };
	struct project_augment a = none();
	float x[H * W * 3], y[H * W * 3];
	int flipped = 0;

	for (int i = 0; i < H * W * 3; i++)
		x[i] = (float)(i * 7 % 256);
	rng_init(&rng, 1, 1);
	augment_features(&a, DATASET_IMAGE, shape, x, &rng, y);
	for (int i = 0; i < H * W * 3; i++)
		cr_assert_float_eq(x[i], y[i], 1e-3);
	a.flip = "yes";
	for (uint64_t stream = 0; stream < 40; stream++) {
		rng_init(&rng, 1, stream);
		augment_features(&a, DATASET_IMAGE, shape, x, &rng, y);
		if (fabsf(y[0] - x[3 * (W - 1)]) < 1e-3f)
			flipped++;
		else
			cr_assert_float_eq(y[0], x[0], 1e-3);
	}
	cr_assert(flipped > 10 && flipped < 30, "%d", flipped);
	a.turn = 30;
	a.scale = 20;
	a.move = 20;
	a.cutout = 30;
	for (uint64_t stream = 0; stream < 40; stream++) {
		rng_init(&rng, 1, stream);
		augment_features(&a, DATASET_IMAGE, shape, x, &rng, y);
		for (int i = 0; i < H * W * 3; i++)
			cr_assert(y[i] >= 0 && y[i] <= 255);
	}
}

Test(augment, a_turned_sensor_feels_the_same_strength)
{
	enum { H = 16 };
	const struct augment_shape shape = { H, 1, 6 };
	struct project_augment a = none();
	float x[H * 6], y[H * 6];

	for (int i = 0; i < H * 6; i++)
		x[i] = (float)(i * 37 % 11) - 5;
	a.turn = 90;
	rng_init(&rng, 1, 3);
	augment_features(&a, DATASET_TABLE, shape, x, &rng, y);
	cr_assert_neq(memcmp(x, y, sizeof(x)), 0);
	for (int i = 0; i < H * 6; i += 3)
		cr_assert_float_eq(x[i] * x[i] + x[i + 1] * x[i + 1] +
				   x[i + 2] * x[i + 2], y[i] * y[i] +
				   y[i + 1] * y[i + 1] + y[i + 2] * y[i + 2],
				   1e-3);
}

Test(augment, time_warps_forwards_only)
{
	enum { H = 64 };
	const struct augment_shape shape = { H, 1, 1 };
	struct project_augment a = none();
	float x[H], y[H];

	for (int i = 0; i < H; i++)
		x[i] = (float)i;
	a.warp = 60;
	for (uint64_t stream = 0; stream < 40; stream++) {
		rng_init(&rng, 1, stream);
		augment_features(&a, DATASET_TABLE, shape, x, &rng, y);
		cr_assert_float_eq(y[0], 0, 1e-6);
		for (int i = 1; i < H; i++)
			cr_assert(y[i] >= y[i - 1] && y[i] - y[i - 1] < 1.7);
	}
}

Test(augment, what_does_not_go_with_the_recordings_is_refused)
{
	struct project_augment a = none();
	struct err err = { 0 };

	a.speed = 10;
	cr_assert_eq(augment_check(&a, DATASET_AUDIO, false, NULL), 0);
	cr_assert_eq(augment_check(&a, DATASET_IMAGE, false, &err),
		     ERR_UNSUPPORTED);
	cr_assert(strstr(err.text, "train.augment.speed"));
	a = none();
	a.warp = 10;
	cr_assert_eq(augment_check(&a, DATASET_TABLE, true, NULL), 0);
	cr_assert_eq(augment_check(&a, DATASET_TABLE, false, NULL),
		     ERR_UNSUPPORTED);
}
