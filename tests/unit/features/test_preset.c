#include <criterion/criterion.h>
#include <string.h>

#include "features/features.h"
#include "features/preset.h"

static struct project_features named(const char *preset, const char *block)
{
	return (struct project_features){
		.preset = preset, .block = block, .length_ms = 1000,
		.low_hz = -1, .preemphasis = -1, .top_db = -1,
		.normalise = -1, .scale = 1,
	};
}

Test(preset, gaps_are_filled_and_the_rest_stays)
{
	struct project_features f = named("mlperf-kws", "auto"), whole;
	enum features_block block;

	f.coefficients = 13;
	f.low_hz = 0;
	cr_assert_eq(features_preset(&f, &whole, &block, NULL), 0);
	cr_assert_eq(block, FEATURES_KWS);
	cr_assert_eq(whole.window_ms, 30);
	cr_assert_eq(whole.mel_bands, 40);
	cr_assert_eq(whole.coefficients, 13);
	cr_assert_eq(whole.low_hz, 0);
	cr_assert_eq(whole.high_hz, 4000);
}

Test(preset, unknown_names_are_refused_with_what_there_is)
{
	struct project_features f = named("nonsense", NULL), whole;
	enum features_block block;
	struct err err = { 0 };

	cr_assert_eq(features_preset(&f, &whole, &block, &err),
		     ERR_UNSUPPORTED);
	cr_assert_str_eq(err.text, "no feature preset 'nonsense'");
	cr_assert(strstr(err.hint, "mlperf-kws: mfcc"), "%s", err.hint);
	err = (struct err){ 0 };
	f = named("mlperf-kws", "flatten");
	cr_assert_eq(features_preset(&f, &whole, &block, &err),
		     ERR_UNSUPPORTED);
	cr_assert(strstr(err.text, "has no block 'flatten'"), "%s", err.text);
}
