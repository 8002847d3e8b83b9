/*
 * take - the messages of a board's stream become recordings.
 *
 * No I/O: messages go in as they arrive, recordings come out into a builder.
 * Every message but the last holds started.data bytes of samples, so a gap in
 * the sequence tells exactly how much the link lost; what the board itself
 * dropped it says.
 *
 *     link     |0|1|2|   |4|5|6|7|8| ...      message 3 did not arrive
 *     clips    [  1  ]   [  2  ][  3  ] ...   TAKE_CLIP_S seconds at most
 *
 * A clip is an unbroken stretch: a gap ends one and the next begins behind it.
 * Clip N is named board/NAME/N, with six digits, from 1.  A gap is counted in
 * the quality of the clip behind it.  Jitter and true rate come from the
 * board's clock at the first sample of each message.
 */
#ifndef TINYML_DATASET_TAKE_H
#define TINYML_DATASET_TAKE_H

#include "dataset/dataset.h"
#include "wire/messages.h"

enum { TAKE_CLIP_S = 1 };

struct take {
	struct dataset_builder *builder;
	const char *board;
	struct wire_started started;
	uint32_t rate_hz;
	bool ended;		/* the last message is in */
	uint64_t received;	/* frames */
	uint64_t lost;		/* frames that the gaps so far hold */
	uint64_t repeats;	/* messages that came twice */
	/* private */
	uint32_t seq, board_lost, t_us;
	double clock_s;
	struct buf clip;	/* samples of the clip going on */
	double *times;		/* of its messages, seconds */
	size_t time_count;
	uint64_t gaps;		/* before it: 0 or 1 */
	uint32_t clips;
};

/*
 * Begin.  board is borrowed.  ERR_UNSUPPORTED: samples that are not 16-bit;
 * ERR_DEVICE: a stream that cannot be (no rate, no channels, messages without
 * whole frames).  take_release in every case.
 */
int take_init(struct take *take, struct dataset_builder *builder,
	      const char *board, const struct wire_started *started,
	      struct err *err);
void take_release(struct take *take);

/* One message.  ERR_DEVICE: not of the length it should have; ERR_MEM. */
int take_message(struct take *take, const struct wire_data *data,
		 struct err *err);

/*
 * Nothing follows.  frames: how many the board took, as it says when it is
 * stopped.  What is missing at the end is counted, the last clip is added.
 * ERR_DEVICE: more arrived than was taken.
 */
int take_finish(struct take *take, uint64_t frames, struct err *err);

#endif
