#include "features/make_priv.h"

int make_raw(const struct make *make, struct buf *blob, struct err *err)
{
	long rows = make_rows(make);
	struct dsp_recipe shape = { .channels = 1 };
	int32_t multiplier;
	uint32_t shift;
	int ret = make_check_axes(make, rows, err);

	if (!ret && rows > DSP_FRAMES_MAX)
		ret = err_set(err, ERR_RANGE, "features.length_ms %ld is %ld "
			      "rows, more than %d", make->f.length_ms, rows,
			      DSP_FRAMES_MAX);
	if (!ret)
		ret = make_factor(make_unit(make) * make->f.scale * 65536,
				  &multiplier, &shift, err);
	if (ret)
		return ret;
	shape.rate_hz = (uint32_t)make->from.rate_hz;
	shape.length_samples = (uint32_t)rows;
	shape.axes = (uint16_t)make->from.channels;
	shape.frames = (uint16_t)rows;
	shape.coefficients = shape.axes;
	make_begin(blob, &shape, DSP_KIND_RAW, make_unit(make));
	buf_add32(blob, (uint32_t)multiplier);
	buf_add32(blob, shift);
	return 0;
}
