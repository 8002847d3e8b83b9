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
	const char *key;
	int ret = need_param(a, "target", &f->target, err);

	if (!ret)
		ret = need_param(a, "device_key", &key, err);
	if (!ret && !text_unhex(key, f->key, sizeof(f->key)))
		ret = err_set(err, ERR_FORMAT, "'device_key' of the artifact "
			      "is malformed");
	return ret;
}

static bool same_version(const char *text, const struct mcuboot_version *v)
{
	char own[FIRMWARE_VERSION_TEXT];

	firmware_version_text(v, own);
	return strcmp(text, own) == 0;
}

/* The artifact and the container inside of it must tell the same story. */
static int compare(const struct firmware *f, const struct artifact *a,
		   struct err *err)
{
	const char *counter, *version;
	long number;
	int ret = need_param(a, "version", &version, err);

	if (!ret)
		ret = need_param(a, "counter", &counter, err);
	if (ret)
		return ret;
	if (!same_version(version, &f->image.version))
		return err_set(err, ERR_FORMAT, "the container is not of the "
			       "artifact's version '%s'", version);
	if (!text_long(counter, 0, UINT32_MAX, &number) ||
	    (uint32_t)number != f->image.counter)
		return err_set(err, ERR_FORMAT, "the container does not have "
			       "the artifact's counter '%s'", counter);
	if (a->input_count != 1 ||
	    memcmp(a->inputs[0].id.bytes, f->image.identity, DIGEST_BYTES))
		return err_set(err, ERR_FORMAT, "the container was not made "
			       "from the artifact's input");
	return 0;
}

/* Its runtime, and sizes of one golden vector; both sizes stay 0 when the
 * image has none. */
static int read_image(struct firmware *f, struct err *err)
{
	struct model_image_header header;
	struct model_image_vector v;
	struct model_image image;

	if (model_image_open(f->image.payload, f->image.payload_bytes, &image))
		return err_set(err, ERR_FORMAT, "the container holds no model "
			       "image");
	model_image_header(&image, &header);
	f->runtime = header.runtime;
	if (model_image_golden(&image, 0, &v) == 0) {
		f->input_bytes = v.input_bytes;
		f->output_bytes = v.output_bytes;
	}
	return 0;
}

static int read_pcm(struct firmware *f, const struct artifact *a,
		    struct err *err)
{
	const struct artifact_member *pcm = artifact_find(a, "golden.pcm");

	if (!pcm || !f->golden_count)
		return 0;
	if (!pcm->n || pcm->n % (f->golden_count * sizeof(*f->pcm)))
		return err_set(err, ERR_FORMAT, "'golden.pcm' does not fit "
			       "'golden.bin'");
	f->pcm = (const int16_t *)(const void *)pcm->bytes;
	f->pcm_samples = pcm->n / sizeof(*f->pcm) / f->golden_count;
	return 0;
}

static int read_golden(struct firmware *f, const struct artifact *a,
		       struct err *err)
{
	const struct artifact_member *golden;
	size_t pair;
	int ret = artifact_need(a, "golden.bin", &golden, err);

	if (!ret)
		ret = read_image(f, err);
	if (ret)
		return ret;
	pair = f->input_bytes + f->output_bytes;
	if (golden->n && (!pair || golden->n % pair))
		return err_set(err, ERR_FORMAT, "'golden.bin' does not fit "
			       "the model image");
	f->golden = golden->bytes;
	f->golden_count = pair ? golden->n / pair : 0;
	return read_pcm(f, a, err);
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
	ret = compare(firmware, artifact, err);
	return ret ? ret : read_golden(firmware, artifact, err);
}
