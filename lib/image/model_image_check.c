#include "bits/err.h"
#include "bits/le.h"
#include "image/model_image.h"
#include "kern/kern.h"

/* Is [offset, offset + n) inside size bytes? */
static bool inside(uint32_t offset, uint32_t n, uint32_t size)
{
	return n <= size && offset <= size - n;
}

static bool all_zero(const uint8_t *p, size_t n)
{
	while (n--)
		if (*p++)
			return false;
	return true;
}

/* Tensor numbers below count, then MODEL_IMAGE_NONE. */
static bool numbers_valid(const uint16_t *numbers, unsigned n, unsigned room,
			  uint32_t count)
{
	for (unsigned i = 0; i < room; i++)
		if (i < n ? numbers[i] >= count
			  : numbers[i] != MODEL_IMAGE_NONE)
			return false;
	return true;
}

/* ---- header and sections ------------------------------------------------- */

static int check_start(const uint8_t *bytes, size_t n)
{
	uint32_t total, sections;

	if (n < MODEL_IMAGE_HEADER_BYTES)
		return ERR_SHORT;
	if (le_u32(bytes) != MODEL_IMAGE_MAGIC)
		return ERR_FORMAT;
	if (le_u16(bytes + 4) != MODEL_IMAGE_ABI)
		return ERR_UNSUPPORTED;
	if (le_u16(bytes + 6) != MODEL_IMAGE_HEADER_BYTES)
		return ERR_FORMAT;
	total = le_u32(bytes + 8);
	sections = le_u32(bytes + 36);
	if (total > MODEL_IMAGE_BYTES_MAX ||
	    sections > MODEL_IMAGE_SECTIONS_MAX)
		return ERR_LIMIT;
	if (total > n)
		return ERR_SHORT;
	if (total % MODEL_IMAGE_ALIGN)
		return ERR_FORMAT;
	if (total < MODEL_IMAGE_HEADER_BYTES +
		    sections * MODEL_IMAGE_ENTRY_BYTES)
		return ERR_RANGE;
	return 0;
}

/* Records of a fixed size, at most max and at least one. */
static int check_count(const struct model_image_entry *entry, uint32_t size,
		       uint32_t max)
{
	if (entry->count > max)
		return ERR_LIMIT;
	if (!entry->count || entry->bytes != entry->count * size)
		return ERR_FORMAT;
	return 0;
}

static int check_kind(const struct model_image_entry *entry)
{
	switch (entry->kind) {
	case MODEL_IMAGE_TENSORS:
		return check_count(entry, MODEL_IMAGE_TENSOR_BYTES,
				   MODEL_IMAGE_TENSORS_MAX);
	case MODEL_IMAGE_OPS:
		return check_count(entry, MODEL_IMAGE_OP_BYTES,
				   MODEL_IMAGE_OPS_MAX);
	case MODEL_IMAGE_PARAMS:
	case MODEL_IMAGE_CONST:
		return entry->count ? ERR_FORMAT : 0;
	default:
		return entry->count || entry->kind < MODEL_IMAGE_FEATURES ?
		       ERR_FORMAT : 0;
	}
}

/* Padding from *end to the section, the section, and *end behind it. */
static int check_place(const uint8_t *bytes, uint32_t total,
		       const struct model_image_entry *entry, uint32_t *end)
{
	if (entry->offset % MODEL_IMAGE_ALIGN)
		return ERR_FORMAT;
	if (!inside(entry->offset, entry->bytes, total) ||
	    entry->offset < *end)
		return ERR_RANGE;
	if (entry->offset - *end >= MODEL_IMAGE_ALIGN ||
	    !all_zero(bytes + *end, entry->offset - *end))
		return ERR_FORMAT;
	*end = entry->offset + entry->bytes;
	return 0;
}

static int check_sections(const uint8_t *bytes)
{
	uint32_t total = le_u32(bytes + 8), count = le_u32(bytes + 36);
	uint32_t end = MODEL_IMAGE_HEADER_BYTES +
		       count * MODEL_IMAGE_ENTRY_BYTES;
	const uint8_t *p = bytes + MODEL_IMAGE_HEADER_BYTES;
	uint32_t last = 0;

	for (uint32_t i = 0; i < count; i++, p += MODEL_IMAGE_ENTRY_BYTES) {
		struct model_image_entry entry = {
			le_u32(p), le_u32(p + 4), le_u32(p + 8),
			le_u32(p + 12),
		};
		int err = entry.kind > last ? check_kind(&entry) : ERR_FORMAT;

		if (!err)
			err = check_place(bytes, total, &entry, &end);
		if (err)
			return err;
		last = entry.kind;
	}
	if (total - end >= MODEL_IMAGE_ALIGN ||
	    !all_zero(bytes + end, total - end))
		return ERR_FORMAT;
	return 0;
}

/* ---- records ------------------------------------------------------------- */

/* Product of dims times the element's bytes; 0 when a rule is broken. */
static uint32_t tensor_size(const struct model_image_tensor *tensor)
{
	uint64_t bytes = kern_type_bytes(tensor->type);

	if (tensor->rank > MODEL_IMAGE_RANK_MAX)
		return 0;
	for (int i = 0; i < MODEL_IMAGE_RANK_MAX; i++) {
		uint32_t dim = (uint32_t)tensor->dims[i];

		if (dim > MODEL_IMAGE_BYTES_MAX ||
		    (i >= tensor->rank && dim != 1))
			return 0;
		bytes *= dim;		/* below 2^57 */
		if (bytes > MODEL_IMAGE_BYTES_MAX)
			return 0;
	}
	return (uint32_t)bytes;
}

static bool quantisation_valid(const struct model_image_tensor *tensor)
{
	const uint32_t infinity = 0x7f800000;

	if (!tensor->scale)	/* plain numbers */
		return !tensor->zero && tensor->type != KERN_S8 &&
		       tensor->type != KERN_S16;
	if (tensor->type == KERN_F32 || tensor->scale >= infinity)
		return false;
	switch (tensor->type) {
	case KERN_S8:
		return tensor->zero >= INT8_MIN && tensor->zero <= INT8_MAX;
	case KERN_U8:
		return tensor->zero >= 0 && tensor->zero <= UINT8_MAX;
	case KERN_S16:
		return tensor->zero >= INT16_MIN && tensor->zero <= INT16_MAX;
	default:
		return true;
	}
}

/* Do n bytes of the arena lie in one memory? */
static bool in_one_memory(const struct model_image_header *header,
			  uint32_t offset, uint32_t n)
{
	uint32_t fast = header->arena_bytes - header->slow_bytes;

	return inside(offset, n, header->arena_bytes) &&
	       (offset >= fast || n <= fast - offset);
}

/* Does it lie where its place may be? */
static bool place_valid(const struct model_image *img,
			const struct model_image_header *header,
			const struct model_image_tensor *tensor)
{
	switch (tensor->place) {
	case MODEL_IMAGE_IN_ARENA:
		return tensor->offset >= header->state_bytes &&
		       in_one_memory(header, tensor->offset, tensor->bytes);
	case MODEL_IMAGE_IN_STATE:
		return inside(tensor->offset, tensor->bytes,
			      header->state_bytes);
	default:
		return inside(tensor->offset, tensor->bytes,
			      img->consts.bytes);
	}
}

static int check_tensor(const struct model_image *img, unsigned index,
			const struct model_image_header *header)
{
	struct model_image_tensor tensor = model_image_tensor(img, index);
	const uint8_t *record = img->bytes + img->tensors.offset +
		(size_t)index * MODEL_IMAGE_TENSOR_BYTES;
	uint32_t size = tensor_size(&tensor);

	if (record[3] || le_u32(record + 36) ||
	    tensor.place > MODEL_IMAGE_IN_STATE ||
	    tensor.offset % MODEL_IMAGE_TENSOR_ALIGN)
		return ERR_FORMAT;
	if (!size || tensor.bytes != size || !quantisation_valid(&tensor))
		return ERR_RANGE;
	return place_valid(img, header, &tensor) ? 0 : ERR_RANGE;
}

static int check_op(const struct model_image *img, unsigned index,
		    const struct model_image_header *header)
{
	struct model_image_op op = model_image_op(img, index);

	if (op.input_count > MODEL_IMAGE_OP_INPUTS_MAX ||
	    op.output_count > MODEL_IMAGE_OP_OUTPUTS_MAX)
		return ERR_LIMIT;
	if (!numbers_valid(op.inputs, op.input_count,
			   MODEL_IMAGE_OP_INPUTS_MAX, img->tensors.count) ||
	    !numbers_valid(op.outputs, op.output_count,
			   MODEL_IMAGE_OP_OUTPUTS_MAX, img->tensors.count))
		return ERR_RANGE;
	if (op.params % 4 || op.params_bytes % 4 ||
	    op.scratch % MODEL_IMAGE_TENSOR_ALIGN ||
	    (!op.params_bytes && op.params) ||
	    (!op.scratch_bytes && op.scratch))
		return ERR_FORMAT;
	if (!inside(op.params, op.params_bytes, img->params.bytes) ||
	    !in_one_memory(header, op.scratch, op.scratch_bytes) ||
	    (op.scratch_bytes && op.scratch < header->state_bytes))
		return ERR_RANGE;
	return 0;
}

static int check_records(const struct model_image *img,
			 const struct model_image_header *header)
{
	int err = 0;

	for (unsigned i = 0; !err && i < img->tensors.count; i++)
		err = check_tensor(img, i, header);
	for (unsigned i = 0; !err && i < img->ops.count; i++)
		err = check_op(img, i, header);
	return err;
}

static int check_header(const struct model_image *img,
			const struct model_image_header *header)
{
	if (!img->tensors.kind || !img->ops.kind)
		return ERR_FORMAT;
	if (header->arena_bytes > MODEL_IMAGE_BYTES_MAX ||
	    header->input_count > MODEL_IMAGE_IO_MAX ||
	    header->output_count > MODEL_IMAGE_IO_MAX)
		return ERR_LIMIT;
	if (header->state_bytes % MODEL_IMAGE_TENSOR_ALIGN ||
	    header->slow_bytes % MODEL_IMAGE_TENSOR_ALIGN)
		return ERR_FORMAT;
	if (header->state_bytes > header->arena_bytes ||
	    header->slow_bytes > header->arena_bytes - header->state_bytes ||
	    !header->output_count ||
	    !numbers_valid(header->inputs, header->input_count,
			   MODEL_IMAGE_IO_MAX, img->tensors.count) ||
	    !numbers_valid(header->outputs, header->output_count,
			   MODEL_IMAGE_IO_MAX, img->tensors.count))
		return ERR_RANGE;
	return 0;
}

/* ---- labels, golden vectors, information --------------------------------- */

static int check_texts(const struct model_image *img, unsigned kind)
{
	size_t n;
	const uint8_t *p = model_image_section(img, kind, &n);

	return p && (!n || p[n - 1]) ? ERR_FORMAT : 0;
}

/* Is the key of a, up to its '=', below that of b? */
static bool key_below(const char *a, const char *b)
{
	while (*a == *b && *a != '=')
		a++, b++;
	return *b != '=' && (*a == '=' || (uint8_t)*a < (uint8_t)*b);
}

/* Bytes of "key=value" and its NUL; 0 when there is no key. */
static size_t info_bytes(const char *text)
{
	size_t key = 0, n;

	while (text[key] && text[key] != '=')
		key++;
	for (n = key; text[n]; n++)
		;
	return !key || !text[key] ? 0 : n + 1;
}

static int check_info(const struct model_image *img)
{
	size_t n, length;
	const uint8_t *p = model_image_section(img, MODEL_IMAGE_INFO, &n);
	const char *last = NULL, *text = (const char *)p;

	if (check_texts(img, MODEL_IMAGE_INFO))
		return ERR_FORMAT;
	for (; n; n -= length, last = text, text += length) {
		length = info_bytes(text);
		if (!length || (last && !key_below(last, text)))
			return ERR_FORMAT;
	}
	return 0;
}

static uint64_t tensor_bytes(const struct model_image *img,
			     const uint16_t *numbers, unsigned n)
{
	uint64_t bytes = 0;

	for (unsigned i = 0; i < n; i++)
		bytes += model_image_tensor(img, numbers[i]).bytes;
	return bytes;
}

static int check_golden(const struct model_image *img,
			const struct model_image_header *h)
{
	size_t n;
	const uint8_t *p = model_image_section(img, MODEL_IMAGE_GOLDEN, &n);
	uint32_t count, level, input_bytes, output_bytes;

	if (!p)
		return 0;
	if (n < MODEL_IMAGE_GOLDEN_BYTES)
		return ERR_SHORT;
	count = le_u32(p);
	level = le_u32(p + 4);
	input_bytes = le_u32(p + 8);
	output_bytes = le_u32(p + 12);
	if (level > MODEL_IMAGE_GOLDEN_SENSOR)
		return ERR_FORMAT;
	if (output_bytes != tensor_bytes(img, h->outputs, h->output_count) ||
	    (level == MODEL_IMAGE_GOLDEN_TENSOR &&
	     input_bytes != tensor_bytes(img, h->inputs, h->input_count)))
		return ERR_RANGE;
	n -= MODEL_IMAGE_GOLDEN_BYTES;
	if (input_bytes > n && count)	/* keeps the product below 2^64 */
		return ERR_RANGE;
	return ((uint64_t)input_bytes + output_bytes) * count != n ?
	       ERR_RANGE : 0;
}

int model_image_open(const void *bytes, size_t n, struct model_image *img)
{
	struct model_image_header header;
	int err = check_start(bytes, n);

	if (!err)
		err = check_sections(bytes);
	if (err)
		return err;
	img->bytes = bytes;
	img->tensors = model_image_find(img, MODEL_IMAGE_TENSORS);
	img->ops = model_image_find(img, MODEL_IMAGE_OPS);
	img->params = model_image_find(img, MODEL_IMAGE_PARAMS);
	img->consts = model_image_find(img, MODEL_IMAGE_CONST);
	model_image_header(img, &header);
	err = check_header(img, &header);
	if (!err)
		err = check_records(img, &header);
	if (!err)
		err = check_texts(img, MODEL_IMAGE_LABELS);
	if (!err)
		err = check_info(img);
	if (!err)
		err = check_golden(img, &header);
	return err;
}
