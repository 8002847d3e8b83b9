#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "firmware/firmware.h"
#include "image/model_image.h"

static int need_param(const struct artifact *a, const char *key,
		      const char **value, struct err *err)
{
	*value = artifact_param(a, key);
	return *value ? 0 : err_set(err, ERR_FORMAT, "the artifact has no "
				    "parameter '%s'", key);
}

static int read_params(struct firmware *f, const struct artifact *a,
		       struct err *err)
{
	const char *counter, *key;
	long number;
	int ret = need_param(a, "target", &f->target, err);

	if (!ret)
		ret = need_param(a, "version", &f->version, err);
	if (!ret)
		ret = need_param(a, "counter", &counter, err);
	if (!ret)
		ret = need_param(a, "device_key", &key, err);
	if (ret)
		return ret;
	if (!text_long(counter, 0, INT32_MAX, &number) ||
	    !text_unhex(key, f->key, sizeof(f->key)))
		return err_set(err, ERR_FORMAT, "'counter' or 'device_key' of "
			       "the artifact is malformed");
	f->counter = (uint32_t)number;
	return 0;
}

/* Sizes of one golden record, as the image inside the container says. */
static int read_golden(struct firmware *f, const struct artifact *a,
		       struct err *err)
{
	const struct artifact_member *golden, *pcm;
	struct model_image_vector v = { 0 };
	struct model_image image;
	int ret = artifact_need(a, "golden.bin", &golden, err);

	if (ret)
		return ret;
	if (model_image_open(f->image.payload, f->image.payload_bytes, &image))
		return err_set(err, ERR_FORMAT, "the container holds no model "
			       "image");
	if (model_image_golden(&image, 0, &v) == 0) {
		f->input_bytes = v.input_bytes;
		f->output_bytes = v.output_bytes;
	}
	f->golden = golden->bytes;
	if (golden->n) {
		size_t pair = f->input_bytes + f->output_bytes;

		if (!pair || golden->n % pair)
			return err_set(err, ERR_FORMAT, "'golden.bin' does not "
				       "fit the model image");
		f->golden_count = golden->n / pair;
	}
	pcm = artifact_find(a, "golden.pcm");
	if (!pcm || !f->golden_count)
		return 0;
	if (pcm->n % (f->golden_count * sizeof(int16_t)))
		return err_set(err, ERR_FORMAT, "'golden.pcm' does not fit "
			       "'golden.bin'");
	f->pcm = (const int16_t *)(const void *)pcm->bytes;
	f->pcm_samples = pcm->n / sizeof(int16_t) / f->golden_count;
	return 0;
}

int firmware_read(struct firmware *firmware, const struct artifact *artifact,
		  struct err *err)
{
	const struct artifact_member *model;
	int ret;

	*firmware = (struct firmware){ 0 };
	ret = read_params(firmware, artifact, err);
	if (!ret)
		ret = artifact_need(artifact, "model.bin", &model, err);
	if (!ret)
		ret = firmware_check(model->bytes, model->n, firmware->key,
				     &firmware->image, err);
	if (ret)
		return ret;
	firmware->container = model->bytes;
	firmware->container_bytes = model->n;
	return read_golden(firmware, artifact, err);
}
