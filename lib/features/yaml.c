#include "features/features.h"

int features_yaml(const void *blob, size_t n, struct buf *out,
		  struct err *err)
{
	struct dsp_recipe r;
	int ret = features_open(blob, n, &r, err);

	if (ret)
		return ret;
	buf_addf(out, "# What features.bin does, for people; the numbers that "
		 "count are there.\n");
	buf_addf(out, "kind: mfcc\nversion: %d\nrate_hz: %u\n", DSP_VERSION,
		 r.rate_hz);
	buf_addf(out, "length_samples: %u\nwindow_samples: %u\n"
		 "stride_samples: %u\n", r.length_samples, r.window_samples,
		 r.stride_samples);
	buf_addf(out, "window: hann\nfft: %u\nspectrum: magnitude\n",
		 1u << r.fft_log2);
	buf_addf(out, "mel_scale: htk\nmel_bands: %u\nlow_hz: %u\n"
		 "high_hz: %u\n", r.mel_bands, r.low_hz, r.high_hz);
	buf_addf(out, "first_bin: %u\nbins: %u\n", r.bin_first, r.bin_count);
	buf_addf(out, "log_floor: %.6g\n", (double)r.log_floor * 0x1p-70);
	buf_addf(out, "dct: ii, sqrt(2 / mel_bands)\ncoefficients: %u\n",
		 r.coefficients);
	buf_addf(out, "frames: %u\noutput: int32, units of 2^-%d\n", r.frames,
		 DSP_FEATURE_Q);
	buf_addf(out, "block_bytes: %zu\nscratch_bytes: %zu\n", n,
		 dsp_scratch_bytes(&r));
	return out->failed ? err_nomem(err) : 0;
}
