#include "image/model_image.h"

#include <string.h>

#include "bits/crc.h"
#include "bits/cursor.h"
#include "bits/le.h"

enum {
	CRC_AT = 12,
	CRC_FROM = 16,
	SECTION_COUNT_AT = 36,
};

static void read_numbers(struct cursor *cur, uint16_t *numbers, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		numbers[i] = cursor_u16(cur);
}

void model_image_header(const struct model_image *img,
			struct model_image_header *header)
{
	struct cursor cur = cursor_init(img->bytes, MODEL_IMAGE_HEADER_BYTES);

	cursor_seek(&cur, 8);
	header->total_bytes = cursor_u32(&cur);
	header->crc = cursor_u32(&cur);
	header->runtime = cursor_u32(&cur);
	header->kernel_set = cursor_u32(&cur);
	header->arena_bytes = cursor_u32(&cur);
	header->input_count = cursor_u32(&cur);
	header->output_count = cursor_u32(&cur);
	header->section_count = cursor_u32(&cur);
	read_numbers(&cur, header->inputs, MODEL_IMAGE_IO_MAX);
	read_numbers(&cur, header->outputs, MODEL_IMAGE_IO_MAX);
	header->state_bytes = cursor_u32(&cur);
	header->slow_bytes = cursor_u32(&cur);
}

int model_image_crc_check(const struct model_image *img)
{
	struct model_image_header header;

	model_image_header(img, &header);
	if (crc32(0, img->bytes + CRC_FROM, header.total_bytes - CRC_FROM) !=
	    le_u32(img->bytes + CRC_AT))
		return ERR_TRUST;
	return 0;
}

struct model_image_entry model_image_find(const struct model_image *img,
					  unsigned kind)
{
	uint32_t count = le_u32(img->bytes + SECTION_COUNT_AT);
	const uint8_t *p = img->bytes + MODEL_IMAGE_HEADER_BYTES;

	for (uint32_t i = 0; i < count; i++, p += MODEL_IMAGE_ENTRY_BYTES)
		if (le_u32(p) == kind)
			return (struct model_image_entry){
				kind, le_u32(p + 4), le_u32(p + 8),
				le_u32(p + 12),
			};
	return (struct model_image_entry){ 0 };
}

const uint8_t *model_image_section(const struct model_image *img,
				   unsigned kind, size_t *n)
{
	struct model_image_entry entry = model_image_find(img, kind);

	*n = entry.bytes;
	return entry.kind ? img->bytes + entry.offset : NULL;
}

/* Records are read anew for every operation that runs: without a cursor, the
 * places inside are known to be there. */

struct model_image_tensor model_image_tensor(const struct model_image *img,
					     unsigned index)
{
	const uint8_t *p = img->bytes + img->tensors.offset +
		(size_t)index * MODEL_IMAGE_TENSOR_BYTES;

	return (struct model_image_tensor){
		.type = p[0], .rank = p[1], .place = p[2],
		.dims = { (int32_t)le_u32(p + 4), (int32_t)le_u32(p + 8),
			  (int32_t)le_u32(p + 12), (int32_t)le_u32(p + 16) },
		.scale = le_u32(p + 20), .zero = (int32_t)le_u32(p + 24),
		.offset = le_u32(p + 28), .bytes = le_u32(p + 32),
	};
}

struct model_image_op model_image_op(const struct model_image *img,
				     unsigned index)
{
	const uint8_t *p = img->bytes + img->ops.offset +
		(size_t)index * MODEL_IMAGE_OP_BYTES;
	struct model_image_op op = {
		.op = le_u16(p), .kernel = le_u16(p + 2),
		.version = le_u16(p + 4),
		.input_count = p[6], .output_count = p[7],
		.params = le_u32(p + 32), .params_bytes = le_u32(p + 36),
		.scratch = le_u32(p + 40), .scratch_bytes = le_u32(p + 44),
	};

	for (int i = 0; i < MODEL_IMAGE_OP_INPUTS_MAX; i++)
		op.inputs[i] = le_u16(p + 8 + 2 * i);
	for (int i = 0; i < MODEL_IMAGE_OP_OUTPUTS_MAX; i++)
		op.outputs[i] = le_u16(p + 24 + 2 * i);
	return op;
}

const void *model_image_const(const struct model_image *img, uint32_t offset,
			      size_t n, size_t align)
{
	const uint8_t *p = img->bytes + img->consts.offset;

	if (n > img->consts.bytes || offset > img->consts.bytes - n)
		return NULL;
	p += offset;
	return (uintptr_t)p % align ? NULL : p;
}

int model_image_params(const struct model_image *img,
		       const struct model_image_op *op, void *block, size_t n)
{
	const uint8_t *from = img->bytes + img->params.offset + op->params;

	if (op->params_bytes != n)
		return ERR_FORMAT;
	for (size_t i = 0; i < n; i += 4) {
		uint32_t word = le_u32(from + i);

		memcpy((uint8_t *)block + i, &word, sizeof(word));
	}
	return 0;
}

/* The text after the one at text, or NULL behind the last. */
static const char *next_text(const char *text, const char *end)
{
	while (*text)
		text++;
	return ++text < end ? text : NULL;
}

const char *model_image_label(const struct model_image *img, unsigned index)
{
	size_t n;
	const uint8_t *p = model_image_section(img, MODEL_IMAGE_LABELS, &n);
	const char *text = (const char *)p;

	while (text && index--)
		text = next_text(text, (const char *)p + n);
	return text;
}

/* The value when text is "key=value". */
static const char *value_of(const char *text, const char *key)
{
	while (*key && *text == *key)
		text++, key++;
	return *key || *text != '=' ? NULL : text + 1;
}

const char *model_image_info(const struct model_image *img, const char *key)
{
	size_t n;
	const uint8_t *p = model_image_section(img, MODEL_IMAGE_INFO, &n);
	const char *text = (const char *)p;

	for (; text; text = next_text(text, (const char *)p + n))
		if (value_of(text, key))
			return value_of(text, key);
	return NULL;
}

int model_image_golden(const struct model_image *img, unsigned index,
		       struct model_image_vector *vector)
{
	size_t n;
	const uint8_t *p = model_image_section(img, MODEL_IMAGE_GOLDEN, &n);

	if (!p || index >= le_u32(p))
		return ERR_MISSING;
	vector->count = le_u32(p);
	vector->level = le_u32(p + 4);
	vector->input_bytes = le_u32(p + 8);
	vector->output_bytes = le_u32(p + 12);
	vector->input = p + MODEL_IMAGE_GOLDEN_BYTES +
		((size_t)vector->input_bytes + vector->output_bytes) * index;
	vector->output = vector->input + vector->input_bytes;
	return 0;
}
