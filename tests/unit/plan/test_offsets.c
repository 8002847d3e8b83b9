#include <criterion/criterion.h>

#include "base/rng.h"
#include "plan/offsets.h"

static bool meet(const struct offsets_block *a, const struct offsets_block *b)
{
	return a->first <= b->last && b->first <= a->last;
}

static bool is_valid(const struct offsets_block *b, int n, uint32_t total)
{
	for (int i = 0; i < n; i++) {
		if (b[i].offset + b[i].bytes > total)
			return false;
		for (int k = 0; k < i; k++)
			if (meet(&b[i], &b[k]) &&
			    b[i].offset < b[k].offset + b[k].bytes &&
			    b[k].offset < b[i].offset + b[i].bytes)
				return false;
	}
	return true;
}

/* The most bytes alive at one time. */
static uint32_t alive(const struct offsets_block *b, int n, int times)
{
	uint32_t most = 0;

	for (int t = 0; t < times; t++) {
		uint32_t sum = 0;

		for (int i = 0; i < n; i++)
			if (b[i].first <= t && t <= b[i].last)
				sum += b[i].bytes;
		most = sum > most ? sum : most;
	}
	return most;
}

/*
 * The optimum by another way: every order of the blocks, each laid at the
 * lowest free place, holes included; done when nothing can be better (enough).
 */
static uint32_t lowest(const struct offsets_block *b, int i,
		       const uint32_t *at, unsigned laid, int n)
{
	uint32_t best = UINT32_MAX;

	for (int c = -1; c < n; c++) {
		uint32_t try = c < 0 ? 0 : at[c] + b[c].bytes;
		bool is_free = c < 0 || laid & 1u << c;

		for (int k = 0; k < n && is_free; k++)
			if (laid & 1u << k && meet(&b[i], &b[k]) &&
			    try < at[k] + b[k].bytes &&
			    at[k] < try + b[i].bytes)
				is_free = false;
		if (is_free && try < best)
			best = try;
	}
	return best;
}

struct brute {
	const struct offsets_block *b;
	int n;
	uint32_t enough, best, at[10];
};

static void all_orders(struct brute *s, unsigned laid, uint32_t total)
{
	if (total >= s->best)
		return;
	if (laid == (1u << s->n) - 1) {
		s->best = total;
		return;
	}
	for (int i = 0; i < s->n && s->best > s->enough; i++) {
		uint32_t end;

		if (laid & 1u << i)
			continue;
		s->at[i] = lowest(s->b, i, s->at, laid, s->n);
		end = s->at[i] + s->b[i].bytes;
		all_orders(s, laid | 1u << i, end > total ? end : total);
	}
}

static int random_blocks(struct rng *rng, struct offsets_block *b, int times)
{
	int n = 1 + (int)rng_below(rng, 10);

	for (int i = 0; i < n; i++) {
		b[i].first = (int)rng_below(rng, (uint32_t)times);
		b[i].last = b[i].first +
			(int)rng_below(rng, (uint32_t)(times - b[i].first));
		b[i].bytes = 1 + rng_below(rng, 12);
	}
	return n;
}

static uint32_t by_brute_force(const struct offsets_block *b, int n, int times)
{
	struct brute s = { .b = b, .n = n, .enough = alive(b, n, times),
			   .best = UINT32_MAX };

	all_orders(&s, 0, 0);
	return s.best;
}

Test(offsets, equal_brute_force_on_random_graphs_of_up_to_10_tensors)
{
	struct rng rng;

	rng_init(&rng, 41, 0);
	for (int round = 0; round < 1000; round++) {
		struct offsets_block b[10];
		struct offsets_result r;
		int n = random_blocks(&rng, b, 7);
		uint32_t best = by_brute_force(b, n, 7);

		cr_assert_eq(offsets_solve(b, n, 7, 200000, &r, NULL), 0);
		cr_assert(r.is_optimal, "round %d", round);
		cr_assert(is_valid(b, n, r.total), "round %d", round);
		cr_assert_eq(r.total, best, "round %d: %u, not %u", round,
			     r.total, best);
		cr_assert_eq(r.bound, alive(b, n, 7));
	}
}

/* Here holes are unavoidable: 9 bytes are alive at most, 10 are needed. */
Test(offsets, an_optimum_above_the_bound_is_proven)
{
	struct offsets_block b[] = {
		{ 2, 3, 4, 0 }, { 0, 0, 4, 0 }, { 1, 2, 1, 0 }, { 4, 4, 5, 0 },
		{ 0, 1, 5, 0 }, { 1, 3, 2, 0 }, { 3, 5, 3, 0 },
	};
	struct offsets_result r;

	cr_assert_eq(by_brute_force(b, 7, 6), 10);
	cr_assert_eq(offsets_solve(b, 7, 6, 200000, &r, NULL), 0);
	cr_assert_eq(r.bound, 9);
	cr_assert_eq(r.total, 10);
	cr_assert(r.is_optimal);
	cr_assert(is_valid(b, 7, 10));
}

Test(offsets, many_blocks_stay_valid_when_the_steps_run_out)
{
	struct offsets_block b[200];
	struct offsets_result r;
	struct rng rng;

	rng_init(&rng, 43, 0);
	for (int i = 0; i < 200; i++) {
		b[i].first = (int)rng_below(&rng, 90);
		b[i].last = b[i].first + (int)rng_below(&rng, 10);
		b[i].bytes = 16 * (1 + rng_below(&rng, 4000));
	}
	cr_assert_eq(offsets_solve(b, 200, 100, 1000, &r, NULL), 0);
	cr_assert(is_valid(b, 200, r.total));
	cr_assert_geq(r.total, r.bound);
}

Test(offsets, no_blocks_need_no_memory)
{
	struct offsets_result r;

	cr_assert_eq(offsets_solve(NULL, 0, 1, 10, &r, NULL), 0);
	cr_assert_eq(r.total, 0);
	cr_assert(r.is_optimal);
}
