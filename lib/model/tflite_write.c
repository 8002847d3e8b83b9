#include <string.h>

#include "model/flat_write.h"
#include "model/tflite.h"
#include "model/tflite_priv.h"

/* ---- operator codes ----------------------------------------------------- */

/* The distinct operations in order of first use. */
struct codes {
	enum kern_op ops[64];
	uint32_t n;
};

static uint32_t code_of(struct codes *codes, enum kern_op op)
{
	uint32_t i;

	for (i = 0; i < codes->n; i++)
		if (codes->ops[i] == op)
			return i;
	codes->ops[codes->n++] = op;
	return i;
}

/* The operator's version that first took int8: other readers look at it. */
static uint32_t code_version(const struct model *m, enum kern_op op)
{
	bool is_int8 = false, is_per_axis = false;

	for (int i = 0; i < m->op_count; i++) {
		const struct model_op *node = &m->ops[i];

		if (node->op != op)
			continue;
		is_int8 |= m->tensors[node->output].type == KERN_S8;
		if (node->input_count > 1 && node->inputs[1] >= 0)
			is_per_axis |= m->tensors[node->inputs[1]].quant.n > 1;
	}
	if (!is_int8 || op == KERN_RESHAPE || op == KERN_HARD_SWISH)
		return 1;
	if (op == KERN_CONV_2D || op == KERN_DEPTHWISE_CONV_2D)
		return 3;
	if (op == KERN_FULLY_CONNECTED)
		return is_per_axis ? 12 : 4;
	return 2;
}

static void put_codes(const struct model *m, struct codes *codes, size_t hole,
		      struct buf *out)
{
	size_t holes;

	for (int i = 0; i < m->op_count; i++)
		code_of(codes, m->ops[i].op);
	holes = flat_put_holes(out, hole, codes->n);
	for (uint32_t i = 0; i < codes->n; i++) {
		uint32_t builtin = kern_op_info(codes->ops[i])->tflite;
		struct flat_field code[] = {
			[CODE_OLD] = FLAT_U8(builtin < 127 ? builtin : 127),
			[CODE_CUSTOM] = FLAT_NONE,
			[CODE_VERSION] = FLAT_U32(code_version(m,
							codes->ops[i])),
			[CODE_BUILTIN] = FLAT_U32(builtin),
		};

		flat_put_table(out, holes + 4 * i, code, 4);
	}
}

/* ---- graph -------------------------------------------------------------- */

/* The shapes that TRANSPOSE_CONV takes follow the tensors, in the order of
 * the operations, and their buffers those of the constants. */
static uint32_t shapes_before(const struct model *m, int index)
{
	uint32_t n = 0;

	for (int i = 0; i < index; i++)
		n += m->ops[i].op == KERN_TRANSPOSE_CONV;
	return n;
}

/* An operator's inputs as .tflite orders them; returns how many. */
static uint32_t inputs_of(const struct model *m, int index,
			  int inputs[MODEL_OP_INPUTS_MAX + 1])
{
	const struct model_op *op = &m->ops[index];
	int n = 0;

	if (op->op != KERN_TRANSPOSE_CONV) {
		memcpy(inputs, op->inputs, sizeof(op->inputs));
		return (uint32_t)op->input_count;
	}
	inputs[n++] = m->tensor_count + (int)shapes_before(m, index);
	inputs[n++] = op->inputs[1];
	inputs[n++] = op->inputs[0];
	if (op->input_count > 2)
		inputs[n++] = op->inputs[2];
	return (uint32_t)n;
}

static void put_operators(const struct model *m, struct codes *codes,
			  size_t hole, struct buf *out)
{
	size_t holes = flat_put_holes(out, hole, (uint32_t)m->op_count);

	for (int i = 0; i < m->op_count; i++) {
		const struct model_op *op = &m->ops[i];
		struct flat_field node[] = {
			[OPERATOR_CODE] = FLAT_U32(code_of(codes, op->op)),
			[OPERATOR_INPUTS] = FLAT_HOLE,
			[OPERATOR_OUTPUTS] = FLAT_HOLE,
			[OPERATOR_OPTIONS_TYPE] =
				FLAT_U8(tflite_options_type(op->op)),
			[OPERATOR_OPTIONS] = FLAT_HOLE,
			[OPERATOR_CUSTOM] = FLAT_HOLE,
		};
		int fields = op->attr.rounds_once ? 6 : 5;

		int inputs[MODEL_OP_INPUTS_MAX + 1];
		uint32_t n = inputs_of(m, i, inputs);

		if (!tflite_options_type(op->op))
			node[OPERATOR_OPTIONS].bytes = 0;
		flat_put_table(out, holes + 4 * (size_t)i, node, fields);
		flat_put_vector(out, node[OPERATOR_INPUTS].at, inputs, n, 4,
				4);
		flat_put_vector(out, node[OPERATOR_OUTPUTS].at, &op->output,
				1, 4, 4);
		tflite_put_options(m, i, node[OPERATOR_OPTIONS].at, out);
		if (op->attr.rounds_once)
			flat_put_text(out, node[OPERATOR_CUSTOM].at,
				      TFLITE_ROUNDS_ONCE);
	}
}

static void put_quant(const struct model_quant *q, size_t hole,
		      struct buf *out)
{
	struct flat_field quant[] = {
		[QUANT_MIN] = FLAT_NONE,
		[QUANT_MAX] = FLAT_NONE,
		[QUANT_SCALE] = FLAT_HOLE,
		[QUANT_ZERO] = FLAT_HOLE,
		[QUANT_DETAILS_TYPE] = FLAT_NONE,
		[QUANT_DETAILS] = FLAT_NONE,
		[QUANT_AXIS] = FLAT_U32(q->axis),
	};

	flat_put_table(out, hole, quant, 7);
	flat_put_vector(out, quant[QUANT_SCALE].at, q->scales, q->n, 4, 4);
	flat_put_longs(out, quant[QUANT_ZERO].at, q->zeros, q->n);
}

static void put_tensor(const struct model_tensor *t, int32_t type,
		       uint32_t buffer, size_t hole, struct buf *out)
{
	struct flat_field tensor[] = {
		[TENSOR_SHAPE] = FLAT_HOLE,
		[TENSOR_TYPE] = FLAT_U8(type),
		[TENSOR_BUFFER] = FLAT_U32(buffer),
		[TENSOR_NAME] = FLAT_HOLE,
		[TENSOR_QUANT] = FLAT_HOLE,
		[TENSOR_IS_VARIABLE] = FLAT_U8(t->is_state),
	};

	if (!t->quant.n)
		tensor[TENSOR_QUANT].bytes = 0;
	flat_put_table(out, hole, tensor, t->is_state ? 6 : 5);
	flat_put_vector(out, tensor[TENSOR_SHAPE].at, t->dims,
			(uint32_t)t->rank, 4, 4);
	flat_put_text(out, tensor[TENSOR_NAME].at, t->name);
	if (t->quant.n)
		put_quant(&t->quant, tensor[TENSOR_QUANT].at, out);
}

static int32_t type_code(const struct model *m, int tensor)
{
	return model_is_s4(m, tensor) ? TFLITE_INT4 :
		tflite_type_code(m->tensors[tensor].type);
}

/* Constant number k in order of the tensors has buffer k + 1. */
static void put_tensors(const struct model *m, size_t hole, struct buf *out)
{
	const struct model_tensor shape = {
		.name = "shape", .type = KERN_S32, .rank = 1, .dims = { 4 },
	};
	uint32_t shapes = shapes_before(m, m->op_count), constants = 0;
	size_t holes = flat_put_holes(out, hole, (uint32_t)m->tensor_count +
				      shapes);

	for (int i = 0; i < m->tensor_count; i++, holes += 4)
		put_tensor(&m->tensors[i], type_code(m, i),
			   m->tensors[i].data ? ++constants : 0, holes, out);
	for (uint32_t i = 0; i < shapes; i++, holes += 4)
		put_tensor(&shape, TFLITE_INT32, ++constants, holes, out);
}

static void put_graph(const struct model *m, struct codes *codes, size_t hole,
		      struct buf *out)
{
	struct flat_field graph[] = {
		[SUBGRAPH_TENSORS] = FLAT_HOLE,
		[SUBGRAPH_INPUTS] = FLAT_HOLE,
		[SUBGRAPH_OUTPUTS] = FLAT_HOLE,
		[SUBGRAPH_OPERATORS] = FLAT_HOLE,
		[SUBGRAPH_NAME] = FLAT_HOLE,
	};
	size_t holes = flat_put_holes(out, hole, 1);

	flat_put_table(out, holes, graph, 5);
	put_tensors(m, graph[SUBGRAPH_TENSORS].at, out);
	flat_put_vector(out, graph[SUBGRAPH_INPUTS].at, m->inputs,
			(uint32_t)m->input_count, 4, 4);
	flat_put_vector(out, graph[SUBGRAPH_OUTPUTS].at, m->outputs,
			(uint32_t)m->output_count, 4, 4);
	put_operators(m, codes, graph[SUBGRAPH_OPERATORS].at, out);
	flat_put_text(out, graph[SUBGRAPH_NAME].at, m->name);
}

static void put_buffer(const void *data, size_t n, size_t hole,
		       struct buf *out)
{
	struct flat_field buffer[] = { [BUFFER_DATA] = FLAT_HOLE };

	flat_put_table(out, hole, buffer, 1);
	flat_put_vector(out, buffer[BUFFER_DATA].at, data, (uint32_t)n, 1, 16);
}

/* Two in a byte, the first in the low half. */
static void put_s4(const struct model_tensor *t, size_t hole, struct buf *out)
{
	size_t n = model_elements(t);
	const int8_t *from = t->data;
	struct buf packed = BUF_INIT;

	buf_grow(&packed, (n + 1) / 2);
	for (size_t i = 0; i < n && !packed.failed; i++)
		packed.data[i / 2] |= (uint8_t)((from[i] & 15) << i % 2 * 4);
	out->failed |= packed.failed;
	put_buffer(packed.data, packed.len, hole, out);
	buf_release(&packed);
}

static void put_buffers(const struct model *m, size_t hole, struct buf *out)
{
	struct flat_field none[] = { FLAT_NONE };
	uint32_t n = 1 + shapes_before(m, m->op_count);
	size_t holes;

	for (int i = 0; i < m->tensor_count; i++)
		n += m->tensors[i].data != NULL;
	holes = flat_put_holes(out, hole, n);
	flat_put_table(out, holes, none, 1);
	for (int i = 0; i < m->tensor_count; i++)
		if (model_is_s4(m, i))
			put_s4(&m->tensors[i], holes += 4, out);
		else if (m->tensors[i].data)
			put_buffer(m->tensors[i].data,
				   model_bytes(&m->tensors[i]), holes += 4,
				   out);
	for (int i = 0; i < m->op_count; i++)
		if (m->ops[i].op == KERN_TRANSPOSE_CONV)
			put_buffer(m->tensors[m->ops[i].output].dims,
				   4 * sizeof(int32_t), holes += 4, out);
}

/* ---- signature ---------------------------------------------------------- */

static void put_map(const struct model *m, const int *ports, int n,
		    size_t hole, struct buf *out)
{
	size_t holes = flat_put_holes(out, hole, (uint32_t)n);

	for (int i = 0; i < n; i++) {
		struct flat_field map[] = {
			[MAP_NAME] = FLAT_HOLE,
			[MAP_TENSOR] = FLAT_U32(ports[i]),
		};

		flat_put_table(out, holes + 4 * (size_t)i, map, 2);
		flat_put_text(out, map[MAP_NAME].at,
			      m->tensors[ports[i]].name);
	}
}

static void put_signature(const struct model *m, size_t hole, struct buf *out)
{
	struct flat_field sign[] = {
		[SIGNATURE_INPUTS] = FLAT_HOLE,
		[SIGNATURE_OUTPUTS] = FLAT_HOLE,
		[SIGNATURE_KEY] = FLAT_HOLE,
		[SIGNATURE_TAG] = FLAT_NONE,
		[SIGNATURE_SUBGRAPH] = FLAT_U32(0),
	};

	flat_put_table(out, flat_put_holes(out, hole, 1), sign, 5);
	put_map(m, m->inputs, m->input_count, sign[SIGNATURE_INPUTS].at, out);
	put_map(m, m->outputs, m->output_count, sign[SIGNATURE_OUTPUTS].at,
		out);
	flat_put_text(out, sign[SIGNATURE_KEY].at, "serving_default");
}

/* ---- the whole ---------------------------------------------------------- */

static int check_sayable(const struct model *m, struct err *err)
{
	for (int i = 0; i < m->op_count; i++) {
		if (m->ops[i].attr.padding != MODEL_PAD_EXPLICIT)
			continue;
		err_set(err, ERR_UNSUPPORTED, "operation %d (%s) has explicit "
			"padding, which .tflite cannot express", i,
			model_op_name(m->ops[i].op));
		err_hint(err, "use SAME or VALID padding");
		return ERR_UNSUPPORTED;
	}
	return 0;
}

int model_write_tflite(const struct model *model, struct buf *out,
		       struct err *err)
{
	struct flat_field root[] = {
		[ROOT_VERSION] = FLAT_U32(TFLITE_SCHEMA_VERSION),
		[ROOT_CODES] = FLAT_HOLE,
		[ROOT_SUBGRAPHS] = FLAT_HOLE,
		[ROOT_DESCRIPTION] = FLAT_HOLE,
		[ROOT_BUFFERS] = FLAT_HOLE,
		[ROOT_METADATA_BUFFER] = FLAT_NONE,
		[ROOT_METADATA] = FLAT_NONE,
		[ROOT_SIGNATURES] = FLAT_HOLE,
	};
	struct codes codes = { .n = 0 };
	struct buf file = BUF_INIT;
	int kind = check_sayable(model, err);

	if (kind)
		return kind;
	flat_put_table(&file, flat_start(&file, TFLITE_IDENTIFIER), root, 8);
	put_codes(model, &codes, root[ROOT_CODES].at, &file);
	put_graph(model, &codes, root[ROOT_SUBGRAPHS].at, &file);
	flat_put_text(&file, root[ROOT_DESCRIPTION].at, "tinyml");
	put_signature(model, root[ROOT_SIGNATURES].at, &file);
	put_buffers(model, root[ROOT_BUFFERS].at, &file);
	buf_align(&file, 16);
	if (!file.failed)
		buf_add(out, file.data, file.len);
	kind = file.failed || out->failed ? err_nomem(err) : 0;
	buf_release(&file);
	return kind;
}
