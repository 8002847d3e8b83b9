#include <string.h>

#include "plan/plan_priv.h"

/*
 * Which chains to stream: while the arena is too large, the operations alive
 * at its peak are the ones to change.  Each chain around them is tried with
 * stripes of several heights, and the one that leaves the smallest arena is
 * kept.  Then stripes become as high as they can.
 */
enum {
	STREAMS_MAX = 32,
	REACH = 3,		/* operations before and behind the peak */
	TRIAL_STEPS = 20000,
	ROWS_MAX = 16,
};

struct choice {
	struct plan_stream streams[STREAMS_MAX];
	int n;
	uint32_t arena_bytes;	/* of the first memory */
	int peak_count, op_count;
	int first, last;	/* operations of the base at the peak */
};

static void find_peak(const struct plan *plan, struct choice *c)
{
	c->first = c->last = -1;
	for (int i = 0; i < plan->model->op_count; i++) {
		int source = plan->ops[i].source;

		if (plan->ops[i].slot != plan->peak_slot || source < 0)
			continue;
		if (c->first < 0 || source < c->first)
			c->first = source;
		if (source > c->last)
			c->last = source;
	}
}

static uint32_t fast_bytes(const struct plan *plan)
{
	return plan->arena_bytes - plan->slow_bytes;
}

static void measure(const struct plan *plan, struct choice *c)
{
	c->arena_bytes = fast_bytes(plan);
	c->peak_count = plan->peak_count;
	c->op_count = plan->model->op_count;
	find_peak(plan, c);
}

/* False when it cannot be planned so, or not in most bytes. */
static bool try(const struct plan *base, struct choice *c, uint32_t most)
{
	struct plan trial = { 0 };
	bool is_good = !plan_with_streams(base, c->streams, c->n, &trial,
					  NULL) &&
		       !plan_place(&trial, PLAN_STEPS_FEW, NULL) &&
		       trial.bound_bytes - trial.slow_bytes <= most &&
		       !plan_place(&trial, TRIAL_STEPS, NULL);

	if (is_good)
		measure(&trial, c);
	arena_release(&trial.memory);
	return is_good && c->arena_bytes <= most;
}

/* Put in a stream, in place of those that it meets. */
static bool put(struct choice *c, const struct plan_stream *s)
{
	int n = 0, at = 0;

	for (int i = 0; i < c->n; i++) {
		const struct plan_stream *old = &c->streams[i];

		if (old->first <= s->last && s->first <= old->last)
			continue;
		at += old->last < s->first;
		c->streams[n++] = *old;
	}
	c->n = n;
	if (n == STREAMS_MAX)
		return false;
	memmove(&c->streams[at + 1], &c->streams[at],
		(size_t)(n - at) * sizeof(*s));
	c->streams[at] = *s;
	c->n++;
	return true;
}

static bool is_better(const struct choice *a, const struct choice *b)
{
	if (a->arena_bytes != b->arena_bytes)
		return a->arena_bytes < b->arena_bytes;
	if (a->peak_count != b->peak_count)
		return a->peak_count < b->peak_count;
	return a->op_count < b->op_count;
}

static void try_chain(const struct plan *base, const struct choice *now,
		      struct choice *best, int first, int last)
{
	if (!plan_can_stream(base, first, last))
		return;
	for (int32_t rows = 1; rows <= ROWS_MAX; rows *= 2) {
		struct plan_stream s = { .first = first, .last = last,
					 .rows = rows };
		struct choice c = *now;

		if (rows < plan_output(base, last)->dims[1] && put(&c, &s) &&
		    try(base, &c, best->arena_bytes) && is_better(&c, best))
			*best = c;
	}
}

/* One more stream, or false when none helps. */
static bool improve(const struct plan *base, struct choice *now)
{
	struct choice best = *now;

	best.op_count = -1;	/* fewer records alone are no gain */
	for (int first = now->first - REACH; first <= now->last; first++)
		for (int last = now->first; last <= now->last + REACH; last++)
			try_chain(base, now, &best, first, last);
	if (best.op_count < 0)
		return false;
	*now = best;
	return true;
}

/* Higher stripes where the arena stays below most. */
static void relax(const struct plan *base, struct choice *now, uint32_t most)
{
	for (int i = 0; i < now->n; i++)
		for (;;) {
			struct choice c = *now;
			struct plan_stream *s = &c.streams[i];

			s->rows *= 2;
			if (s->rows >= plan_output(base, s->last)->dims[1] ||
			    !try(base, &c, most))
				break;
			*now = c;
		}
}

/* The final plan takes over the base's memory, where its constants are. */
static int adopt(struct plan *plan, const struct choice *c, long steps_max,
		 struct err *err)
{
	struct plan to = { .memory = plan->memory, .trimmed = plan->trimmed,
			   .growth_bytes = plan->growth_bytes };
	int kind = plan_with_streams(plan, c->streams, c->n, &to, err);

	if (!kind)
		kind = plan_place(&to, steps_max, err);
	if (kind) {
		plan->memory = to.memory;
		return kind;
	}
	*plan = to;
	return 0;
}

int plan_choose_streams(struct plan *plan, const struct plan_options *options,
			long steps_max, struct err *err)
{
	bool is_short = options->streaming == PLAN_STREAM_SHORT;
	struct choice now = { 0 };

	if (options->streaming == PLAN_STREAM_NEVER ||
	    (is_short && (!options->arena_max ||
			  fast_bytes(plan) <= options->arena_max)))
		return 0;
	measure(plan, &now);
	while (!is_short || now.arena_bytes > options->arena_max)
		if (!improve(plan, &now))
			break;
	if (!now.n)
		return 0;
	relax(plan, &now, is_short && now.arena_bytes < options->arena_max ?
	      options->arena_max : now.arena_bytes);
	return adopt(plan, &now, steps_max, err);
}
