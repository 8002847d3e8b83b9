#include <string.h>

#include "features/make_priv.h"

static int check_source(const struct features_input *from, struct err *err)
{
	if (from->height < 1 || from->width < 1)
		return err_set(err, ERR_UNSUPPORTED, "preset 'image' takes "
			       "images, and these recordings are not");
	if (from->height > DSP_IMAGE_SIDE_MAX ||
	    from->width > DSP_IMAGE_SIDE_MAX)
		return err_set(err, ERR_RANGE, "images of %ld x %ld pixels "
			       "are larger than %d a side", from->width,
			       from->height, DSP_IMAGE_SIDE_MAX);
	if (from->channels != 1 && from->channels != 3)
		return err_set(err, ERR_UNSUPPORTED, "images of %ld channels "
			       "are neither grey (1) nor RGB (3)",
			       from->channels);
	return 0;
}

static uint16_t channels_of(const struct make *make)
{
	if (strcmp(make->f.colours, "auto") == 0)
		return (uint16_t)make->from.channels;
	return strcmp(make->f.colours, "grey") == 0 ? 1 : 3;
}

int make_image(const struct make *make, struct buf *blob, struct err *err)
{
	const struct features_input *from = &make->from;
	long height = make->f.height ? make->f.height : from->height;
	long width = make->f.width ? make->f.width : from->width;
	struct dsp_recipe shape;
	int ret = check_source(from, err);

	if (!ret)
		ret = make_check_range("height", height, 1,
				       DSP_IMAGE_SIDE_MAX, err);
	if (!ret)
		ret = make_check_range("width", width, 1, DSP_IMAGE_SIDE_MAX,
				       err);
	if (ret)
		return ret;
	shape = (struct dsp_recipe){
		.length_samples = (uint32_t)(from->height * from->width),
		.axes = (uint16_t)from->channels, .frames = (uint16_t)height,
		.coefficients = (uint16_t)width,
		.channels = channels_of(make),
	};
	make_begin(blob, &shape, DSP_KIND_IMAGE, 1.0 / 255);
	buf_add16(blob, (uint16_t)from->height);
	buf_add16(blob, (uint16_t)from->width);
	return 0;
}
