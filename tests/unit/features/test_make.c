#include <criterion/criterion.h>
#include <string.h>

#include "bits/crc.h"
#include "features/features.h"

static struct project_features kws(void)
{
	return (struct project_features){
		.preset = "mlperf-kws", .window_ms = 30, .stride_ms = 20,
		.length_ms = 1000, .mel_bands = 40, .coefficients = 10,
		.low_hz = 20, .high_hz = 4000,
	};
}

static void check_refused(const struct project_features *f, long rate_hz,
			  int kind, const char *sentence)
{
	struct buf blob = BUF_INIT;
	struct err err = { 0 };

	cr_assert_eq(features_make(f, rate_hz, &blob, &err), kind);
	cr_assert(strstr(err.text, sentence), "%s", err.text);
	cr_assert_eq(blob.len, 0);
	buf_release(&blob);
}

static uint32_t crc_of(const struct project_features *f, long rate_hz)
{
	struct buf blob = BUF_INIT;
	struct err err = { 0 };
	uint32_t crc;

	cr_assert_eq(features_make(f, rate_hz, &blob, &err), 0, "%s", err.text);
	crc = crc32(0, blob.data, blob.len);
	buf_release(&blob);
	return crc;
}

/* Every model ever made carries these bytes. */
Test(make, bytes_are_pinned)
{
	struct project_features f = kws();

	cr_assert_eq(crc_of(&f, 16000), 0x64e39b7eu, "%08x", crc_of(&f, 16000));
	cr_assert_eq(crc_of(&f, 8000), 0x66df8d67u, "%08x", crc_of(&f, 8000));
}

Test(make, kws_is_49_by_10_at_16_and_at_8_kilohertz)
{
	struct project_features f = kws();

	for (long rate = 8000; rate <= 16000; rate *= 2) {
		struct features_shape shape;
		struct buf blob = BUF_INIT;

		cr_assert_eq(features_make(&f, rate, &blob, NULL), 0);
		cr_assert_eq(features_shape(blob.data, blob.len, &shape, NULL),
			     0);
		cr_assert_eq(shape.frames, 49);
		cr_assert_eq(shape.coefficients, 10);
		cr_assert_eq(shape.length_samples, (size_t)rate);
		cr_assert_eq(shape.rate_hz, rate);
		buf_release(&blob);
	}
}

Test(make, unknown_presets_are_refused)
{
	struct project_features f = kws();

	f.preset = "nonsense";
	check_refused(&f, 16000, ERR_UNSUPPORTED, "'nonsense'");
}

Test(make, a_band_above_half_the_rate_is_never_lowered_silently)
{
	struct project_features f = kws();
	struct err err = { 0 };
	struct buf blob = BUF_INIT;

	check_refused(&f, 7999, ERR_RANGE, "nothing above 3999 Hz");
	f.high_hz = 4001;
	cr_assert_eq(features_make(&f, 8000, &blob, &err), ERR_RANGE);
	cr_assert_str_eq(err.text, "features.high_hz is 4001, but audio at "
			 "8000 Hz holds nothing above 4000 Hz");
	cr_assert_str_eq(err.hint, "set features.high_hz to 4000 or record at "
			 "8002 Hz");
	f.low_hz = 4000;
	f.high_hz = 4000;
	check_refused(&f, 16000, ERR_RANGE, "low_hz");
	f.low_hz = -2;
	check_refused(&f, 16000, ERR_RANGE, "low_hz");
}

Test(make, windows_that_do_not_fit_are_refused)
{
	struct project_features f = kws();

	f.window_ms = -1;
	check_refused(&f, 16000, ERR_RANGE, "window_ms is -1, not 1 to");
	f.window_ms = 1001;
	f.length_ms = 4000;
	check_refused(&f, 16000, ERR_RANGE, "is 16016 samples, not 16 to 4096");
	f = kws();
	f.length_ms = 29;
	check_refused(&f, 16000, ERR_RANGE, "shorter than one window");
	f = kws();
	f.stride_ms = 1;
	f.length_ms = 20000;
	check_refused(&f, 16000, ERR_RANGE, "more than 4096");
	f.stride_ms = -3;
	check_refused(&f, 16000, ERR_RANGE, "stride_ms is -3");
}

Test(make, counts_and_rates_have_limits)
{
	struct project_features f = kws();

	check_refused(&f, 0, ERR_RANGE, "0 Hz");
	check_refused(&f, 2000000000, ERR_RANGE, "from 1000 to 96000 Hz");
	f.mel_bands = 129;
	check_refused(&f, 16000, ERR_RANGE, "mel_bands is 129, not 1 to 128");
	f.mel_bands = 8;
	check_refused(&f, 16000, ERR_RANGE, "coefficients is 10, not 1 to 8");
}

Test(make, a_band_between_two_bins_is_refused)
{
	struct project_features f = kws();

	f.mel_bands = 128;
	check_refused(&f, 16000, ERR_RANGE, "would always be silent");
}

Test(make, every_rate_with_its_largest_parameters_opens)
{
	static const long rates[] = { 1000, 4000, 11025, 22050, 44100, 48000,
				      96000 };

	for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
		struct project_features f = kws();
		struct buf blob = BUF_INIT;
		struct err err = { 0 };

		f.high_hz = rates[i] / 2;
		f.low_hz = 0;
		f.mel_bands = 9;
		f.coefficients = 9;
		cr_assert_eq(features_make(&f, rates[i], &blob, &err), 0, "%s",
			     err.text);
		buf_release(&blob);
	}
}
