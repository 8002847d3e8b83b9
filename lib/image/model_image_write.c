#include "image/model_image_write.h"

#include <string.h>

#include "bits/crc.h"
#include "bits/le.h"

static uint8_t *put32(uint8_t *out, uint32_t v)
{
	le_put32(out, v);
	return out + 4;
}

/* Tensor numbers; MODEL_IMAGE_NONE behind the first n of room. */
static uint8_t *put_numbers(uint8_t *out, const uint16_t *numbers, unsigned n,
			    unsigned room)
{
	for (unsigned i = 0; i < room; i++, out += 2)
		le_put16(out, i < n ? numbers[i] : MODEL_IMAGE_NONE);
	return out;
}

size_t model_image_put_header(uint8_t *out,
			      const struct model_image_header *header)
{
	uint8_t *p = put32(out, MODEL_IMAGE_MAGIC);

	le_put16(p, MODEL_IMAGE_ABI);
	le_put16(p + 2, MODEL_IMAGE_HEADER_BYTES);
	p = put32(p + 4, header->total_bytes);
	p = put32(p, header->crc);
	p = put32(p, header->runtime);
	p = put32(p, header->kernel_set);
	p = put32(p, header->arena_bytes);
	p = put32(p, header->input_count);
	p = put32(p, header->output_count);
	p = put32(p, header->section_count);
	p = put_numbers(p, header->inputs, header->input_count,
			MODEL_IMAGE_IO_MAX);
	p = put_numbers(p, header->outputs, header->output_count,
			MODEL_IMAGE_IO_MAX);
	p = put32(p, header->state_bytes);
	put32(p, header->slow_bytes);
	return MODEL_IMAGE_HEADER_BYTES;
}

size_t model_image_put_entry(uint8_t *out,
			     const struct model_image_entry *entry)
{
	out = put32(out, entry->kind);
	out = put32(out, entry->offset);
	out = put32(out, entry->bytes);
	put32(out, entry->count);
	return MODEL_IMAGE_ENTRY_BYTES;
}

size_t model_image_put_tensor(uint8_t *out,
			      const struct model_image_tensor *tensor)
{
	out[0] = tensor->type;
	out[1] = tensor->rank;
	out[2] = tensor->place;
	out[3] = 0;
	out += 4;
	for (int i = 0; i < MODEL_IMAGE_RANK_MAX; i++)
		out = put32(out, i < tensor->rank ? (uint32_t)tensor->dims[i]
						  : 1);
	out = put32(out, tensor->scale);
	out = put32(out, (uint32_t)tensor->zero);
	out = put32(out, tensor->offset);
	out = put32(out, tensor->bytes);
	put32(out, 0);
	return MODEL_IMAGE_TENSOR_BYTES;
}

size_t model_image_put_op(uint8_t *out, const struct model_image_op *op)
{
	le_put16(out, op->op);
	le_put16(out + 2, op->kernel);
	le_put16(out + 4, op->version);
	out[6] = op->input_count;
	out[7] = op->output_count;
	out = put_numbers(out + 8, op->inputs, op->input_count,
			  MODEL_IMAGE_OP_INPUTS_MAX);
	out = put_numbers(out, op->outputs, op->output_count,
			  MODEL_IMAGE_OP_OUTPUTS_MAX);
	out = put32(out, op->params);
	out = put32(out, op->params_bytes);
	out = put32(out, op->scratch);
	put32(out, op->scratch_bytes);
	return MODEL_IMAGE_OP_BYTES;
}

size_t model_image_put_params(uint8_t *out, const void *block, size_t n)
{
	for (size_t i = 0; i < n; i += 4) {
		uint32_t word;

		memcpy(&word, (const uint8_t *)block + i, sizeof(word));
		le_put32(out + i, word);
	}
	return n;
}

void model_image_put_crc(uint8_t *image, size_t n)
{
	le_put32(image + 12, crc32(0, image + 16, n - 16));
}
