#include "dataset/take.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SAMPLE_BYTES = 2, RATE_MAX = 384000 };

static size_t frame_bytes(const struct take *take)
{
	return SAMPLE_BYTES * (size_t)take->started.channels;
}

static size_t clip_bytes(const struct take *take)
{
	return frame_bytes(take) * take->rate_hz * TAKE_CLIP_S;
}

int take_init(struct take *take, struct dataset_builder *builder,
	      const char *board, const struct wire_started *started,
	      struct err *err)
{
	*take = (struct take){ .builder = builder, .board = board,
			       .started = *started,
			       .rate_hz = started->rate_mhz / 1000 };
	if (started->kind != WIRE_S16)
		return err_set(err, ERR_UNSUPPORTED, "the board streams "
			       "samples that are not 16-bit sound");
	if (take->rate_hz == 0 || take->rate_hz > RATE_MAX ||
	    started->channels == 0 ||
	    started->channels > DATASET_CHANNELS_MAX || started->data == 0 ||
	    started->data > SMP_PACKET_MAX ||
	    started->data % frame_bytes(take) != 0)
		return err_set(err, ERR_DEVICE, "the board starts a stream of "
			       "%u mHz, %u channels and %u bytes in each "
			       "message, which cannot be", started->rate_mhz,
			       started->channels, started->data);
	/* a clip's messages, and one that hangs over each end */
	take->times = calloc(clip_bytes(take) / started->data + 2,
			     sizeof(*take->times));
	return take->times ? 0 : err_nomem(err);
}

void take_release(struct take *take)
{
	buf_release(&take->clip);
	free(take->times);
}

/* ---- clips ---- */

static int measure(const struct take *take, struct quality *q,
		   struct err *err)
{
	double messages_hz;
	int ret = quality_times(q, take->times, take->time_count, err);

	messages_hz = q->true_rate_hz;
	q->true_rate_hz = messages_hz * take->started.data /
			  (double)frame_bytes(take);
	q->gaps = take->gaps;
	return ret;
}

static int add_clip(struct take *take, struct err *err)
{
	char name[DATASET_NAME_MAX + 1];
	struct dataset_recording r = {
		.name = name, .kind = DATASET_AUDIO, .type = DATASET_S16,
		.rate_hz = take->rate_hz, .width = 1,
		.channels = take->started.channels,
		.frames = (uint32_t)(take->clip.len / frame_bytes(take)),
		.bytes = take->clip.data, .n = take->clip.len,
	};
	struct quality q;
	int ret;

	if (take->clip.len == 0)
		return 0;
	snprintf(name, sizeof(name), "board/%.200s/%06u", take->board,
		 ++take->clips);
	r.source = digest_of(r.bytes, r.n);
	q = quality_measure(&r);
	ret = measure(take, &q, err);
	if (!ret)
		ret = dataset_add_recording(take->builder, &r, &q, 0, err);
	buf_clear(&take->clip);
	take->time_count = 0;
	take->gaps = 0;
	return ret;
}

static int add_samples(struct take *take, const uint8_t *p, size_t n,
		       struct err *err)
{
	int ret = 0;

	while (n > 0 && !ret) {
		size_t room = clip_bytes(take) - take->clip.len;
		size_t part = n < room ? n : room;

		buf_add(&take->clip, p, part);
		if (take->clip.failed)
			return err_nomem(err);
		p += part;
		n -= part;
		if (part == room)
			ret = add_clip(take, err);
	}
	return ret;
}

/* ---- messages ---- */

static int check_length(const struct take *take, const struct wire_data *data,
			struct err *err)
{
	bool fits = data->last ? data->data.n <= take->started.data &&
				 data->data.n % frame_bytes(take) == 0 :
		data->data.n == take->started.data;

	if (fits)
		return 0;
	return err_set(err, ERR_DEVICE, "message %u of the board's stream has "
		       "%zu bytes of samples instead of %u", data->seq,
		       data->data.n, take->started.data);
}

/* Frames between the last message and this one. */
static uint64_t missing(const struct take *take, const struct wire_data *data)
{
	uint64_t messages = data->seq - take->seq;

	return messages * (take->started.data / frame_bytes(take)) +
	       (data->lost - take->board_lost);
}

static int note_gap(struct take *take, uint64_t frames, struct err *err)
{
	int ret = frames ? add_clip(take, err) : 0;

	take->lost += frames;
	take->gaps += frames != 0;
	return ret;
}

static void note_time(struct take *take, uint32_t t_us)
{
	if (take->received || take->lost)
		take->clock_s += (uint32_t)(t_us - take->t_us) / 1e6;
	take->t_us = t_us;
	take->times[take->time_count++] = take->clock_s;
}

int take_message(struct take *take, const struct wire_data *data,
		 struct err *err)
{
	int ret;

	if (take->ended || (int32_t)(data->seq - take->seq) < 0) {
		take->repeats++;
		return 0;
	}
	ret = check_length(take, data, err);
	if (!ret)
		ret = note_gap(take, missing(take, data), err);
	if (ret)
		return ret;
	note_time(take, data->t_us);
	take->seq = data->seq + 1;
	take->board_lost = data->lost;
	take->received += data->data.n / frame_bytes(take);
	take->ended = data->last;
	return add_samples(take, data->data.p, data->data.n, err);
}

int take_finish(struct take *take, uint64_t frames, struct err *err)
{
	uint64_t seen = take->received + take->lost;

	if (seen > frames)
		return err_set(err, ERR_DEVICE, "the board sent %llu samples "
			       "and says that it took %llu",
			       (unsigned long long)seen,
			       (unsigned long long)frames);
	take->lost += frames - seen;
	return add_clip(take, err);
}
