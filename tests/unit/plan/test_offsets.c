#include <criterion/criterion.h>

#include "base/rng.h"
#include "plan/offsets.h"

static bool meet(const struct offsets_block *a, const struct offsets_block *b)
{
	return a->first <= b->last && b->first <= a->last;
}

/* May d, dying, lie at d_at when its heir h lies at h_at? */
static bool shares(const struct offsets_block *d, uint32_t d_at,
		   uint32_t h_at)
{
	return d_at >= h_at && d_at - h_at >= d->lead &&
	       (d_at - h_at) % d->step == 0;
}

static bool collide(const struct offsets_block *b, int i, uint32_t i_at,
		    int k, uint32_t k_at)
{
	if (!meet(&b[i], &b[k]) || i_at >= k_at + b[k].bytes ||
	    k_at >= i_at + b[i].bytes)
		return false;
	if (b[i].heir == k + 1 && shares(&b[i], i_at, k_at))
		return false;
	return b[k].heir != i + 1 || !shares(&b[k], k_at, i_at);
}

static bool is_valid(const struct offsets_block *b, int n, uint32_t total)
{
	for (int i = 0; i < n; i++) {
		if (b[i].offset + b[i].bytes > total)
			return false;
		for (int k = 0; k < i; k++)
			if (collide(b, i, b[i].offset, k, b[k].offset))
				return false;
	}
	return true;
}

/* What a block and its heir need together is the longer of heir, and lead and
 * block; shared is what that saves. */
static uint32_t shared(const struct offsets_block *b, int i)
{
	uint32_t heir, both;

	if (!b[i].heir)
		return 0;
	heir = b[b[i].heir - 1].bytes;
	both = b[i].lead + b[i].bytes > heir ? b[i].lead + b[i].bytes : heir;
	return both < heir + b[i].bytes ? heir + b[i].bytes - both : 0;
}

/* The most bytes alive at one time. */
static uint32_t alive(const struct offsets_block *b, int n, int times)
{
	uint32_t most = 0;

	for (int t = 0; t < times; t++) {
		uint32_t sum = 0;

		for (int i = 0; i < n; i++)
			if (b[i].first <= t && t <= b[i].last)
				sum += b[i].bytes - (t == b[i].last ?
						     shared(b, i) : 0);
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

	for (int c = -1; c <= n; c++) {
		int heir = b[i].heir - 1;
		int on = c == n ? heir : c;
		uint32_t try = on < 0 ? 0 : at[on] + (c == n ? b[i].lead
							      : b[on].bytes);
		bool is_free = on < 0 || laid & 1u << on;

		for (int k = 0; k < n && is_free; k++)
			if (laid & 1u << k && collide(b, i, try, k, at[k]))
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

	memset(b, 0, (size_t)n * sizeof(*b));
	for (int i = 0; i < n; i++) {
		b[i].first = (int)rng_below(rng, (uint32_t)times);
		b[i].last = b[i].first +
			(int)rng_below(rng, (uint32_t)(times - b[i].first));
		b[i].bytes = 1 + rng_below(rng, 12);
	}
	return n;
}

/* Make some blocks the heirs of others that end where they begin. */
static int random_heirs(struct rng *rng, struct offsets_block *b, int n)
{
	unsigned taken = 0;
	int heirs = 0;

	for (int i = 0; i < n; i++)
		for (int k = 0; k < n; k++) {
			if (k == i || b[i].heir || taken & 1u << k ||
			    b[k].first != b[i].last || b[k].heir == i + 1 ||
			    !rng_below(rng, 4))
				continue;
			b[i].heir = k + 1;
			b[i].lead = rng_below(rng, 14);
			b[i].step = 1;
			taken |= 1u << k;
			heirs++;
		}
	return heirs;
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

Test(offsets, equal_brute_force_with_blocks_over_their_heirs)
{
	struct rng rng;
	int heirs = 0, saved = 0;

	rng_init(&rng, 45, 0);
	for (int round = 0; round < 1000; round++) {
		struct offsets_block b[10];
		struct offsets_result r;
		int n = random_blocks(&rng, b, 7);
		uint32_t apart = by_brute_force(b, n, 7), best;

		heirs += random_heirs(&rng, b, n);
		best = by_brute_force(b, n, 7);
		cr_assert_eq(offsets_solve(b, n, 7, 2000000, &r, NULL), 0);
		cr_assert(r.is_optimal, "round %d", round);
		cr_assert(is_valid(b, n, r.total), "round %d", round);
		cr_assert_eq(r.total, best, "round %d: %u, not %u", round,
			     r.total, best);
		cr_assert_eq(r.bound, alive(b, n, 7));
		saved += best < apart;
	}
	cr_assert_gt(heirs, 500);
	cr_assert_gt(saved, 100);
}

/* A step keeps a block from the place it would have; the answer stays valid,
 * and is proven only where it reaches the bound. */
Test(offsets, steps_are_kept)
{
	struct rng rng;

	rng_init(&rng, 46, 0);
	for (int round = 0; round < 300; round++) {
		struct offsets_block b[10];
		struct offsets_result r;
		int n = random_blocks(&rng, b, 7);

		random_heirs(&rng, b, n);
		for (int i = 0; i < n; i++)
			b[i].step = 1 + rng_below(&rng, 4);
		cr_assert_eq(offsets_solve(b, n, 7, 20000, &r, NULL), 0);
		cr_assert(is_valid(b, n, r.total), "round %d", round);
		cr_assert_geq(r.total, r.bound);
		cr_assert(!r.is_optimal || r.total <=
			  by_brute_force(b, n, 7), "round %d", round);
	}
}

/* Here holes are unavoidable: 9 bytes are alive at most, 10 are needed. */
Test(offsets, an_optimum_above_the_bound_is_proven)
{
	struct offsets_block b[] = {
		{ .first = 2, .last = 3, .bytes = 4 },
		{ .first = 0, .last = 0, .bytes = 4 },
		{ .first = 1, .last = 2, .bytes = 1 },
		{ .first = 4, .last = 4, .bytes = 5 },
		{ .first = 0, .last = 1, .bytes = 5 },
		{ .first = 1, .last = 3, .bytes = 2 },
		{ .first = 3, .last = 5, .bytes = 3 },
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
	struct offsets_block b[200] = { 0 };
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
