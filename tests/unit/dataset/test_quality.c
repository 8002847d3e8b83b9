#include <criterion/criterion.h>

#include "dataset/dataset.h"

Test(quality, levels_and_clipping_of_a_sound)
{
	const uint8_t bytes[8] = { 0xff, 0x7f, 0x00, 0x80, 0, 0, 0, 0x40 };
	const struct dataset_recording r = {
		.type = DATASET_S16, .rate_hz = 4, .frames = 4, .width = 1,
		.channels = 1, .bytes = bytes, .n = 8
	};
	struct quality q = quality_measure(&r);

	cr_assert_eq(q.samples, 4);
	cr_assert_eq(q.clipped, 2);
	cr_assert_float_eq(q.seconds, 1, 0);
	cr_assert_float_eq(q.peak, 1, 0);
	cr_assert_float_eq(q.rms, 0.75, 1e-4);
	cr_assert_not(q.silent);
}

Test(quality, zeros_are_silent)
{
	const uint8_t bytes[8] = { 0 };
	const struct dataset_recording r = {
		.type = DATASET_S16, .rate_hz = 4, .frames = 4, .width = 1,
		.channels = 1, .bytes = bytes, .n = 8
	};

	cr_assert(quality_measure(&r).silent);
}

Test(quality, gaps_repeats_and_jitter_of_row_times)
{
	/* steps of 10 ms, one lost row, one repeated time */
	const double even[] = { 0, .01, .02, .03, .05, .06, .06, .07 };
	const double shaky[] = { 0, .009, .020, .031, .040 };
	struct quality q = { 0 }, s = { 0 };

	cr_assert_eq(quality_times(&q, even, 8, NULL), 0);
	cr_assert_eq(q.gaps, 1);
	cr_assert_eq(q.repeats, 1);
	cr_assert_float_eq(q.true_rate_hz, 100, 1e-6);
	cr_assert_float_eq(q.jitter_ms, 0, 1e-6);
	cr_assert_eq(quality_times(&s, shaky, 5, NULL), 0);
	cr_assert_float_eq(s.jitter_ms, 1, 1e-6);
}

Test(quality, times_that_never_advance_give_no_rate)
{
	const double still[] = { 5, 5, 5 };
	struct quality q = { 0 };

	cr_assert_eq(quality_times(&q, still, 3, NULL), 0);
	cr_assert_eq(q.repeats, 2);
	cr_assert_float_eq(q.true_rate_hz, 0, 0);
}

Test(quality, notes_are_counted_beyond_the_limit)
{
	struct dataset_summary s = { 0 };
	size_t lines = 0;

	for (int i = 0; i < QUALITY_NOTES_MAX + 5; i++)
		dataset_note(&s, "note %d", i);
	for (size_t i = 0; i < s.notes.len; i++)
		lines += s.notes.data[i] == '\n';
	cr_assert_eq(lines, QUALITY_NOTES_MAX);
	cr_assert_eq(s.note_count, QUALITY_NOTES_MAX + 5);
	dataset_summary_release(&s);
}
