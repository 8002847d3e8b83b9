#include "plan/offsets.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

struct search {
	struct offsets_block *blocks;
	int n, times;
	long steps;
	uint32_t bound, best;
	uint32_t *offsets;	/* n: of the arrangement being built */
	uint32_t *best_offsets;	/* n */
	bool *is_laid;		/* n */
	uint32_t *top;		/* times: highest end of what is laid */
	uint32_t *rest;		/* times: bytes still to be laid */
	int *order;		/* n */
};

static bool conflict(const struct offsets_block *a,
		     const struct offsets_block *b)
{
	return a->first <= b->last && b->first <= a->last;
}

static uint32_t highest(const uint32_t *of, int first, int last)
{
	uint32_t most = 0;

	for (int t = first; t <= last; t++)
		if (of[t] > most)
			most = of[t];
	return most;
}

static void keep_if_better(struct search *s, uint32_t total)
{
	if (total >= s->best)
		return;
	s->best = total;
	memcpy(s->best_offsets, s->offsets, (size_t)s->n * sizeof(uint32_t));
}

/* ---- a good start: first fit in a fixed order --------------------------- */

static uint32_t first_fit(const struct search *s, int b)
{
	uint32_t at = 0;
	bool moved = true;

	while (moved) {
		moved = false;
		for (int i = 0; i < s->n; i++) {
			const struct offsets_block *other = &s->blocks[i];

			if (!s->is_laid[i] ||
			    !conflict(other, &s->blocks[b]) ||
			    s->offsets[i] >= at + s->blocks[b].bytes ||
			    at >= s->offsets[i] + other->bytes)
				continue;
			at = s->offsets[i] + other->bytes;
			moved = true;
		}
	}
	return at;
}

static void lay_in_order(struct search *s)
{
	uint32_t total = 0;

	memset(s->is_laid, 0, (size_t)s->n * sizeof(bool));
	for (int i = 0; i < s->n; i++) {
		int b = s->order[i];

		s->offsets[b] = first_fit(s, b);
		s->is_laid[b] = true;
		if (s->offsets[b] + s->blocks[b].bytes > total)
			total = s->offsets[b] + s->blocks[b].bytes;
	}
	keep_if_better(s, total);
	memset(s->is_laid, 0, (size_t)s->n * sizeof(bool));
}

/* How early a block is laid by each rule; greater is earlier. */
static uint64_t weight(const struct offsets_block *b, int rule)
{
	uint64_t life = (uint64_t)(b->last - b->first + 1);

	switch (rule) {
	case 0: return b->bytes;
	case 1: return b->bytes * life;
	case 2: return life;
	default: return UINT32_MAX - (uint32_t)b->first;
	}
}

enum { RULES = 4 };

static void greedy(struct search *s, int rule)
{
	for (int i = 0; i < s->n; i++) {
		int at = i;

		for (; at > 0 && weight(&s->blocks[s->order[at - 1]], rule) <
		     weight(&s->blocks[i], rule); at--)
			s->order[at] = s->order[at - 1];
		s->order[at] = i;
	}
	lay_in_order(s);
}

/* ---- branch and bound --------------------------------------------------- */

/* No way to finish that beats the best? */
static bool is_hopeless(const struct search *s)
{
	for (int t = 0; t < s->times; t++)
		if (s->top[t] + s->rest[t] >= s->best)
			return true;
	return false;
}

static void lay(struct search *s, int b, uint32_t at, uint32_t *saved)
{
	const struct offsets_block *block = &s->blocks[b];

	s->offsets[b] = at;
	s->is_laid[b] = true;
	for (int t = block->first; t <= block->last; t++) {
		saved[t] = s->top[t];
		s->top[t] = at + block->bytes;
		s->rest[t] -= block->bytes;
	}
}

static void lift(struct search *s, int b, const uint32_t *saved)
{
	const struct offsets_block *block = &s->blocks[b];

	s->is_laid[b] = false;
	for (int t = block->first; t <= block->last; t++) {
		s->top[t] = saved[t];
		s->rest[t] += block->bytes;
	}
}

/*
 * Lay block number `laid` of an order, not below offset low; among equal
 * offsets the numbers rise.  saved: times entries per level.  The blocks are
 * sorted by size, so that great ones are tried first.
 */
static void branch(struct search *s, int laid, uint32_t low, int last,
		   uint32_t *saved)
{
	if (laid == s->n) {
		keep_if_better(s, highest(s->top, 0, s->times - 1));
		return;
	}
	for (int b = 0; b < s->n && s->best > s->bound && s->steps > 0; b++) {
		uint32_t at;

		if (s->is_laid[b])
			continue;
		at = highest(s->top, s->blocks[b].first, s->blocks[b].last);
		if (at < low || (at == low && b < last))
			continue;
		s->steps--;
		lay(s, b, at, saved);
		if (!is_hopeless(s))
			branch(s, laid + 1, at, b, saved + s->times);
		lift(s, b, saved);
	}
}

/* ---- the whole ---------------------------------------------------------- */

static void start(struct search *s)
{
	s->best = UINT32_MAX;
	for (int i = 0; i < s->n; i++)
		for (int t = s->blocks[i].first; t <= s->blocks[i].last; t++)
			s->rest[t] += s->blocks[i].bytes;
	s->bound = highest(s->rest, 0, s->times - 1);
}

static int by_size(const void *a, const void *b)
{
	const struct offsets_block *x = a, *y = b;

	if (x->bytes != y->bytes)
		return x->bytes < y->bytes ? 1 : -1;
	/* offset holds the number the caller knows it by */
	return x->offset < y->offset ? -1 : 1;
}

static void solve(struct search *s, uint32_t *saved,
		  struct offsets_result *result)
{
	start(s);
	for (int rule = 0; rule < RULES && s->best > s->bound; rule++)
		greedy(s, rule);
	if (s->best > s->bound)
		branch(s, 0, 0, -1, saved);
	result->total = s->best;
	result->bound = s->bound;
	result->is_optimal = s->best == s->bound || s->steps > 0;
}

int offsets_solve(struct offsets_block *blocks, int n, int times,
		  long steps_max, struct offsets_result *result,
		  struct err *err)
{
	struct arena memory = { 0 };
	size_t count = (size_t)n, span = (size_t)times;
	struct search s = { .n = n, .times = times, .steps = steps_max };
	uint32_t *saved = arena_array(&memory, (count + 1) * span, 4);

	*result = (struct offsets_result){ .is_optimal = true };
	s.blocks = arena_copy(&memory, blocks, count * sizeof(*blocks));
	s.offsets = arena_array(&memory, count, 4);
	s.best_offsets = arena_array(&memory, count, 4);
	s.is_laid = arena_array(&memory, count, sizeof(bool));
	s.top = arena_array(&memory, span, 4);
	s.rest = arena_array(&memory, span, 4);
	s.order = arena_array(&memory, count, sizeof(int));
	if (!saved || !s.blocks || !s.offsets || !s.best_offsets ||
	    !s.is_laid || !s.top || !s.rest || !s.order) {
		arena_release(&memory);
		return err_nomem(err);
	}
	for (int i = 0; i < n; i++)
		s.blocks[i].offset = (uint32_t)i;
	qsort(s.blocks, count, sizeof(*blocks), by_size);
	if (n)
		solve(&s, saved, result);
	for (int i = 0; i < n; i++)
		blocks[s.blocks[i].offset].offset = s.best_offsets[i];
	arena_release(&memory);
	return 0;
}
