#include "dataset/collect_board.h"

#include <string.h>

#include "dataset/take.h"
#include "link/emulator.h"

enum {
	MESSAGE_BYTES = 512,	/* of samples: what is reckoned with before
				   the board has said it */
	SILENCE_MS = 3000,
	SERIAL_BITS = 10,
};

struct live {
	const struct collect_board_job *job;
	const struct project_collect *collect;
	struct smp_link *sl;
	struct wire_sensor sensor;
	struct take take;
	struct dataset_builder *builder;
	struct dataset_summary *summary;
	uint32_t frames;	/* to take */
	struct err why;		/* of the message that failed */
	struct err *err;
};

static int check_settings(struct live *l)
{
	double frames = l->collect->seconds * (double)l->collect->rate_hz;

	if (!l->collect->board[0]) {
		err_set(l->err, ERR_USAGE, "no board is named");
		err_hint(l->err, "set 'board' below 'collect' in tinyml.yaml");
		return ERR_USAGE;
	}
	if (frames < 1 || frames > UINT32_MAX) {
		err_set(l->err, ERR_USAGE, "how long to record is not said, or "
			"is too long");
		err_hint(l->err, "set 'seconds' below 'collect' in "
			 "tinyml.yaml");
		return ERR_USAGE;
	}
	l->frames = (uint32_t)(frames + 0.5);
	return 0;
}

static int connect_board(struct live *l)
{
	struct place place;
	int ret = place_find(&place, l->job->project, l->collect->board,
			     l->err);

	return ret ? ret : place_open(&l->sl, &place, l->job->link, l->err);
}

/* The sensor must be what the project says that its recordings are. */
static int check_sensor(struct live *l)
{
	const struct wire_sensor *s = &l->sensor;

	if (s->rate_mhz == (uint64_t)l->collect->rate_hz * 1000 &&
	    s->channels == (uint32_t)l->collect->channels)
		return 0;
	err_set(l->err, ERR_UNSUPPORTED, "board '%s' records %u channels at "
		"%.7g Hz, collect says %ld at %ld Hz", l->collect->board,
		s->channels, s->rate_mhz / 1000.0, l->collect->channels,
		l->collect->rate_hz);
	err_hint(l->err, "set 'rate_hz' and 'channels' below 'collect' to "
		 "what the board has");
	return ERR_UNSUPPORTED;
}

static int find_sensor(struct live *l)
{
	struct wire_sensors list = { 0 };
	int ret = smp_link_ask(l->sl, SMP_READ, WIRE_GROUP_STREAM,
			       WIRE_STREAM_LIST, l->err, nothing, NULL,
			       sensors, &list);

	for (uint32_t i = 0; i < list.sensor_count && !ret; i++)
		if (list.sensors[i].kind == WIRE_S16) {
			l->sensor = list.sensors[i];
			return check_sensor(l);
		}
	if (!ret) {
		ret = ERR_MISSING;
		err_set(l->err, ret, "board '%s' has no microphone",
			l->collect->board);
	}
	return ret;
}

static int check_link(struct live *l, uint32_t data)
{
	const struct link *link = smp_link_link(l->sl);
	const struct wire_stream stream = {
		.rate_mhz = l->sensor.rate_mhz,
		.channels = l->sensor.channels, .kind = l->sensor.kind,
		.data = data, .bps = link_bits_per_second(link),
		.bits_per_byte = SERIAL_BITS,
		.console = link_framing(link) == SMP_CONSOLE,
	};
	uint64_t need_bps = 0;

	if (stream.bps == 0 || wire_stream_fits(&stream, &need_bps) == 0)
		return 0;
	err_set(l->err, ERR_NOFIT, "the stream of board '%s' needs %llu bits "
		"per second, its link carries %u", l->collect->board,
		(unsigned long long)need_bps, stream.bps);
	err_hint(l->err, "use a faster link, or a board that samples more "
		 "slowly");
	return ERR_NOFIT;
}

static int stop(struct live *l, struct wire_stopped *stopped)
{
	return smp_link_ask(l->sl, SMP_WRITE, WIRE_GROUP_STREAM,
			    WIRE_STREAM_STOP, l->err, nothing, NULL, stopped,
			    stopped);
}

/* Called for each message, also while an answer is awaited. */
static void arrived(void *ctx, const struct smp_packet *packet)
{
	struct live *l = ctx;
	struct wire_data data;

	if (packet->header.group != WIRE_GROUP_STREAM ||
	    packet->header.id != WIRE_STREAM_DATA || l->why.kind)
		return;
	if (wire_decode_data(packet, &data))
		err_set(&l->why, ERR_DEVICE, "board '%s' sends a message that "
			"is not as it should be", l->collect->board);
	else
		take_message(&l->take, &data, &l->why);
}

static int start(struct live *l)
{
	const struct wire_start request = {
		.sensor = l->sensor.id, .frames = l->frames,
		.bps = link_bits_per_second(smp_link_link(l->sl)),
	};
	struct wire_started *started = &l->take.started;
	struct wire_started answer = { 0 };
	int ret = check_link(l, MESSAGE_BYTES);

	if (!ret)
		ret = smp_link_ask(l->sl, SMP_WRITE, WIRE_GROUP_STREAM,
				   WIRE_STREAM_START, l->err, start, &request,
				   started, &answer);
	if (!ret)
		ret = take_init(&l->take, l->builder, l->collect->board,
				&answer, l->err);
	if (!ret && started->data != MESSAGE_BYTES)
		ret = check_link(l, started->data);
	if (!ret && (started->rate_mhz != l->sensor.rate_mhz ||
		     started->channels != l->sensor.channels))
		ret = err_set(l->err, ERR_DEVICE, "board '%s' starts another "
			      "stream than it has announced",
			      l->collect->board);
	return ret;
}

/* Long enough for two messages of a slow sensor. */
static uint32_t silence_ms(const struct live *l)
{
	uint64_t bytes_per_s = 2ull * l->take.rate_hz *
			       l->take.started.channels;

	return SILENCE_MS + (uint32_t)(2000ull * l->take.started.data /
				       bytes_per_s);
}

/* Until the last message, or none for a while. */
static int listen(struct live *l)
{
	bool pushed = true;
	int ret = 0;

	while (!ret && pushed && !l->take.ended) {
		ret = smp_link_listen(l->sl, silence_ms(l), &pushed,
				      l->err);
		if (!ret && l->why.kind) {
			*l->err = l->why;
			ret = l->why.kind;
		}
		progress_tick(l->job->progress, "recording",
			      (double)l->take.received / l->take.rate_hz,
			      (double)l->frames / l->take.rate_hz, NULL);
	}
	return ret;
}

/* What the user should know of a take that is whole otherwise. */
static int judge(struct live *l)
{
	const struct take *t = &l->take;
	uint64_t all = t->received + t->lost;

	if (t->received == 0)
		return err_set(l->err, ERR_DEVICE, "no sample arrived from "
			       "board '%s'", l->collect->board);
	if (all < l->frames)
		dataset_note(l->summary, "board '%s' stopped after %.2f of "
			     "%.2f seconds", l->collect->board,
			     (double)all / t->rate_hz,
			     (double)l->frames / t->rate_hz);
	if (t->lost)
		dataset_note(l->summary, "%llu of %llu samples did not arrive",
			     (unsigned long long)t->lost,
			     (unsigned long long)all);
	l->summary->is_live = true;
	l->summary->lost = t->lost;
	return 0;
}

static int record(struct live *l)
{
	struct wire_stopped stopped = { 0 };
	int ret = start(l);

	if (ret)
		return ret;
	smp_link_on_push(l->sl, arrived, l);
	ret = listen(l);
	if (!ret)
		ret = stop(l, &stopped);
	smp_link_on_push(l->sl, NULL, NULL);
	if (!ret)
		ret = take_finish(&l->take, stopped.frames, l->err);
	return ret ? ret : judge(l);
}

int dataset_collect_board(const struct collect_board_job *job,
			  struct artifact_maker *maker,
			  struct dataset_summary *summary, struct err *err)
{
	struct err own = { 0 };
	struct live l = { .job = job, .collect = &job->project->collect,
			  .summary = summary, .err = err ? err : &own };
	int ret = check_settings(&l);

	l.builder = dataset_build();
	if (!ret && !l.builder)
		ret = err_nomem(l.err);
	if (!ret)
		ret = connect_board(&l);
	if (!ret)
		ret = find_sensor(&l);
	if (!ret)
		ret = record(&l);
	if (!ret)
		ret = dataset_finish(l.builder, maker, summary, l.err);
	take_release(&l.take);
	smp_link_close(l.sl);
	dataset_builder_release(l.builder);
	return ret;
}
