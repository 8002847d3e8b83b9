#include "dataset/resample.h"

#include <samplerate.h>
#include <stdlib.h>

int resample(const struct resample_sound *in, struct resample_sound *out,
	     struct err *err)
{
	double ratio = (double)out->rate_hz / in->rate_hz;
	size_t room = (size_t)((double)in->frames * ratio) + 2;
	SRC_DATA data = { .data_in = in->samples,
			  .input_frames = (long)in->frames,
			  .output_frames = (long)room, .src_ratio = ratio };
	int code;

	out->samples = NULL;
	if (!src_is_valid_ratio(ratio))
		return err_set(err, ERR_RANGE, "cannot resample from %u Hz to "
			       "%u Hz", (unsigned)in->rate_hz,
			       (unsigned)out->rate_hz);
	data.data_out = calloc(room * in->channels, sizeof(float));
	if (!data.data_out)
		return err_nomem(err);
	code = src_simple(&data, SRC_SINC_MEDIUM_QUALITY, (int)in->channels);
	if (code) {
		free(data.data_out);
		return err_set(err, ERR_MEM, "cannot resample: %s",
			       src_strerror(code));
	}
	out->samples = data.data_out;
	out->frames = (size_t)data.output_frames_gen;
	out->channels = in->channels;
	return 0;
}
