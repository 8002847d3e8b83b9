#include <stdlib.h>
#include <string.h>

#include "labels/labels_priv.h"

/* The rows of one recording, and the window going over it, in frames. */
struct pane {
	const struct labels_job *job;
	const struct labels_row *spans;
	size_t count;
	uint32_t start, length, stride, frames, rate_hz;
};

static uint64_t frames_of(double seconds, uint32_t rate_hz)
{
	return (uint64_t)(seconds * rate_hz + 0.5);
}

/* Frames of the window that the span covers. */
static uint64_t overlap(const struct pane *p, const struct labels_row *row)
{
	uint64_t start = frames_of(row->start_s, p->rate_hz), from = p->start;
	uint64_t end = row->end_s > 0 ? frames_of(row->end_s, p->rate_hz) :
		       p->frames;
	uint64_t to = (uint64_t)p->start + p->length;

	from = start > from ? start : from;
	to = end < to ? end : to;
	return to > from ? to - from : 0;
}

static uint64_t votes(const struct pane *p, const char *label)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < p->count; i++)
		if (strcmp(p->spans[i].label, label) == 0)
			sum += overlap(p, p->spans + i);
	return sum;
}

/* The span whose label has most frames of the window, the first of several;
 * NULL when no label has enough. */
static const struct labels_row *majority(const struct pane *p)
{
	const struct labels_row *best = NULL;
	uint64_t most = 0;
	long least = p->job->label->majority;

	for (size_t i = 0; i < p->count; i++) {
		const struct labels_row *row = p->spans + i;
		uint64_t n;

		if (strcmp(row->label, LABELS_NONE) == 0 || !overlap(p, row))
			continue;
		n = votes(p, row->label);
		if (n > most) {
			most = n;
			best = row;
		}
	}
	return most * 100 >= (uint64_t)least * p->length ? best : NULL;
}

/* The span that the window's last frame lies in. */
static const struct labels_row *last(const struct pane *p)
{
	struct pane end = *p;

	end.start = p->start + p->length - 1;
	end.length = 1;
	return majority(&end);
}

static const char *own_group(struct arena *arena, const char *text,
			     uint32_t start)
{
	struct buf name = BUF_INIT;
	const char *group = NULL;

	buf_addf(&name, "%s@%u", text, (unsigned)start);
	if (!name.failed)
		group = arena_text(arena, (const char *)name.data);
	buf_release(&name);
	return group;
}

/* Before train_first_s the hash chooses, behind it is test, across neither:
 * false. */
static bool place(const struct pane *p, struct arena *arena,
		  struct labels_row *row)
{
	const struct project_label *label = p->job->label;
	uint64_t border = frames_of(label->train_first_s, p->rate_hz);

	if (strcmp(label->group, "window") == 0)
		row->group = own_group(arena, row->name, p->start);
	if (border == 0)
		return true;
	if (p->start >= border) {
		row->fixed = LABELS_TEST;
		row->group = own_group(arena, row->group, (uint32_t)border);
		return true;
	}
	return (uint64_t)p->start + p->length <= border;
}

static int add_windows(struct pane *p, struct labels_rows *out,
		       struct arena *arena, struct err *err)
{
	bool by_last = strcmp(p->job->label->window_by, "last") == 0;
	int ret = 0;

	for (p->start = 0; p->length <= p->frames - p->start && !ret;
	     p->start += p->stride) {
		const struct labels_row *from = by_last ? last(p) :
						majority(p);
		struct labels_row row;

		if (!from)
			continue;
		row = *from;
		row.start_s = (double)p->start / p->rate_hz;
		row.end_s = (double)(p->start + p->length) / p->rate_hz;
		if (!place(p, arena, &row))
			continue;
		ret = row.group ? labels_rows_add(out, &row, err) :
		      err_nomem(err);
		if (p->stride > p->frames - p->start)
			break;
	}
	return ret;
}

/* Frames of a time in ms, at least one; the window is never longer than the
 * longest recording can be. */
static uint32_t to_frames(long ms, uint32_t rate_hz)
{
	uint64_t frames = (uint64_t)ms * rate_hz / 1000;

	return frames == 0 ? 1 : frames > UINT32_MAX ? UINT32_MAX :
	       (uint32_t)frames;
}

static int pane_init(struct pane *p, const struct labels_job *job,
		     const struct labels_row *spans,
		     struct err *err)
{
	const struct dataset_recording *r =
		job->dataset->recordings + spans->recording;
	const struct project_label *label = job->label;

	*p = (struct pane){ .job = job, .spans = spans, .frames = r->frames,
			    .rate_hz = r->rate_hz };
	if (r->rate_hz == 0)
		return err_set(err, ERR_FORMAT, "label.window_ms is for "
			       "recordings that last; '%.200s' is a picture",
			       r->name);
	p->length = to_frames(label->window_ms, r->rate_hz);
	p->stride = to_frames(label->stride_ms ? label->stride_ms :
			      label->window_ms, r->rate_hz);
	return 0;
}

int labels_windows(const struct labels_job *job, struct labels_rows *rows,
		   struct labels_report *report, struct err *err)
{
	struct labels_rows out = { 0 };
	size_t n, shorter = 0;
	struct pane p;
	int ret = 0;

	for (size_t i = 0; i < rows->count && !ret; i += n) {
		const struct labels_row *row = rows->items + i;

		n = 1;
		if (row->recording == UINT32_MAX) {
			ret = labels_rows_add(&out, row, err);
			continue;
		}
		while (i + n < rows->count &&
		       row[n].recording == row->recording)
			n++;
		ret = pane_init(&p, job, row, err);
		p.count = n;
		shorter += !ret && p.length > p.frames;
		if (!ret)
			ret = add_windows(&p, &out, &rows->arena, err);
	}
	if (!ret && shorter)
		labels_note(report, "%zu recordings are shorter than one "
			    "window of %ld ms", shorter,
			    job->label->window_ms);
	free(rows->items);
	rows->items = out.items;
	rows->count = out.count;
	rows->room = out.room;
	return ret;
}
