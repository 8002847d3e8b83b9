#include <criterion/criterion.h>
#include <string.h>

#include "dataset/take.h"

/* 1000 Hz, 100 frames a message: ten messages are a clip. */
enum { RATE = 1000, FRAMES = 100, BYTES = 2 * FRAMES };

static const struct wire_started started = {
	.rate_mhz = RATE * 1000, .channels = 1, .kind = WIRE_S16,
	.data = BYTES,
};

struct bench {
	struct dataset_builder *builder;
	struct take take;
	struct dataset_summary summary;
	struct buf tar;
	struct artifact *artifact;
	struct dataset dataset;
};

static void begin(struct bench *b)
{
	*b = (struct bench){ .builder = dataset_build() };
	cr_assert_eq(take_init(&b->take, b->builder, "mic", &started, NULL),
		     0);
}

/* Message seq: n frames whose samples are their places in the stream. */
static int feed(struct bench *b, uint32_t seq, size_t n, uint32_t lost,
		bool last)
{
	uint8_t bytes[2 * FRAMES];
	uint32_t first = seq * FRAMES + lost;
	struct wire_data data = {
		.seq = seq, .t_us = first * (1000000u / RATE),
		.data = { bytes, 2 * n }, .lost = lost, .last = last,
	};

	for (size_t i = 0; i < n; i++) {
		bytes[2 * i] = (uint8_t)(first + i);
		bytes[2 * i + 1] = (uint8_t)((first + i) >> 8);
	}
	return take_message(&b->take, &data, NULL);
}

static void finish(struct bench *b, uint64_t frames)
{
	const struct artifact_trust trust = { .allow_unsigned = true };
	struct artifact_maker *maker = artifact_make("collect", 1);

	cr_assert_eq(take_finish(&b->take, frames, NULL), 0);
	cr_assert_eq(dataset_finish(b->builder, maker, &b->summary, NULL), 0);
	cr_assert_eq(artifact_encode(maker, NULL, &b->tar, NULL, NULL), 0);
	cr_assert_eq(artifact_parse(&b->artifact, b->tar.data, b->tar.len,
				    &trust, NULL), 0);
	cr_assert_eq(dataset_read(&b->dataset, b->artifact, NULL), 0);
	artifact_drop(maker);
}

static void end(struct bench *b)
{
	dataset_release(&b->dataset);
	artifact_close(b->artifact);
	buf_release(&b->tar);
	dataset_summary_release(&b->summary);
	take_release(&b->take);
	dataset_builder_release(b->builder);
}

static int sample(const struct bench *b, size_t clip, size_t i)
{
	int16_t v;

	dataset_read_s16(&b->dataset.recordings[clip], i, 1, &v);
	return v;
}

Test(take, clips_of_a_second_and_a_rest)
{
	struct bench b;

	begin(&b);
	for (uint32_t i = 0; i < 25; i++)
		cr_assert_eq(feed(&b, i, FRAMES, 0, false), 0);
	cr_assert_eq(feed(&b, 25, 7, 0, true), 0);
	cr_assert(b.take.ended);
	finish(&b, 2507);
	cr_assert_eq(b.dataset.count, 3);
	cr_assert_str_eq(b.dataset.recordings[0].name, "board/mic/000001");
	cr_assert_eq(b.dataset.recordings[0].frames, RATE);
	cr_assert_eq(b.dataset.recordings[2].frames, 507);
	cr_assert_eq(sample(&b, 2, 506), 2506);
	cr_assert_eq(b.take.lost, 0);
	cr_assert_eq(b.summary.gaps, 0);
	cr_assert_float_eq(b.summary.slowest_hz, RATE, 1e-6);
	cr_assert_float_eq(b.summary.jitter_ms, 0, 1e-6);
	end(&b);
}

Test(take, a_gap_ends_a_clip_and_is_counted_exactly)
{
	struct bench b;

	begin(&b);
	cr_assert_eq(feed(&b, 0, FRAMES, 0, false), 0);
	cr_assert_eq(feed(&b, 3, FRAMES, 0, false), 0);	/* 1, 2 lost */
	cr_assert_eq(feed(&b, 4, FRAMES, 31, false), 0); /* by the board */
	finish(&b, 5 * FRAMES + 31 + 8);	/* and 8 at the end */
	cr_assert_eq(b.dataset.count, 3);
	cr_assert_eq(b.take.received, 3 * FRAMES);
	cr_assert_eq(b.take.lost, 2 * FRAMES + 31 + 8);
	cr_assert_eq(b.summary.gaps, 2);
	cr_assert_eq(sample(&b, 1, 0), 3 * FRAMES);
	cr_assert_eq(sample(&b, 2, 0), 4 * FRAMES + 31);
	end(&b);
}

Test(take, the_first_messages_may_be_lost)
{
	struct bench b;

	begin(&b);
	cr_assert_eq(feed(&b, 2, FRAMES, 0, false), 0);
	finish(&b, 3 * FRAMES);
	cr_assert_eq(b.take.lost, 2 * FRAMES);
	cr_assert_eq(b.summary.gaps, 1);
	end(&b);
}

Test(take, what_comes_twice_is_taken_once)
{
	struct bench b;

	begin(&b);
	for (uint32_t i = 0; i < 3; i++) {
		cr_assert_eq(feed(&b, i, FRAMES, 0, false), 0);
		cr_assert_eq(feed(&b, i / 2, FRAMES, 0, false), 0);
	}
	cr_assert_eq(b.take.repeats, 3);
	finish(&b, 3 * FRAMES);
	cr_assert_eq(b.dataset.recordings[0].frames, 3 * FRAMES);
	end(&b);
}

Test(take, messages_of_a_wrong_length_are_refused)
{
	struct bench b;

	begin(&b);
	cr_assert_eq(feed(&b, 0, FRAMES - 1, 0, false), ERR_DEVICE);
	cr_assert_eq(feed(&b, 0, FRAMES, 0, false), 0);
	cr_assert_eq(take_finish(&b.take, FRAMES - 1, NULL), ERR_DEVICE);
	take_release(&b.take);
	dataset_builder_release(b.builder);
}

static int init(struct wire_started s)
{
	struct take take;
	int ret = take_init(&take, NULL, "mic", &s, NULL);

	take_release(&take);
	return ret;
}

Test(take, streams_that_cannot_be_are_refused)
{
	struct wire_started s = started;

	cr_assert_eq(init(s), 0);
	s.kind = WIRE_F32;
	cr_assert_eq(init(s), ERR_UNSUPPORTED);
	s = started;
	s.rate_mhz = 999;
	cr_assert_eq(init(s), ERR_DEVICE);
	s.rate_mhz = UINT32_MAX;
	cr_assert_eq(init(s), ERR_DEVICE);
	s = started;
	s.channels = 0;
	cr_assert_eq(init(s), ERR_DEVICE);
	s.channels = DATASET_CHANNELS_MAX + 1;
	cr_assert_eq(init(s), ERR_DEVICE);
	s.channels = 3;		/* 200 bytes are no whole frames */
	cr_assert_eq(init(s), ERR_DEVICE);
	s = started;
	s.data = 0;
	cr_assert_eq(init(s), ERR_DEVICE);
}
