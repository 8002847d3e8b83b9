#include <criterion/criterion.h>
#include <stdbool.h>

#include "base/rng.h"

/* xoshiro256** from the state 1, 2, 3, 4: the first outputs that its authors'
 * definition gives, worked out by hand for the first two. */
Test(rng, follows_the_published_definition)
{
	struct rng rng = { { 1, 2, 3, 4 } };

	/* rotl(2 * 5, 7) * 9, then s = 7, 0, 262146, 6 << 45 */
	cr_assert_eq(rng_u64(&rng), 11520);
	cr_assert_eq(rng.s[0], 7);
	cr_assert_eq(rng.s[1], 0);
	cr_assert_eq(rng.s[2], 262146);
	cr_assert_eq(rng.s[3], (uint64_t)6 << 45);
	cr_assert_eq(rng_u64(&rng), 0);
}

/* Everything that is shuffled or drawn rests on these. */
Test(rng, first_numbers_are_pinned)
{
	struct rng rng;

	rng_init(&rng, 1, 0);
	cr_assert_eq(rng_u64(&rng), 0xef75d62a19ba94edu);
	rng_init(&rng, 1, 7);
	cr_assert_eq(rng_u64(&rng), 0x9c5c7575cd2893f7u);
	rng_init(&rng, 42, 0);
	cr_assert_eq(rng_below(&rng, 1000), 207);
}

Test(rng, equal_seeds_agree_and_streams_differ)
{
	struct rng a, b, c, d;

	rng_init(&a, 5, 9);
	rng_init(&b, 5, 9);
	rng_init(&c, 5, 10);
	rng_init(&d, 6, 9);
	for (int i = 0; i < 100; i++) {
		uint64_t x = rng_u64(&a);

		cr_assert_eq(x, rng_u64(&b));
		cr_assert_neq(x, rng_u64(&c));
		cr_assert_neq(x, rng_u64(&d));
	}
}

Test(rng, below_is_even)
{
	int counts[7] = { 0 };
	struct rng rng;

	rng_init(&rng, 3, 0);
	for (int i = 0; i < 70000; i++)
		counts[rng_below(&rng, 7)]++;
	for (int i = 0; i < 7; i++)
		cr_assert(counts[i] > 9600 && counts[i] < 10400, "%d: %d", i,
			  counts[i]);
	for (int i = 0; i < 100; i++)
		cr_assert_eq(rng_below(&rng, 1), 0);
	for (int i = 0; i < 100; i++)
		cr_assert(rng_below(&rng, UINT32_MAX) < UINT32_MAX);
}

Test(rng, unit_is_a_multiple_of_2_to_minus_24_below_1)
{
	struct rng rng;
	double sum = 0;

	rng_init(&rng, 8, 0);
	for (int i = 0; i < 100000; i++) {
		float u = rng_unit(&rng), scaled = u * 0x1p24f;

		cr_assert(u >= 0 && u < 1);
		cr_assert_eq(scaled, (float)(uint32_t)scaled);
		sum += (double)u;
	}
	cr_assert_float_eq(sum / 100000, 0.5, 0.005);
}

Test(rng, shuffle_keeps_every_item)
{
	uint32_t items[1000];
	bool seen[1000] = { false };
	int moved = 0;
	struct rng rng;

	for (uint32_t i = 0; i < 1000; i++)
		items[i] = i;
	rng_init(&rng, 1, 1);
	rng_shuffle(&rng, items, 1000);
	for (uint32_t i = 0; i < 1000; i++) {
		cr_assert_not(seen[items[i]]);
		seen[items[i]] = true;
		moved += items[i] != i;
	}
	cr_assert(moved > 980);
	rng_shuffle(&rng, items, 1);
	rng_shuffle(&rng, NULL, 0);
}

/* All 6 orders of 3 items come equally often. */
Test(rng, shuffle_is_even)
{
	int counts[27] = { 0 };
	struct rng rng;

	rng_init(&rng, 2, 0);
	for (int i = 0; i < 60000; i++) {
		uint32_t p[3] = { 0, 1, 2 };

		rng_shuffle(&rng, p, 3);
		counts[p[0] * 9 + p[1] * 3 + p[2]]++;
	}
	for (int i = 0; i < 27; i++)
		cr_assert(!counts[i] || (counts[i] > 9600 &&
					 counts[i] < 10400), "%d", counts[i]);
}
