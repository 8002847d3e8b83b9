/*
 * tiny_image - the smallest model image that really computes: one fully
 * connected layer, out[o] = clamp(bias + sum of in[i]), o = 0 .. 3, whose
 * golden vectors know the answer.
 */
#ifndef TINYML_TESTS_TINY_IMAGE_H
#define TINYML_TESTS_TINY_IMAGE_H

#include <stdio.h>
#include <string.h>

#include "image/model_image_write.h"
#include "run/run.h"

enum {
	TINY_IN = 8, TINY_OUT = 4, TINY_SECTIONS = 7, TINY_VECTORS = 2,
	/* places, each a multiple of 16 */
	TINY_TENSORS = 64 + 16 * TINY_SECTIONS,
	TINY_OPS = TINY_TENSORS + 80,
	TINY_PARAMS = TINY_OPS + 48,
	TINY_CONST = TINY_PARAMS + 32,
	TINY_CONST_BYTES = 80,
	TINY_LABELS = TINY_CONST + TINY_CONST_BYTES,
	TINY_GOLDEN = TINY_LABELS + 16,
	TINY_GOLDEN_BYTES = 16 + TINY_VECTORS * (TINY_IN + TINY_OUT),
	TINY_INFO = TINY_GOLDEN + 48,
	TINY_INFO_ROOM = 48,
	TINY_IMAGE_BYTES = TINY_INFO + TINY_INFO_ROOM,
};

static inline void tiny_header(uint8_t *p, uint32_t arena_bytes)
{
	struct model_image_header header = {
		.total_bytes = TINY_IMAGE_BYTES, .runtime = RUN_VERSION_FIRST,
		.kernel_set = KERN_SET_REF, .arena_bytes = arena_bytes,
		.input_count = 1, .output_count = 1,
		.section_count = TINY_SECTIONS,
	};
	const struct model_image_entry entries[TINY_SECTIONS] = {
		{ MODEL_IMAGE_TENSORS, TINY_TENSORS, 80, 2 },
		{ MODEL_IMAGE_OPS, TINY_OPS, 48, 1 },
		{ MODEL_IMAGE_PARAMS, TINY_PARAMS, 32, 0 },
		{ MODEL_IMAGE_CONST, TINY_CONST, TINY_CONST_BYTES, 0 },
		{ MODEL_IMAGE_LABELS, TINY_LABELS, 8, 0 },
		{ MODEL_IMAGE_GOLDEN, TINY_GOLDEN, TINY_GOLDEN_BYTES, 0 },
		{ MODEL_IMAGE_INFO, TINY_INFO, TINY_INFO_ROOM, 0 },
	};

	memset(header.inputs, 0xff, sizeof(header.inputs));
	memset(header.outputs, 0xff, sizeof(header.outputs));
	header.inputs[0] = 0;
	header.outputs[0] = 1;
	p += model_image_put_header(p, &header);
	for (int i = 0; i < TINY_SECTIONS; i++)
		p += model_image_put_entry(p, &entries[i]);
}

static inline void tiny_records(uint8_t *image)
{
	struct model_image_tensor in = {
		KERN_S8, 2, MODEL_IMAGE_IN_ARENA, { 1, TINY_IN, 1, 1 },
		0x3f800000, 0, 0, TINY_IN
	}, out = {
		KERN_S8, 2, MODEL_IMAGE_IN_ARENA, { 1, TINY_OUT, 1, 1 },
		0x3f800000, 0, 16, TINY_OUT
	};
	struct model_image_op op = {
		.op = KERN_FULLY_CONNECTED, .kernel = KERN_PACK_REF,
		.version = KERN_PACK_REF_VERSION, .input_count = 1,
		.output_count = 1, .params_bytes = 32,
	};
	/* weights 32 bytes, bias 16 at 32, multiplier at 48, shift at 64 */
	struct model_image_fc fc = { -128, 127, { 0, TINY_IN * TINY_OUT, 32,
						    48, 64, 1 } };

	memset(op.inputs, 0xff, sizeof(op.inputs));
	memset(op.outputs, 0xff, sizeof(op.outputs));
	op.inputs[0] = 0;
	op.outputs[0] = 1;
	model_image_put_tensor(image + TINY_TENSORS, &in);
	model_image_put_tensor(image + TINY_TENSORS + 40, &out);
	model_image_put_op(image + TINY_OPS, &op);
	model_image_put_params(image + TINY_PARAMS, &fc, sizeof(fc));
}

/* Which board it is made for, at most 20 characters; NULL: it does not say.
 * A version as long as that leaves room fills the section. */
static inline void tiny_target(uint8_t *image, const char *target)
{
	char info[TINY_INFO_ROOM] = "name=tiny";
	int n = 10;

	if (target)
		n += 1 + snprintf(info + n, sizeof(info) - 18, "target=%s",
				  target);
	snprintf(info + n, sizeof(info) - (size_t)n, "version=%0*d",
		 TINY_INFO_ROOM - n - 9, 1);
	memcpy(image + TINY_INFO, info, sizeof(info));
	model_image_put_crc(image, TINY_IMAGE_BYTES);
}

/* Made for the board "test".  bias: what tells one model from another;
 * golden_error is added to the last golden answer. image is aligned to 16. */
static inline void tiny_image(uint8_t image[TINY_IMAGE_BYTES], int8_t bias,
			      int8_t golden_error, uint32_t arena_bytes)
{
	static const int32_t half = 1 << 30;	/* times 2^1: one */
	uint8_t *golden = image + TINY_GOLDEN;

	memset(image, 0, TINY_IMAGE_BYTES);
	tiny_header(image, arena_bytes);
	tiny_records(image);
	memset(image + TINY_CONST, 1, TINY_IN * TINY_OUT);
	for (int i = 0; i < TINY_OUT; i++) {
		int32_t value = bias + i;

		memcpy(image + TINY_CONST + 32 + 4 * i, &value, 4);
	}
	memcpy(image + TINY_CONST + 48, &half, 4);
	image[TINY_CONST + 64] = 1;
	memcpy(image + TINY_LABELS, "a\0b\0c\0d", 8);
	golden[0] = TINY_VECTORS;
	golden[8] = TINY_IN;
	golden[12] = TINY_OUT;
	golden += 16;
	for (int v = 0; v < TINY_VECTORS; v++) {
		memset(golden, v + 1, TINY_IN);
		golden += TINY_IN;
		for (int i = 0; i < TINY_OUT; i++)
			*golden++ = (uint8_t)(TINY_IN * (v + 1) + bias + i);
	}
	golden[-1] = (uint8_t)(golden[-1] + golden_error);
	tiny_target(image, "test");
}

#endif
