#include "dataset/resample.h"

#include <samplerate.h>
#include <stdlib.h>

int resample(const float *in, size_t frames, uint32_t channels,
	     const uint32_t rates_hz[2], float **out, size_t *out_frames,
	     struct err *err)
{
	double ratio = (double)rates_hz[1] / rates_hz[0];
	size_t room = (size_t)((double)frames * ratio) + 2;
	SRC_DATA data = { .data_in = in, .input_frames = (long)frames,
			  .output_frames = (long)room, .src_ratio = ratio };
	int code;

	*out = NULL;
	if (!src_is_valid_ratio(ratio))
		return err_set(err, ERR_RANGE, "cannot resample from %u Hz to "
			       "%u Hz", (unsigned)rates_hz[0],
			       (unsigned)rates_hz[1]);
	*out = calloc(room * channels, sizeof(**out));
	if (!*out)
		return err_nomem(err);
	data.data_out = *out;
	code = src_simple(&data, SRC_SINC_MEDIUM_QUALITY, (int)channels);
	if (code) {
		free(*out);
		*out = NULL;
		return err_set(err, ERR_MEM, "cannot resample: %s",
			       src_strerror(code));
	}
	*out_frames = (size_t)data.output_frames_gen;
	return 0;
}
