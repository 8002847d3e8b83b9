/*
 * forge image|vectors|sounds TYPE KEY IN OUT - a squeezed artifact with a lie
 * in it, signed with the project's key as if it were true.
 *
 *     image     the model image for TYPE holds a wrong golden answer
 *     vectors   golden.bin does, which the host compares with
 *     sounds    the last of the eight sounds in golden.pcm is another
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "artifact/artifact.h"
#include "bits/crc.h"
#include "bits/le.h"
#include "image/model_image.h"

enum { CRC_AT = 12, CRC_FROM = 16 };

/* The last byte of the first vector's answer, in an image that stays whole. */
static void lie_in_image(uint8_t *bytes, size_t n)
{
	struct model_image_vector v;
	struct model_image image;

	if (model_image_open(bytes, n, &image) ||
	    model_image_golden(&image, 0, &v))
		exit(1);
	bytes[v.output - bytes + (ptrdiff_t)v.output_bytes - 1] ^= 0x10;
	le_put32(bytes + CRC_AT,
		 crc32(0, bytes + CRC_FROM, le_u32(bytes + 8) - CRC_FROM));
}

static void lie_in_sounds(uint8_t *bytes, size_t n)
{
	for (size_t i = n - n / 8 + 1; i < n; i += 2)
		bytes[i] ^= 0x40;
}

static void lie(uint8_t *bytes, const struct artifact_member *m)
{
	if (strcmp(m->name, "golden.bin") == 0)
		bytes[m->n - 1] ^= 0x10;
	else if (strcmp(m->name, "golden.pcm") == 0)
		lie_in_sounds(bytes, m->n);
	else
		lie_in_image(bytes, m->n);
}

static void add(struct artifact_maker *maker, const struct artifact_member *m,
		const char *lie_at)
{
	uint8_t *bytes = aligned_alloc(MODEL_IMAGE_ALIGN,
				       (m->n | (MODEL_IMAGE_ALIGN - 1)) + 1);

	memcpy(bytes, m->bytes, m->n);
	if (strcmp(m->name, lie_at) == 0)
		lie(bytes, m);
	artifact_add(maker, m->name, bytes, m->n);
	free(bytes);
}

static struct artifact_maker *copy(const struct artifact *from,
				   const char *lie_at)
{
	struct artifact_maker *maker = artifact_make(from->stage,
						     from->format);

	for (size_t i = 0; i < from->param_count; i++)
		artifact_add_param(maker, from->params[i].key, "%s",
				   from->params[i].value);
	for (size_t i = 0; i < from->input_count; i++) {
		const struct artifact input = {
			.stage = from->inputs[i].stage,
			.id = from->inputs[i].id,
		};

		artifact_add_input(maker, &input);
	}
	for (size_t i = 0; i < from->member_count; i++)
		add(maker, &from->members[i], lie_at);
	return maker;
}

int main(int argc, char **argv)
{
	const struct artifact_trust trust = { .allow_untrusted = true };
	struct artifact_maker *maker;
	struct artifact *from;
	struct key_secret key;
	struct err err = { 0 };
	char image[128];
	const char *lie_at = image;
	int ret;

	if (argc != 6)
		return 2;
	if (strcmp(argv[1], "image") != 0)
		lie_at = strcmp(argv[1], "sounds") == 0 ? "golden.pcm"
							: "golden.bin";
	snprintf(image, sizeof(image), "%s/model.img", argv[2]);
	if (key_load(&key, argv[3], &err) ||
	    artifact_open(&from, argv[4], "squeeze", &trust, &err)) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	maker = copy(from, lie_at);
	ret = artifact_write(maker, &key, argv[5], NULL, &err);
	if (ret)
		fprintf(stderr, "%s\n", err.text);
	artifact_drop(maker);
	artifact_close(from);
	return ret != 0;
}
