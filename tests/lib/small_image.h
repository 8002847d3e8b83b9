/*
 * small_image - a model image with every int8 operation, made by hand:
 *
 *   in 8x6x2 - CONV 3x3/2 -+- DEPTHWISE 3x3 - ADD - MAX_POOL 2x1/2 - AVERAGE
 *                          +-------------------/      _POOL 2x3 - RESHAPE -
 *   FULLY_CONNECTED 5 - SOFTMAX
 *
 * The numbers mean nothing; they come from a fixed sequence.
 */
#ifndef TINYML_TESTS_SMALL_IMAGE_H
#define TINYML_TESTS_SMALL_IMAGE_H

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "bits/le.h"
#include "image/model_image_write.h"
#include "kern/kern.h"
#include "run/run.h"

enum {
	SMALL_IMAGE_ROOM = 4096,
	SMALL_IMAGE_ARENA = 288,
	SMALL_IMAGE_OPS = 8,
	SMALL_IMAGE_INPUT = 96,
	SMALL_IMAGE_OUTPUT = 5,
};

struct small_image {
	_Alignas(16) uint8_t bytes[SMALL_IMAGE_ROOM];
	size_t n;
};

/* Sections while they grow. */
struct small_maker {
	uint8_t tensors[512], ops[512], params[512], consts[1024];
	size_t tensors_n, ops_n, params_n, consts_n;
	uint32_t state;
};

static inline uint32_t small_random(struct small_maker *m)
{
	m->state = m->state * 1664525 + 1013904223;
	return m->state >> 8;
}

static inline void small_tensor(struct small_maker *m, const int32_t dims[4],
				uint32_t offset, int32_t zero)
{
	struct model_image_tensor t = {
		.type = KERN_S8, .rank = 4, .scale = 0x3b800000, .zero = zero,
		.offset = offset,
	};

	memcpy(t.dims, dims, sizeof(t.dims));
	t.bytes = (uint32_t)(dims[0] * dims[1] * dims[2] * dims[3]);
	m->tensors_n += model_image_put_tensor(m->tensors + m->tensors_n, &t);
}

/* n constants below a limit, aligned to size bytes each. */
static inline uint32_t small_const(struct small_maker *m, size_t n, size_t size,
				   uint32_t low, uint32_t range)
{
	uint32_t at = (uint32_t)((m->consts_n + size - 1) / size * size);

	for (size_t i = 0; i < n; i++) {
		uint32_t v = low + small_random(m) % range;

		if (size == 4)
			le_put32(m->consts + at + 4 * i, v);
		else
			m->consts[at + i] = (uint8_t)v;
	}
	m->consts_n = at + n * size;
	assert(m->consts_n <= sizeof(m->consts));
	return at;
}

static inline void small_op(struct small_maker *m, unsigned op,
			    const uint16_t tensors[3], const void *block,
			    size_t n)
{
	struct model_image_op o = {
		.op = (uint16_t)op, .version = KERN_PACK_REF_VERSION,
		.input_count = tensors[1] == MODEL_IMAGE_NONE ? 1 : 2,
		.output_count = 1, .inputs = { tensors[0], tensors[1] },
		.outputs = { tensors[2] },
		.params = n ? (uint32_t)m->params_n : 0,
		.params_bytes = (uint32_t)n,
	};

	m->ops_n += model_image_put_op(m->ops + m->ops_n, &o);
	m->params_n += model_image_put_params(m->params + m->params_n, block,
					      n);
}

#define SMALL_OP(m, op, a, b, out, block) \
	small_op(m, op, (uint16_t[]){ a, b, out }, block, sizeof(*(block)))

static inline struct model_image_conv small_conv(struct small_maker *m,
						 int32_t stride, uint32_t taps,
						 uint32_t channels)
{
	struct model_image_conv p = {
		.kernel_h = 3, .kernel_w = 3, .stride_h = stride,
		.stride_w = stride, .dilation_h = 1, .dilation_w = 1,
		.pad_top = 1, .pad_left = 1, .act_min = -128, .act_max = 127,
	};

	p.constants.weights_bytes = taps * channels;
	p.constants.weights_at = small_const(m, taps * channels, 1, 0, 256);
	p.constants.bias_at = small_const(m, channels, 4, 0, 1000);
	p.constants.multipliers_at = small_const(m, channels, 4, 1 << 30,
						 1 << 24);
	p.constants.shifts_at = small_const(m, channels, 1, (uint8_t)-7, 2);
	p.constants.requant_count = channels;
	return p;
}

static inline void small_front(struct small_maker *m)
{
	struct model_image_conv conv = small_conv(m, 2, 18, 4);
	struct model_image_conv depthwise = small_conv(m, 1, 9, 4);
	struct model_image_add add = {
		20, 1 << 30, 0, 1 << 30, -1, 1518500250, -19, -100, 120,
	};
	struct model_image_pool max = { 2, 1, 2, 1, 0, 0, -128, 127 };
	struct model_image_pool average = { 2, 3, 1, 1, 0, 0, -128, 127 };

	small_tensor(m, (int32_t[]){ 1, 8, 6, 2 }, 0, -3);
	small_tensor(m, (int32_t[]){ 1, 4, 3, 4 }, 96, 5);
	small_tensor(m, (int32_t[]){ 1, 4, 3, 4 }, 144, -7);
	small_tensor(m, (int32_t[]){ 1, 4, 3, 4 }, 96, 9);
	small_tensor(m, (int32_t[]){ 1, 2, 3, 4 }, 0, 9);
	small_tensor(m, (int32_t[]){ 1, 1, 1, 4 }, 192, 9);
	SMALL_OP(m, KERN_CONV_2D, 0, MODEL_IMAGE_NONE, 1, &conv);
	SMALL_OP(m, KERN_DEPTHWISE_CONV_2D, 1, MODEL_IMAGE_NONE, 2, &depthwise);
	SMALL_OP(m, KERN_ADD, 1, 2, 3, &add);
	SMALL_OP(m, KERN_MAX_POOL_2D, 3, MODEL_IMAGE_NONE, 4, &max);
	SMALL_OP(m, KERN_AVERAGE_POOL_2D, 4, MODEL_IMAGE_NONE, 5, &average);
}

static inline void small_back(struct small_maker *m)
{
	struct model_image_softmax softmax = { 1 << 30, 22, -496, 0 };
	struct model_image_fc fc = { -128, 127, { 0, 20, 0, 0, 0, 1 } };

	fc.constants.weights_at = small_const(m, 20, 1, 0, 256);
	fc.constants.bias_at = small_const(m, 5, 4, 0, 3000);
	fc.constants.multipliers_at = small_const(m, 1, 4, 1 << 30, 1 << 24);
	fc.constants.shifts_at = small_const(m, 1, 1, (uint8_t)-6, 1);
	small_tensor(m, (int32_t[]){ 1, 1, 1, 4 }, 192, 9);
	small_tensor(m, (int32_t[]){ 1, 1, 1, 5 }, 0, 1);
	small_tensor(m, (int32_t[]){ 1, 1, 1, 5 }, 280, -128);
	small_op(m, KERN_RESHAPE, (uint16_t[]){ 5, MODEL_IMAGE_NONE, 6 }, NULL,
		 0);
	SMALL_OP(m, KERN_FULLY_CONNECTED, 6, MODEL_IMAGE_NONE, 7, &fc);
	SMALL_OP(m, KERN_SOFTMAX, 7, MODEL_IMAGE_NONE, 8, &softmax);
}

struct small_section {
	uint32_t kind, count;
	const void *bytes;
	size_t n;
};

/* Lay out header, table and sections. */
static inline void small_layout(struct small_image *image,
				const struct small_section *sections,
				unsigned count)
{
	struct model_image_header header = {
		.runtime = RUN_VERSION_FIRST, .kernel_set = KERN_SET_REF,
		.arena_bytes = SMALL_IMAGE_ARENA, .input_count = 1,
		.output_count = 1, .section_count = count, .outputs = { 8 },
	};
	uint8_t *table = image->bytes + MODEL_IMAGE_HEADER_BYTES;

	memset(image, 0, sizeof(*image));
	image->n = MODEL_IMAGE_HEADER_BYTES + count * MODEL_IMAGE_ENTRY_BYTES;
	for (unsigned i = 0; i < count; i++) {
		struct model_image_entry entry = {
			sections[i].kind, (uint32_t)image->n,
			(uint32_t)sections[i].n, sections[i].count,
		};

		table += model_image_put_entry(table, &entry);
		memcpy(image->bytes + image->n, sections[i].bytes,
		       sections[i].n);
		image->n = (image->n + sections[i].n + 15) / 16 * 16;
	}
	header.total_bytes = (uint32_t)image->n;
	model_image_put_header(image->bytes, &header);
	model_image_put_crc(image->bytes, image->n);
}

static inline void small_image_make(struct small_image *image)
{
	static const char labels[] = "yes\0no\0up\0down\0stop";
	static const char info[] = "name=small\0version=7";
	static struct small_maker m;
	uint8_t golden[MODEL_IMAGE_GOLDEN_BYTES + SMALL_IMAGE_INPUT +
		       SMALL_IMAGE_OUTPUT] = { 0 };

	memset(&m, 0, sizeof(m));
	small_front(&m);
	small_back(&m);
	le_put32(golden, 1);
	le_put32(golden + 8, SMALL_IMAGE_INPUT);
	le_put32(golden + 12, SMALL_IMAGE_OUTPUT);
	small_layout(image, (struct small_section[]){
		{ MODEL_IMAGE_TENSORS, 9, m.tensors, m.tensors_n },
		{ MODEL_IMAGE_OPS, SMALL_IMAGE_OPS, m.ops, m.ops_n },
		{ MODEL_IMAGE_PARAMS, 0, m.params, m.params_n },
		{ MODEL_IMAGE_CONST, 0, m.consts, m.consts_n },
		{ MODEL_IMAGE_LABELS, 0, labels, sizeof(labels) },
		{ MODEL_IMAGE_GOLDEN, 0, golden, sizeof(golden) },
		{ MODEL_IMAGE_INFO, 0, info, sizeof(info) },
	}, 7);
}

#endif
