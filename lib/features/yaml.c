#include <string.h>

#include "features/features.h"

static void add_kws(const struct dsp_recipe *r, struct buf *out)
{
	const struct dsp_mfcc *m = &r->mfcc;

	buf_addf(out, "length_samples: %u\nwindow_samples: %u\n"
		 "stride_samples: %u\n", r->length_samples,
		 m->window_samples, m->stride_samples);
	buf_addf(out, "window: hann\nfft: %u\nspectrum: magnitude\n",
		 1u << m->fft_log2);
	buf_addf(out, "mel_scale: htk\nmel_bands: %u\nlow_hz: %u\n"
		 "high_hz: %u\n", m->mel_bands, m->low_hz, m->high_hz);
	buf_addf(out, "first_bin: %u\nbins: %u\n", m->bin_first, m->bin_count);
	buf_addf(out, "log_floor: %.6g\n", (double)m->log_floor * 0x1p-70);
	buf_addf(out, "dct: ii, sqrt(2 / mel_bands)\ncoefficients: %u\n",
		 r->coefficients);
}

static void add_others(const struct dsp_recipe *r, struct buf *out)
{
	double unit;

	memcpy(&unit, &r->unit_bits, sizeof(unit));
	buf_addf(out, "length_samples: %u\naxes: %u\n", r->length_samples,
		 r->axes);
	buf_addf(out, "unit: %.17g\n", unit);
	buf_addf(out, "coefficients: %u\nchannels: %u\n", r->coefficients,
		 r->channels);
}

int features_yaml(const void *blob, size_t n, struct buf *out,
		  struct err *err)
{
	struct dsp_recipe r;
	int ret = features_open(blob, n, &r, err);

	if (ret)
		return ret;
	buf_addf(out, "# What features.bin does, for people; the numbers that "
		 "count are there.\n");
	buf_addf(out, "kind: %s\nversion: %d\nrate_hz: %u\n", r.kind->name,
		 DSP_VERSION, r.rate_hz);
	if (r.kind->id == DSP_KIND_MFCC)
		add_kws(&r, out);
	else
		add_others(&r, out);
	buf_addf(out, "frames: %u\noutput: int32, units of 2^-%d\n", r.frames,
		 DSP_FEATURE_Q);
	buf_addf(out, "block_bytes: %zu\nscratch_bytes: %zu\n", n,
		 dsp_scratch_bytes(&r));
	return out->failed ? err_nomem(err) : 0;
}
