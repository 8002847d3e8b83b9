#include <criterion/criterion.h>
#include <string.h>

#include "base/rng.h"
#include "features/features.h"
#include "rt/quantiser.h"

Test(quantiser, equals_the_host_for_many_scales)
{
	struct rng rng;

	rng_init(&rng, 5, 0);
	for (int i = 0; i < 200000; i++) {
		uint32_t exponent = 127 - 39 + rng_below(&rng, 54);
		uint32_t bits = exponent << 23 | rng_below(&rng, 1u << 23);
		int32_t ours, theirs;
		int our_shift, their_shift;
		float scale;

		if (i % 100 == 0)
			bits &= 0xff800000;	/* powers of two */
		memcpy(&scale, &bits, sizeof(scale));
		cr_assert_eq(features_quantiser(scale, &theirs, &their_shift,
						NULL), 0);
		cr_assert_eq(quantiser_from_scale(bits, &ours, &our_shift), 0);
		cr_assert_eq(ours, theirs, "scale %a", scale);
		cr_assert_eq(our_shift, their_shift, "scale %a", scale);
	}
}

Test(quantiser, scales_out_of_range_are_refused)
{
	static const uint32_t bad[] = { 0, 0x7f800000, 0x7fc00000, 0xbf800000,
					0x00000001, 0x01000000 };
	int32_t multiplier;
	int shift;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert_eq(quantiser_from_scale(bad[i], &multiplier, &shift),
			     ERR_RANGE);
}
