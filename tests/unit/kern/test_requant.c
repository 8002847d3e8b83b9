#include "cases.h"
#include "kern/requant.h"

static const int32_t edges[] = {
	INT32_MIN, INT32_MIN + 1, -(1 << 30) - 1, -(1 << 30), -(1 << 30) + 1,
	-3, -2, -1, 0, 1, 2, 3, (1 << 30) - 1, 1 << 30, (1 << 30) + 1,
	INT32_MAX - 1, INT32_MAX,
};

enum { EDGES = sizeof(edges) / sizeof(edges[0]) };

Test(requant, products_round_as_gemmlowp_says_at_every_edge)
{
	for (int i = 0; i < EDGES; i++)
		for (int j = 0; j < EDGES; j++)
			cr_assert_eq(requant_high_mul(edges[i], edges[j]),
				     oracle_high_mul(edges[i], edges[j]),
				     "%d * %d", edges[i], edges[j]);
}

Test(requant, shifts_round_halves_away_from_zero_at_every_edge)
{
	for (int i = 0; i < EDGES; i++)
		for (int n = 0; n <= 31; n++)
			cr_assert_eq(requant_round_shift(edges[i], n),
				     oracle_round_shift(edges[i], n),
				     "%d >> %d", edges[i], n);
}

Test(requant, random_factors_equal_the_definition)
{
	struct cases cases = cases_init(0);

	for (; cases.number < 200000; cases.number++) {
		int32_t x = (int32_t)rng_u64(&cases.rng) >>
			    pick(&cases, 0, 31);
		int32_t multiplier = (int32_t)rng_u64(&cases.rng);
		int shift = pick(&cases, -31, 30);

		case_assert(&cases, requant_mul(x, multiplier, shift) ==
				    oracle_mul(x, multiplier, shift));
	}
}

Test(requant, known_values)
{
	/* one half of 3 and -3; double rounding: 5/16 in two steps */
	cr_assert_eq(requant_mul(3, 1 << 30, 0), 2);
	cr_assert_eq(requant_mul(-3, 1 << 30, 0), -1);
	cr_assert_eq(requant_mul(100, 1 << 30, 1), 100);
	cr_assert_eq(requant_round_shift(-3, 1), -2);
	cr_assert_eq(requant_half_sum(1, 2), 2);
	cr_assert_eq(requant_half_sum(-1, -2), -2);
	cr_assert_eq(requant_shl_sat(1 << 30, 2), INT32_MAX);
	cr_assert_eq(requant_shl_sat(-(1 << 30), 2), INT32_MIN);
}
