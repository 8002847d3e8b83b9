#include <string.h>

#include "image/model_image_write.h"
#include "plan/plan_priv.h"

/* The sections while they grow. */
struct image {
	const struct plan *plan;
	struct buf tensors, ops, params, consts, labels, golden, info;
	uint16_t *numbers;	/* tensor of the model -> of the image */
	uint32_t *places;	/* tensor of the model -> offset in CONST */
	struct model_image_constants *layers;	/* of each operation */
	uint32_t tensor_count;
};

/* ---- constants ---------------------------------------------------------- */

static uint32_t put_bytes(struct image *img, const void *bytes, size_t n,
			  size_t align)
{
	buf_align(&img->consts, align);
	buf_add(&img->consts, bytes, n);
	return (uint32_t)(img->consts.len - n);
}

/* A constant stands in the image once, however often it is used. */
static uint32_t put_const(struct image *img, int tensor)
{
	const struct model_tensor *t;

	if (tensor < 0)
		return MODEL_IMAGE_NOWHERE;
	t = &img->plan->model->tensors[tensor];
	if (img->places[tensor] == MODEL_IMAGE_NOWHERE)
		img->places[tensor] = put_bytes(img, t->data, model_bytes(t),
						t->type == KERN_S64 ? 8 :
						MODEL_IMAGE_TENSOR_ALIGN);
	return img->places[tensor];
}

/* ---- tensors ------------------------------------------------------------ */

static uint32_t float_bits(float value)
{
	uint32_t bits;

	memcpy(&bits, &value, sizeof(bits));
	return bits;
}

static void put_tensor(struct image *img, int tensor)
{
	const struct model_tensor *t = &img->plan->model->tensors[tensor];
	struct model_image_tensor record = {
		.type = (uint8_t)t->type, .rank = (uint8_t)t->rank,
		.place = t->data ? MODEL_IMAGE_IN_CONST :
			t->is_state ? MODEL_IMAGE_IN_STATE :
			MODEL_IMAGE_IN_ARENA,
		.dims = { 1, 1, 1, 1 },
		.bytes = (uint32_t)model_bytes(t),
	};
	uint8_t bytes[MODEL_IMAGE_TENSOR_BYTES];

	memcpy(record.dims, t->dims, (size_t)t->rank * 4);
	record.offset = t->data ? put_const(img, tensor) :
		img->plan->tensors[tensor].offset;
	if (t->type != KERN_F32 && t->quant.n == 1) {
		record.scale = float_bits(t->quant.scales[0]);
		record.zero = t->quant.zeros[0];
	}
	buf_add(&img->tensors, bytes, model_image_put_tensor(bytes, &record));
	img->numbers[tensor] = (uint16_t)img->tensor_count++;
}

/* Values that flow, and constants that are added to them. */
static void put_tensors(struct image *img)
{
	const struct model *m = img->plan->model;

	for (int i = 0; i < m->tensor_count; i++) {
		img->numbers[i] = MODEL_IMAGE_NONE;
		img->places[i] = MODEL_IMAGE_NOWHERE;
	}
	for (int i = 0; i < m->tensor_count; i++)
		if (!m->tensors[i].data)
			put_tensor(img, i);
	for (int i = 0; i < m->op_count; i++)
		for (int k = 0; k < model_acts(&m->ops[i]); k++)
			if (img->numbers[m->ops[i].inputs[k]] ==
			    MODEL_IMAGE_NONE)
				put_tensor(img, m->ops[i].inputs[k]);
}

/* ---- operations --------------------------------------------------------- */

static int input_of(const struct model_op *op, int i)
{
	return i < op->input_count ? op->inputs[i] : -1;
}

static struct model_image_constants put_layer(struct image *img, int index)
{
	const struct model_op *op = &img->plan->model->ops[index];
	const struct plan_op *p = &img->plan->ops[index];
	struct model_image_constants at = {
		.multipliers_at = MODEL_IMAGE_NOWHERE,
		.shifts_at = MODEL_IMAGE_NOWHERE,
		.requant_count = p->requant_count,
	};

	if (p->packing == KERN_PACK_REF) {
		at.weights_at = put_const(img, input_of(op, 1));
		at.weights_bytes = (uint32_t)model_bytes(
			plan_input(img->plan, index, 1));
		at.bias_at = put_const(img, input_of(op, 2));
	} else {
		at.weights_at = put_bytes(img, p->weights, p->weights_bytes, 4);
		at.weights_bytes = p->weights_bytes;
		at.bias_at = p->channels ?
			put_bytes(img, p->channels, p->channels_bytes, 4) :
			put_bytes(img, p->bias, (size_t)p->bias_count * 4, 4);
	}
	if (!p->requant_count)
		return at;
	at.multipliers_at = put_bytes(img, p->multipliers,
				      (size_t)p->requant_count * 4, 4);
	at.shifts_at = put_bytes(img, p->shifts, p->requant_count, 1);
	return at;
}

static void set_nearest(struct image *img, int index,
			struct model_image_resize_nearest *p)
{
	const int32_t *out = plan_output(img->plan, index)->dims;
	int16_t at = 0;

	buf_align(&img->consts, MODEL_IMAGE_TENSOR_ALIGN);
	p->rows_at = (uint32_t)img->consts.len;
	for (int32_t i = 0; i < out[1]; i++) {
		at = plan_nearest_row(img->plan, index, i);
		buf_add(&img->consts, &at, sizeof(at));
	}
	p->columns_at = (uint32_t)img->consts.len;
	for (int32_t i = 0; i < out[2]; i++) {
		at = plan_nearest_column(img->plan, index, i);
		buf_add(&img->consts, &at, sizeof(at));
	}
}

static void set_svdf(struct image *img, int index, struct model_image_svdf *p)
{
	const struct model_op *op = &img->plan->model->ops[index];

	p->weights_at = put_const(img, op->inputs[MODEL_SVDF_FEATURE]);
	p->time_at = put_const(img, op->inputs[MODEL_SVDF_TIME]);
	p->bias_at = put_const(img, op->inputs[MODEL_SVDF_BIAS]);
}

static void set_lstm(struct image *img, int index, struct model_image_lstm *p)
{
	const struct model_op *op = &img->plan->model->ops[index];

	for (int i = 0; i < KERN_LSTM_GATES; i++) {
		struct model_image_lstm_gate *gate = &p->gates[i];

		gate->weights_at = put_const(img,
					op->inputs[MODEL_LSTM_WEIGHTS + i]);
		gate->recurrent_at = put_const(img,
					op->inputs[MODEL_LSTM_RECURRENT + i]);
		gate->bias_at = put_const(img,
					op->inputs[MODEL_LSTM_BIASES + i]);
	}
}

/* Constants stand in the image once, however many stripes use them. */
static struct model_image_constants layer_of(struct image *img, int index)
{
	int first = img->plan->ops[index].constants_of;

	if (first == index)
		img->layers[index] = put_layer(img, index);
	return img->layers[first];
}

static void set_layer(struct image *img, int index, union plan_params *block)
{
	switch (img->plan->model->ops[index].op) {
	case KERN_CONV_2D:
	case KERN_DEPTHWISE_CONV_2D:
	case KERN_TRANSPOSE_CONV:
		block->conv.constants = layer_of(img, index);
		break;
	case KERN_FULLY_CONNECTED:
		block->fc.constants = layer_of(img, index);
		break;
	case KERN_RESIZE_NEAREST_NEIGHBOR:
		set_nearest(img, index, &block->nearest);
		break;
	case KERN_SVDF:
		set_svdf(img, index, &block->svdf);
		break;
	case KERN_UNIDIRECTIONAL_SEQUENCE_LSTM:
		set_lstm(img, index, &block->lstm);
		break;
	default:
		if (img->plan->ops[index].table)
			block->lookup.table_at =
				put_bytes(img, img->plan->ops[index].table,
					  KERN_LOOKUP_BYTES, 4);
		break;
	}
}

static uint32_t put_params(struct image *img, int index, uint32_t *bytes)
{
	uint8_t encoded[sizeof(union plan_params)];
	union plan_params block;
	uint32_t at = (uint32_t)img->params.len;

	*bytes = (uint32_t)plan_params(img->plan, index, &block);
	if (!*bytes)
		return 0;
	set_layer(img, index, &block);
	model_image_put_params(encoded, &block, *bytes);
	buf_add(&img->params, encoded, *bytes);
	return at;
}

static uint16_t version_of(enum kern_packing packing)
{
	switch (packing) {
	case KERN_PACK_M4_ROWS:
	case KERN_PACK_M4_DW3:
	case KERN_PACK_M4_QUADS:
		return KERN_PACK_M4_VERSION;
	case KERN_PACK_M55_ROWS:
	case KERN_PACK_M55_TAPS:
		return KERN_PACK_M55_VERSION;
	case KERN_PACK_M0_ROWS:
	case KERN_PACK_M0_TAPS:
		return KERN_PACK_M0_VERSION;
	case KERN_PACK_S4:
		return KERN_PACK_S4_VERSION;
	case KERN_PACK_X86_RUNS:
	case KERN_PACK_X86_TAPS:
		return KERN_PACK_X86_VERSION;
	default:
		return KERN_PACK_REF_VERSION;
	}
}

static void put_op(struct image *img, int index)
{
	const struct model_op *op = &img->plan->model->ops[index];
	const struct plan_op *p = &img->plan->ops[index];
	struct model_image_op record = {
		.op = (uint16_t)op->op, .kernel = (uint16_t)p->packing,
		.version = version_of(p->packing),
		.input_count = (uint8_t)model_acts(op),
		.output_count = 1,
		.scratch = p->scratch, .scratch_bytes = p->scratch_bytes,
	};
	uint8_t bytes[MODEL_IMAGE_OP_BYTES];

	memset(record.inputs, 0xff, sizeof(record.inputs));
	memset(record.outputs, 0xff, sizeof(record.outputs));
	for (int i = 0; i < record.input_count; i++)
		record.inputs[i] = img->numbers[op->inputs[i]];
	for (unsigned i = 0; i < kern_op_states(op->op); i++)
		record.inputs[record.input_count++] =
			img->numbers[model_state(op, i)];
	record.outputs[0] = img->numbers[op->output];
	record.params = put_params(img, index, &record.params_bytes);
	buf_add(&img->ops, bytes, model_image_put_op(bytes, &record));
}

/* ---- extras ------------------------------------------------------------- */

static void put_texts(struct buf *out, const char *const *texts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_add(out, texts[i], strlen(texts[i]) + 1);
}

static void put_golden(struct buf *out, const struct plan_extras *x)
{
	if (!x->golden_count)
		return;
	buf_add32(out, (uint32_t)x->golden_count);
	buf_add32(out, x->golden_is_sensor ? MODEL_IMAGE_GOLDEN_SENSOR :
		  MODEL_IMAGE_GOLDEN_TENSOR);
	buf_add32(out, (uint32_t)x->golden_input_bytes);
	buf_add32(out, (uint32_t)x->golden_output_bytes);
	buf_add(out, x->golden, x->golden_count *
		(x->golden_input_bytes + x->golden_output_bytes));
}

/* ---- the whole ---------------------------------------------------------- */

struct section {
	uint32_t kind, count;
	const void *bytes;
	size_t n;
};

enum { SECTIONS = 9 };

static void put_head(const struct image *img, const struct section *sections,
		     struct buf *out)
{
	const struct model *m = img->plan->model;
	struct model_image_header h = {
		.runtime = img->plan->stream_count || img->plan->slow_bytes ?
			RUN_VERSION_PARTS : RUN_VERSION_FIRST,
		.kernel_set = img->plan->set,
		.arena_bytes = img->plan->arena_bytes,
		.slow_bytes = img->plan->slow_bytes,
		.input_count = (uint32_t)m->input_count,
		.output_count = (uint32_t)m->output_count,
		.state_bytes = img->plan->state_bytes,
	};
	struct model_image_entry entries[SECTIONS];
	size_t end = MODEL_IMAGE_HEADER_BYTES;
	uint8_t bytes[MODEL_IMAGE_HEADER_BYTES];

	for (int i = 0; i < SECTIONS; i++)
		end += sections[i].n ? MODEL_IMAGE_ENTRY_BYTES : 0;
	for (int i = 0; i < SECTIONS; i++) {
		if (!sections[i].n)
			continue;
		end = (end + MODEL_IMAGE_ALIGN - 1) & ~(size_t)15;
		entries[h.section_count++] = (struct model_image_entry){
			sections[i].kind, (uint32_t)end,
			(uint32_t)sections[i].n, sections[i].count,
		};
		end += sections[i].n;
	}
	h.total_bytes = (uint32_t)((end + MODEL_IMAGE_ALIGN - 1) & ~(size_t)15);
	memset(h.inputs, 0xff, sizeof(h.inputs));
	memset(h.outputs, 0xff, sizeof(h.outputs));
	for (int i = 0; i < m->input_count; i++)
		h.inputs[i] = img->numbers[m->inputs[i]];
	for (int i = 0; i < m->output_count; i++)
		h.outputs[i] = img->numbers[m->outputs[i]];
	buf_add(out, bytes, model_image_put_header(bytes, &h));
	for (uint32_t i = 0; i < h.section_count; i++)
		buf_add(out, bytes, model_image_put_entry(bytes, &entries[i]));
}

static int assemble(const struct image *img, const struct plan_extras *x,
		    struct buf *out, struct err *err)
{
	const struct section sections[SECTIONS] = {
		{ MODEL_IMAGE_TENSORS, img->tensor_count, img->tensors.data,
		  img->tensors.len },
		{ MODEL_IMAGE_OPS, (uint32_t)img->plan->model->op_count,
		  img->ops.data, img->ops.len },
		{ MODEL_IMAGE_PARAMS, 0, img->params.data, img->params.len },
		{ MODEL_IMAGE_CONST, 0, img->consts.data, img->consts.len },
		{ MODEL_IMAGE_FEATURES, 0, x->features, x->feature_bytes },
		{ MODEL_IMAGE_LABELS, 0, img->labels.data, img->labels.len },
		{ MODEL_IMAGE_POST, 0, x->post, x->post_bytes },
		{ MODEL_IMAGE_GOLDEN, 0, img->golden.data, img->golden.len },
		{ MODEL_IMAGE_INFO, 0, img->info.data, img->info.len },
	};
	size_t start = out->len, total = 0;

	for (int i = 0; i < SECTIONS; i++)
		total += sections[i].n;
	if (total > MODEL_IMAGE_BYTES_MAX / 2)
		return err_set(err, ERR_LIMIT, "the model image would be "
			       "larger than %d bytes",
			       MODEL_IMAGE_BYTES_MAX / 2);
	put_head(img, sections, out);
	for (int i = 0; i < SECTIONS; i++) {
		if (!sections[i].n)
			continue;
		buf_align(out, MODEL_IMAGE_ALIGN);
		buf_add(out, sections[i].bytes, sections[i].n);
	}
	buf_align(out, MODEL_IMAGE_ALIGN);
	if (out->failed)
		return err_nomem(err);
	model_image_put_crc(out->data + start, out->len - start);
	return 0;
}

static void release(struct image *img)
{
	struct buf *bufs[] = { &img->tensors, &img->ops, &img->params,
			       &img->consts, &img->labels, &img->golden,
			       &img->info };

	for (size_t i = 0; i < sizeof(bufs) / sizeof(bufs[0]); i++)
		buf_release(bufs[i]);
}

static bool has_failed(const struct image *img)
{
	return img->tensors.failed || img->ops.failed || img->params.failed ||
	       img->consts.failed || img->labels.failed ||
	       img->golden.failed || img->info.failed;
}

int plan_emit_image(const struct plan *plan, const struct plan_extras *extras,
		    struct buf *out, struct err *err)
{
	const struct plan_extras none = { 0 };
	struct image img = { .plan = plan };
	struct arena memory = { 0 };
	size_t n = (size_t)plan->model->tensor_count;
	int kind;

	if (!extras)
		extras = &none;
	img.numbers = arena_array(&memory, n, sizeof(*img.numbers));
	img.places = arena_array(&memory, n, sizeof(*img.places));
	img.layers = arena_array(&memory, (size_t)plan->model->op_count,
				 sizeof(*img.layers));
	if (!img.numbers || !img.places || !img.layers) {
		arena_release(&memory);
		return err_nomem(err);
	}
	put_tensors(&img);
	for (int i = 0; i < plan->model->op_count; i++)
		put_op(&img, i);
	put_texts(&img.labels, extras->labels, extras->label_count);
	put_texts(&img.info, extras->info, extras->info_count);
	put_golden(&img.golden, extras);
	kind = has_failed(&img) ? err_nomem(err) :
		assemble(&img, extras, out, err);
	release(&img);
	arena_release(&memory);
	return kind;
}
