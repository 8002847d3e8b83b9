#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dataset/dataset.h"
#include "dataset/dataset_priv.h"

struct entry {
	struct dataset_recording r;	/* points at name and bytes */
	char *name;
	uint8_t *bytes;
	struct quality quality;
	uint32_t pack;
	size_t data_id, offset;		/* where finish put the bytes */
};

/* Of the recording with this name; its place is known at the end only. */
struct mark {
	const char *name;
	uint32_t start, end;
	char label[DATASET_WORD_MAX + 1];
};

struct dataset_builder {
	struct entry *entries;
	size_t count, room;
	struct buf channels;
	struct mark *marks;
	size_t mark_count, mark_room;
};

struct dataset_builder *dataset_build(void)
{
	return calloc(1, sizeof(struct dataset_builder));
}

void dataset_builder_release(struct dataset_builder *builder)
{
	if (!builder)
		return;
	for (size_t i = 0; i < builder->count; i++) {
		free(builder->entries[i].name);
		free(builder->entries[i].bytes);
	}
	free(builder->entries);
	buf_release(&builder->channels);
	free(builder->marks);
	free(builder);
}

static int check_new(const struct dataset_builder *builder,
		     const struct dataset_recording *r, struct err *err)
{
	const struct dataset_recording *first = &builder->entries[0].r;

	if (!dataset_name_ok(r->name)) {
		err_set(err, ERR_FORMAT, "cannot use the name '%.80s'",
			r->name);
		err_hint(err, "names are UTF-8 without control characters, at "
			 "most %d bytes", DATASET_NAME_MAX);
		return ERR_FORMAT;
	}
	if (r->frames == 0 || r->n != dataset_bytes(r))
		return err_set(err, ERR_FORMAT, "recording '%s' is empty or "
			       "cut", r->name);
	if (builder->count == 0)
		return 0;
	if (builder->count == DATASET_RECORDINGS_MAX)
		return err_set(err, ERR_LIMIT, "more than %d recordings",
			       DATASET_RECORDINGS_MAX);
	if (r->kind != first->kind || r->type != first->type ||
	    r->rate_hz != first->rate_hz || r->channels != first->channels)
		return err_set(err, ERR_FORMAT, "'%s' is not like '%s': all "
			       "recordings share kind, rate and number of "
			       "channels", r->name, first->name);
	return 0;
}

static int more_room(struct dataset_builder *builder, struct err *err)
{
	size_t room = builder->room ? 2 * builder->room : 64;
	struct entry *entries;

	if (builder->count < builder->room)
		return 0;
	entries = realloc(builder->entries, room * sizeof(*entries));
	if (!entries)
		return err_nomem(err);
	builder->entries = entries;
	builder->room = room;
	return 0;
}

int dataset_add_recording(struct dataset_builder *builder,
			  const struct dataset_recording *recording,
			  const struct quality *measured, uint32_t pack,
			  struct err *err)
{
	int ret = more_room(builder, err);
	struct entry *e = builder->entries + builder->count;
	uint8_t *bytes;
	char *name;

	if (!ret)
		ret = check_new(builder, recording, err);
	if (ret)
		return ret;
	name = strdup(recording->name);
	bytes = malloc(recording->n);
	if (!name || !bytes) {
		free(name);
		free(bytes);
		return err_nomem(err);
	}
	memcpy(bytes, recording->bytes, recording->n);
	*e = (struct entry){ .r = *recording, .name = name, .bytes = bytes,
			     .pack = pack };
	e->r.name = name;
	e->r.bytes = bytes;
	e->quality = measured ? *measured : quality_measure(&e->r);
	builder->count++;
	return 0;
}

static int check_mark(const struct dataset_builder *b, uint32_t start,
		      uint32_t end, const char *label, struct err *err)
{
	const struct entry *e = b->entries + b->count - 1;

	if (!dataset_word_ok(label)) {
		err_set(err, ERR_FORMAT, "'%.80s' cannot be a label", label);
		err_hint(err, "a label is 1 to %d bytes without control "
			 "characters", DATASET_WORD_MAX);
		return ERR_FORMAT;
	}
	if (start >= end || end > e->r.frames)
		return err_set(err, ERR_FORMAT, "label '%s' lies outside of "
			       "'%s'", label, e->name);
	if (b->mark_count == DATASET_MARKS_MAX)
		return err_set(err, ERR_LIMIT, "more than %d changes of label",
			       DATASET_MARKS_MAX);
	return 0;
}

int dataset_add_mark(struct dataset_builder *b, uint32_t start, uint32_t end,
		     const char *label, struct err *err)
{
	size_t room = b->mark_room ? 2 * b->mark_room : 64;
	struct mark *marks;
	int ret = check_mark(b, start, end, label, err);

	if (ret)
		return ret;
	if (b->mark_count == b->mark_room) {
		marks = realloc(b->marks, room * sizeof(*marks));
		if (!marks)
			return err_nomem(err);
		b->marks = marks;
		b->mark_room = room;
	}
	marks = b->marks + b->mark_count++;
	*marks = (struct mark){ b->entries[b->count - 1].name, start, end,
				"" };
	memcpy(marks->label, label, strlen(label) + 1);
	return 0;
}

int dataset_name_channels(struct dataset_builder *builder,
			  const char *const *names, size_t n, struct err *err)
{
	struct buf text = BUF_INIT;
	int ret = 0;

	for (size_t i = 0; i < n; i++)
		buf_addf(&text, "%s\n", names[i]);
	if (text.failed)
		ret = err_nomem(err);
	else if (builder->channels.len == 0)
		buf_add(&builder->channels, text.data, text.len);
	else if (builder->channels.len != text.len ||
		 memcmp(builder->channels.data, text.data, text.len) != 0)
		ret = err_set(err, ERR_FORMAT,
			      "columns are not those of the first table");
	buf_release(&text);
	return ret;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->r.name,
		      ((const struct entry *)b)->r.name);
}

static int by_source(const void *a, const void *b)
{
	const struct entry *const *x = a, *const *y = b;
	int order = memcmp(&(*x)->r.source, &(*y)->r.source,
			   sizeof((*x)->r.source));

	return order ? order : (*x > *y) - (*x < *y);
}

static int by_pack(const void *a, const void *b)
{
	const struct entry *const *x = a, *const *y = b;

	if ((*x)->pack != (*y)->pack)
		return (*x)->pack < (*y)->pack ? -1 : 1;
	return (*x > *y) - (*x < *y);
}

static void data_name(char name[32], const struct entry *e)
{
	snprintf(name, 32, "data/%06zu.%s", e->data_id,
		 dataset_type_name(e->r.type));
}

static void add_member(struct artifact_maker *maker, const struct entry *e,
		       const void *bytes, size_t n)
{
	char name[32];

	data_name(name, e);
	artifact_add(maker, name, bytes, n);
}

/* Recordings of one pack follow each other in one member, by id. */
static size_t add_pack(struct dataset_builder *b, struct entry **order,
		       size_t i, struct artifact_maker *maker)
{
	struct buf bytes = BUF_INIT;
	size_t end = i;

	for (; end < b->count && order[end]->pack == order[i]->pack; end++) {
		order[end]->data_id = (size_t)(order[i] - b->entries);
		order[end]->offset = bytes.len;
		buf_add(&bytes, order[end]->r.bytes, order[end]->r.n);
	}
	add_member(maker, order[i], bytes.data, bytes.len);
	buf_release(&bytes);
	return end;
}

static int add_data(struct dataset_builder *b, struct entry **order,
		    struct artifact_maker *maker, struct err *err)
{
	uint64_t total = 0;

	for (size_t i = 0; i < b->count; i++) {
		order[i] = b->entries + i;
		total += order[i]->r.n;
	}
	if (total > ARTIFACT_BYTES_MAX)
		return err_set(err, ERR_LIMIT, "recordings of %llu bytes in "
			       "all, an artifact holds %zu",
			       (unsigned long long)total, ARTIFACT_BYTES_MAX);
	qsort(order, b->count, sizeof(*order), by_pack);
	for (size_t i = 0; i < b->count;) {
		struct entry *e = order[i];

		if (e->pack) {
			i = add_pack(b, order, i, maker);
			continue;
		}
		e->data_id = (size_t)(e - b->entries);
		add_member(maker, e, e->r.bytes, e->r.n);
		i++;
	}
	return 0;
}

static void index_line(struct buf *out, const struct entry *e, size_t id)
{
	char hex[DIGEST_HEX], data[32];

	digest_hex(&e->r.source, hex);
	data_name(data, e);
	buf_addf(out, "%06zu\t%s\t%s\t%s\t%u\t%u\t%u\t%u\t%s\t%zu\t%s\n", id,
		 e->r.name, dataset_kind_name(e->r.kind),
		 dataset_type_name(e->r.type), (unsigned)e->r.rate_hz,
		 (unsigned)e->r.frames, (unsigned)e->r.width,
		 (unsigned)e->r.channels, data, e->offset, hex);
}

static void quality_line(struct buf *out, const struct entry *e, size_t id)
{
	const struct quality *q = &e->quality;

	buf_addf(out, "%06zu\t%.6g\t%.6g\t%.6g\t%llu\t%d\t%llu\t%llu\t%.6g\t"
		 "%.6g\n", id, q->seconds, q->peak, q->rms,
		 (unsigned long long)q->clipped, q->silent,
		 (unsigned long long)q->gaps, (unsigned long long)q->repeats,
		 q->jitter_ms, q->true_rate_hz);
}

static void sum_times(struct dataset_summary *s, const struct quality *q)
{
	s->gaps += q->gaps;
	s->repeats += q->repeats;
	s->with_gaps += q->gaps != 0;
	if (q->jitter_ms > s->jitter_ms)
		s->jitter_ms = q->jitter_ms;
	if (q->true_rate_hz <= 0)
		return;
	if (s->fastest_hz <= 0 || q->true_rate_hz < s->slowest_hz)
		s->slowest_hz = q->true_rate_hz;
	if (q->true_rate_hz > s->fastest_hz)
		s->fastest_hz = q->true_rate_hz;
}

/* squares: the sum of rms^2 * samples so far. */
static void sum_one(struct dataset_summary *s, const struct quality *q,
		    double *squares)
{
	if (s->recordings == 0 || q->seconds < s->shortest_s)
		s->shortest_s = q->seconds;
	if (q->seconds > s->longest_s)
		s->longest_s = q->seconds;
	if (q->peak > s->peak)
		s->peak = q->peak;
	s->recordings++;
	s->samples += q->samples;
	s->seconds += q->seconds;
	s->clipped += q->clipped;
	s->with_clipping += q->clipped != 0;
	s->silent += q->silent;
	*squares += q->rms * q->rms * (double)q->samples;
	sum_times(s, q);
}

/* Files met twice, by digest; recordings of one pack are one file. */
static void count_sources(const struct dataset_builder *b,
			  struct entry **order, struct dataset_summary *s)
{
	qsort(order, b->count, sizeof(*order), by_source);
	for (size_t i = 0; i < b->count; i++) {
		const struct entry *e = order[i], *p = i ? order[i - 1] : NULL;
		bool same = p && digest_equal(&e->r.source, &p->r.source);

		if (same && e->pack && e->pack == p->pack)
			continue;
		s->sources++;
		s->duplicates += same;
		if (same)
			dataset_note(s, "'%s' has the same bytes as '%s'",
				     e->r.name, p->r.name);
	}
}

static int by_mark(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : (x->start > y->start) - (x->start < y->start);
}

static int add_marks(struct dataset_builder *b, struct artifact_maker *maker,
		     struct err *err)
{
	struct buf text = BUF_INIT;
	size_t id = 0;
	int ret;

	if (b->mark_count == 0)
		return 0;
	qsort(b->marks, b->mark_count, sizeof(*b->marks), by_mark);
	buf_adds(&text, DATASET_MARKS_HEADER "\n");
	for (size_t i = 0; i < b->mark_count; i++) {
		const struct mark *m = b->marks + i;

		while (b->entries[id].name != m->name)
			id++;
		buf_addf(&text, "%06zu\t%u\t%u\t%s\n", id, m->start, m->end,
			 m->label);
	}
	ret = text.failed ? err_nomem(err) : 0;
	artifact_add(maker, DATASET_MARKS, text.data, text.len);
	buf_release(&text);
	return ret;
}

static int add_texts(struct dataset_builder *b, struct artifact_maker *maker,
		     struct dataset_summary *s, struct err *err)
{
	struct buf index = BUF_INIT, quality = BUF_INIT, json = BUF_INIT;
	int ret = 0;

	buf_adds(&index, DATASET_INDEX_HEADER "\n");
	buf_adds(&quality, "id\tseconds\tpeak\trms\tclipped\tsilent\tgaps\t"
		 "repeats\tjitter_ms\ttrue_rate_hz\n");
	for (size_t i = 0; i < b->count; i++) {
		index_line(&index, b->entries + i, i);
		quality_line(&quality, b->entries + i, i);
	}
	dataset_summary_json(s, &json);
	if (index.failed || quality.failed || json.failed)
		ret = err_nomem(err);
	artifact_add(maker, DATASET_INDEX, index.data, index.len);
	artifact_add(maker, "quality.tsv", quality.data, quality.len);
	artifact_add(maker, "quality.json", json.data, json.len);
	if (b->channels.len)
		artifact_add(maker, "channels.txt", b->channels.data,
			     b->channels.len);
	buf_release(&index);
	buf_release(&quality);
	buf_release(&json);
	return ret;
}

static int sort_names(struct dataset_builder *b, struct err *err)
{
	if (b->count == 0)
		return err_set(err, ERR_FORMAT, "there is no recording");
	qsort(b->entries, b->count, sizeof(*b->entries), by_name);
	for (size_t i = 1; i < b->count; i++)
		if (strcmp(b->entries[i - 1].r.name,
			   b->entries[i].r.name) == 0)
			return err_set(err, ERR_FORMAT, "two recordings are "
				       "named '%s'", b->entries[i].r.name);
	return 0;
}

int dataset_finish(struct dataset_builder *builder,
		   struct artifact_maker *maker,
		   struct dataset_summary *summary, struct err *err)
{
	struct entry **order;
	double squares = 0;
	int ret = sort_names(builder, err);

	if (ret)
		return ret;
	order = malloc(builder->count * sizeof(struct entry *));
	if (!order)
		return err_nomem(err);
	for (size_t i = 0; i < builder->count; i++)
		sum_one(summary, &builder->entries[i].quality, &squares);
	summary->is_sound = builder->entries[0].r.kind == DATASET_AUDIO;
	summary->rms = sqrt(squares / (double)summary->samples);
	ret = add_data(builder, order, maker, err);
	if (!ret) {
		count_sources(builder, order, summary);
		ret = add_texts(builder, maker, summary, err);
	}
	if (!ret)
		ret = add_marks(builder, maker, err);
	free(order);
	return ret;
}
