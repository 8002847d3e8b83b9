#include <criterion/criterion.h>

#include "features/features.h"

Test(yaml, says_what_the_recipe_does)
{
	struct project_features f = {
		.preset = "mlperf-kws", .window_ms = 30, .stride_ms = 20,
		.length_ms = 1000, .mel_bands = 40, .coefficients = 10,
		.low_hz = 20, .high_hz = 4000,
	};
	struct buf blob = BUF_INIT, text = BUF_INIT;

	cr_assert_eq(features_make(&f, 16000, &blob, NULL), 0);
	cr_assert_eq(features_yaml(blob.data, blob.len, &text, NULL), 0);
	cr_assert_str_eq((const char *)text.data,
		"# What features.bin does, for people; the numbers that count "
		"are there.\n"
		"kind: mfcc\nversion: 1\nrate_hz: 16000\n"
		"length_samples: 16000\nwindow_samples: 480\n"
		"stride_samples: 320\n"
		"window: hann\nfft: 512\nspectrum: magnitude\n"
		"mel_scale: htk\nmel_bands: 40\nlow_hz: 20\nhigh_hz: 4000\n"
		"first_bin: 1\nbins: 127\nlog_floor: 1e-06\n"
		"dct: ii, sqrt(2 / mel_bands)\ncoefficients: 10\n"
		"frames: 49\noutput: int32, units of 2^-16\n"
		"block_bytes: 3492\nscratch_bytes: 2384\n");
	buf_release(&text);
	buf_release(&blob);
}

Test(yaml, refuses_what_is_no_recipe)
{
	struct buf text = BUF_INIT;
	uint32_t block[20] = { 0 };

	cr_assert_eq(features_yaml(block, sizeof(block), &text, NULL),
		     ERR_FORMAT);
	cr_assert_eq(text.len, 0);
}
