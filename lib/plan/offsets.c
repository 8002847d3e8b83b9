#include "plan/offsets.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/rng.h"

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
	bool has_steps;		/* some step may forbid a closer place */
};

static bool conflict(const struct offsets_block *a,
		     const struct offsets_block *b)
{
	return a->first <= b->last && b->first <= a->last;
}

static bool is_heir(const struct search *s, int heir, int b)
{
	return s->blocks[b].heir == heir + 1;
}

/* May b, dying, lie at `at` while its heir lies at `heir_at`? */
static bool may_share(const struct offsets_block *b, uint32_t at,
		      uint32_t heir_at)
{
	return at >= heir_at && at - heir_at >= b->lead &&
	       (at - heir_at) % b->step == 0;
}

/* The lowest place from `at` on for b, over its heir or behind it. */
static uint32_t past_heir(const struct offsets_block *b, uint32_t at,
			  uint32_t heir_at, uint32_t heir_bytes)
{
	uint32_t apart = heir_at + heir_bytes, distance;

	if (at >= apart)
		return at;
	distance = at > heir_at ? at - heir_at : 0;
	if (distance < b->lead)
		distance = b->lead;
	distance = (distance + b->step - 1) / b->step * b->step;
	return distance < heir_bytes ? heir_at + distance : apart;
}

/* Bytes that a block and its heir may share, at the block's last time. */
static uint32_t shared_bytes(const struct search *s, int b)
{
	const struct offsets_block *block = &s->blocks[b];
	uint32_t heir;

	if (!block->heir)
		return 0;
	heir = s->blocks[block->heir - 1].bytes;
	if (block->lead >= heir)
		return 0;
	return heir - block->lead < block->bytes ? heir - block->lead
						 : block->bytes;
}

/* What a block adds to the bytes alive at a time of its life. */
static uint32_t weight_at(const struct search *s, int b, int time)
{
	const struct offsets_block *block = &s->blocks[b];

	return block->bytes - (time == block->last ? shared_bytes(s, b) : 0);
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

/* The lowest place from `at` on where b does not meet what is laid as i. */
static uint32_t past(const struct search *s, int i, int b, uint32_t at)
{
	const struct offsets_block *other = &s->blocks[i];
	const struct offsets_block *block = &s->blocks[b];
	uint32_t end = s->offsets[i] + other->bytes;

	if (!conflict(other, block) || s->offsets[i] >= at + block->bytes ||
	    at >= end)
		return at;
	if (is_heir(s, i, b))
		return past_heir(block, at, s->offsets[i], other->bytes);
	if (is_heir(s, b, i) && may_share(other, s->offsets[i], at))
		return at;
	return end;
}

static uint32_t first_fit(const struct search *s, int b)
{
	uint32_t at = 0;
	bool moved = true;

	while (moved) {
		moved = false;
		for (int i = 0; i < s->n; i++) {
			uint32_t next;

			if (!s->is_laid[i])
				continue;
			next = past(s, i, b, at);
			moved = moved || next != at;
			at = next;
		}
	}
	return at;
}

static uint32_t lay_in_order(struct search *s)
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
	return total;
}

/* How early a block is laid by each rule; greater is earlier. */
static uint64_t weight(const struct offsets_block *b, int rule)
{
	uint64_t life = (uint64_t)(b->last - b->first + 1);

	switch (rule) {
	case 0: return b->bytes;
	case 1: return b->bytes * life;
	case 2: return life;
	case 3: return UINT32_MAX - (uint32_t)b->first;
	default: return (uint64_t)b->first + 1;	/* heirs before */
	}
}

enum { RULES = 5, FEW_BLOCKS = 64 };

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

/* Take one block out of the order and put it in elsewhere. */
static void move(int *order, uint32_t from, uint32_t to)
{
	int b = order[from];

	for (; from < to; from++)
		order[from] = order[from + 1];
	for (; from > to; from--)
		order[from] = order[from - 1];
	order[to] = b;
}

/* Random moves, kept when they make nothing worse.  A try takes time in
 * proportion to n squared: many blocks get fewer. */
static void improve(struct search *s)
{
	uint32_t current = lay_in_order(s), n = (uint32_t)s->n;
	long tries = s->steps / s->n;
	struct rng rng;

	if (s->n > FEW_BLOCKS)
		tries = tries / s->n * FEW_BLOCKS;
	rng_init(&rng, 1, 0);
	for (; tries > 0 && s->best > s->bound; tries--) {
		uint32_t from = rng_below(&rng, n), to = rng_below(&rng, n);
		uint32_t total;

		move(s->order, from, to);
		total = lay_in_order(s);
		if (total <= current)
			current = total;
		else
			move(s->order, to, from);
	}
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
		if (at + block->bytes > s->top[t])
			s->top[t] = at + block->bytes;
		s->rest[t] -= weight_at(s, b, t);
	}
}

static void lift(struct search *s, int b, const uint32_t *saved)
{
	const struct offsets_block *block = &s->blocks[b];

	s->is_laid[b] = false;
	for (int t = block->first; t <= block->last; t++) {
		s->top[t] = saved[t];
		s->rest[t] += weight_at(s, b, t);
	}
}

/* Where b rests: on the highest end of what is laid at its times, but for its
 * heir. */
static uint32_t resting_place(const struct search *s, int b)
{
	const struct offsets_block *block = &s->blocks[b];
	int heir = block->heir - 1;
	uint32_t at;

	if (heir < 0 || !s->is_laid[heir])
		return highest(s->top, block->first, block->last);
	at = block->first < block->last ?
		highest(s->top, block->first, block->last - 1) : 0;
	for (int i = 0; i < s->n; i++)
		if (s->is_laid[i] && i != heir &&
		    s->blocks[i].first <= block->last &&
		    s->blocks[i].last >= block->last &&
		    s->offsets[i] + s->blocks[i].bytes > at)
			at = s->offsets[i] + s->blocks[i].bytes;
	return past_heir(block, at, s->offsets[heir], s->blocks[heir].bytes);
}

/*
 * Lay block number `laid` of an order, not below offset low; among equal
 * offsets the numbers rise.  saved: times entries per level.  The blocks are
 * sorted by size, so that great ones are tried first.  A block may lie exactly
 * where its heir lies, and is then laid after it whatever its number.
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
		at = resting_place(s, b);
		if (at < low || (at == low && b < last && !s->blocks[b].heir))
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
			s->rest[t] += weight_at(s, i, t);
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

static void find_peak(const struct search *s, struct offsets_result *result)
{
	for (int t = s->times - 1; t >= 0; t--)
		if (s->rest[t] == s->bound) {
			result->peak = t;
			result->peak_count++;
		}
}

static void solve(struct search *s, uint32_t *saved,
		  struct offsets_result *result)
{
	start(s);
	find_peak(s, result);
	for (int rule = 0; rule < RULES && s->best > s->bound; rule++)
		greedy(s, rule);
	if (s->best > s->bound)
		improve(s);
	if (s->best > s->bound)
		branch(s, 0, 0, -1, saved);
	result->total = s->best;
	result->bound = s->bound;
	result->is_optimal = s->best == s->bound ||
			     (s->steps > 0 && !s->has_steps);
}

/* Heirs are named by the caller's numbers; make them those of the sorted
 * blocks. */
static void find_heirs(struct search *s)
{
	for (int b = 0; b < s->n; b++) {
		int number = s->blocks[b].heir - 1;

		if (number < 0)
			continue;
		s->has_steps = s->has_steps || s->blocks[b].step > 1;
		for (int i = 0; i < s->n; i++)
			if (s->blocks[i].offset == (uint32_t)number)
				s->blocks[b].heir = i + 1;
	}
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
	find_heirs(&s);
	if (n)
		solve(&s, saved, result);
	for (int i = 0; i < n; i++)
		blocks[s.blocks[i].offset].offset = s.best_offsets[i];
	arena_release(&memory);
	return 0;
}
