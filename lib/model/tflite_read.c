#include "model/tflite.h"

#include <stdlib.h>
#include <string.h>

#include "model/tflite_priv.h"

/* The file's parts while it is being read. */
struct reader {
	struct flat flat;
	struct model *model;
	struct err *err;
	struct flat_vector codes, buffers, tensors, operators;
	struct flat_vector inputs, outputs, custom;
	size_t const_bytes;
	int *map;		/* file's tensor -> model's, UNUSED, WANTED */
};

enum { UNUSED = -1, WANTED = -2 };

/* ---- what went wrong ---------------------------------------------------- */

static int sane(struct reader *r)
{
	if (!r->flat.err)
		return 0;
	err_set(r->err, ERR_FORMAT, "not a well-formed .tflite file");
	err_at(r->err, "offset %zu", r->flat.bad_at);
	err_hint(r->err, "the file is damaged or cut off; get it again");
	return ERR_FORMAT;
}

static int malformed(struct reader *r, const char *what)
{
	return sane(r) ? ERR_FORMAT :
		err_set(r->err, ERR_FORMAT, "malformed .tflite file: %s",
			what);
}

static int too_many(struct reader *r, const char *what, int limit)
{
	return err_set(r->err, ERR_LIMIT, "the model has more than %d %s",
		       limit, what);
}

/* ---- operators ---------------------------------------------------------- */

/* One operator of the file. */
struct node {
	uint32_t index;
	int32_t code;		/* BuiltinOperator */
	const struct kern_op_info *info;
	struct flat_vector inputs, outputs, custom;
	struct flat_table options, code_table;
	uint8_t options_type;
};

static int refuse_custom(struct reader *r, const struct node *node)
{
	struct flat_vector name = flat_vector(&node->code_table, CODE_CUSTOM,
					      1);
	const char *text = (const char *)flat_bytes(&name);
	bool is_ethos = text && name.n == 7 && memcmp(text, "ethos-u", 7) == 0;

	if (sane(r))
		return ERR_FORMAT;
	err_set(r->err, ERR_UNSUPPORTED, "operation %u is the custom "
		"operation '%.*s'%s", node->index,
		(int)(name.n < 64 ? name.n : 64), text ? text : "",
		is_ethos ? ", a command stream for an Ethos-U processor" : "");
	err_hint(r->err, is_ethos ?
		 "use the .tflite file from before Vela compiled it" :
		 "convert the model with built-in operations only");
	return ERR_UNSUPPORTED;
}

static int refuse_op(struct reader *r, const struct node *node)
{
	const char *name = tflite_op_name(node->code);

	if (node->code == TFLITE_CUSTOM)
		return refuse_custom(r, node);
	if (name)
		err_set(r->err, ERR_UNSUPPORTED, "operation %u is %s, which "
			"has no kernel here", node->index, name);
	else
		err_set(r->err, ERR_UNSUPPORTED, "operation %u has the "
			"unknown operator code %d", node->index,
			(int)node->code);
	err_hint(r->err, "build the model from the operations that "
		 "tinyml-infer(1) names");
	return ERR_UNSUPPORTED;
}

/* The row of an operator; those that only change the shape are RESHAPE. */
static const struct kern_op_info *info_of(int32_t code)
{
	if (code == TFLITE_EXPAND_DIMS || code == TFLITE_SQUEEZE)
		return kern_op_info(KERN_RESHAPE);
	return code < 0 ? NULL : kern_op_of_tflite((unsigned)code);
}

static int read_node(struct reader *r, uint32_t index, struct node *node)
{
	struct flat_table op = flat_at_table(&r->operators, index);
	uint32_t code = flat_u32(&op, OPERATOR_CODE, 0);
	int32_t old;

	*node = (struct node){ .index = index };
	if (sane(r) || code >= r->codes.n)
		return malformed(r, "an operator code that does not exist");
	node->code_table = flat_at_table(&r->codes, code);
	/* Codes up to 127 stood in a byte once; the greater one counts. */
	old = (int8_t)flat_u8(&node->code_table, CODE_OLD, 0);
	node->code = flat_i32(&node->code_table, CODE_BUILTIN, 0);
	if (old > node->code)
		node->code = old;
	node->inputs = flat_vector(&op, OPERATOR_INPUTS, 4);
	node->outputs = flat_vector(&op, OPERATOR_OUTPUTS, 4);
	node->options_type = flat_u8(&op, OPERATOR_OPTIONS_TYPE, 0);
	node->options = flat_table(&op, OPERATOR_OPTIONS);
	node->custom = flat_vector(&op, OPERATOR_CUSTOM, 1);
	if (sane(r))
		return ERR_FORMAT;
	node->info = info_of(node->code);
	if (!node->info)
		return refuse_op(r, node);
	if (node->info->id == KERN_TRANSPOSE_CONV &&
	    (node->inputs.n < 3 || node->inputs.n > 4))
		return malformed(r, "a TRANSPOSE_CONV that has not three or "
				 "four inputs");
	if (node->outputs.n != 1)
		return malformed(r, "an operation without exactly one output");
	if (node->inputs.n < 1)
		return malformed(r, "an operation without input");
	if (node->inputs.n > MODEL_OP_INPUTS_MAX)
		return err_set(r->err, ERR_UNSUPPORTED, "operation %u (%s) has "
			       "%u inputs, more than %d", index,
			       node->info->name, node->inputs.n,
			       MODEL_OP_INPUTS_MAX);
	if (node->options.at && node->code == node->info->tflite &&
	    node->options_type !=
	    tflite_options_type((enum kern_op)node->info->id))
		return malformed(r, "options of another operation");
	return 0;
}

/* The inputs that count, into numbers; returns how many.  RESHAPE's shape and
 * TRANSPOSE_CONV's say nothing new, and the latter's filter comes first. */
static uint32_t read_inputs(const struct node *node,
			    int32_t numbers[MODEL_OP_INPUTS_MAX])
{
	static const uint8_t transposed[] = { 2, 1, 3 };
	bool is_transposed = node->info->id == KERN_TRANSPOSE_CONV;
	uint32_t n = node->inputs.n;

	if (node->info->id == KERN_RESHAPE)
		n = 1;
	if (is_transposed)
		n--;
	for (uint32_t i = 0; i < n; i++)
		numbers[i] = flat_at_i32(&node->inputs, is_transposed ?
					 transposed[i] : i);
	return n;
}

/* ---- tensors ------------------------------------------------------------ */

static int want(struct reader *r, int32_t tensor)
{
	if (tensor == -1)
		return 0;
	if (tensor < 0 || (uint32_t)tensor >= r->tensors.n)
		return malformed(r, "a tensor number that does not exist");
	r->map[tensor] = WANTED;
	return 0;
}

static int want_all(struct reader *r, const struct flat_vector *list)
{
	int kind = 0;

	for (uint32_t i = 0; i < list->n && !kind; i++)
		kind = want(r, flat_at_i32(list, i));
	return kind;
}

/* The bytes of a constant; *n is 0 for a tensor that is none. */
static int find_data(struct reader *r, const struct flat_table *t,
		     const uint8_t **data, uint32_t *n)
{
	uint32_t index = flat_u32(t, TENSOR_BUFFER, 0);
	struct flat_table buffer;
	struct flat_vector bytes;

	*n = 0;
	*data = NULL;
	if (index == 0 && r->buffers.n == 0)
		return sane(r);
	if (index >= r->buffers.n)
		return malformed(r, "a buffer number that does not exist");
	buffer = flat_at_table(&r->buffers, index);
	if (flat_u64(&buffer, BUFFER_OFFSET, 0) > 1 ||
	    flat_u32(t, TENSOR_EXTERNAL, 0) != 0) {
		err_set(r->err, ERR_UNSUPPORTED, "the model keeps constants "
			"outside of its FlatBuffer");
		err_hint(r->err, "convert it again without external buffers");
		return ERR_UNSUPPORTED;
	}
	bytes = flat_vector(&buffer, BUFFER_DATA, 1);
	*data = flat_bytes(&bytes);
	*n = bytes.n;
	return sane(r);
}

static int read_quant(struct reader *r, const struct flat_table *t, int tensor)
{
	struct flat_table quant = flat_table(t, TENSOR_QUANT);
	struct flat_vector scale = flat_vector(&quant, QUANT_SCALE, 4);
	struct flat_vector zero = flat_vector(&quant, QUANT_ZERO, 8);
	int32_t axis = flat_i32(&quant, QUANT_AXIS, 0);
	struct model_quant *q;

	if (sane(r))
		return ERR_FORMAT;
	if (flat_u8(&quant, QUANT_DETAILS_TYPE, 0) != 0)
		return err_set(r->err, ERR_UNSUPPORTED, "tensor '%s' has a "
			       "custom or blockwise quantisation",
			       r->model->tensors[tensor].name);
	if (scale.n == 0)
		return 0;
	if (zero.n != 0 && zero.n != scale.n)
		return malformed(r, "scales and zero points differ in number");
	q = &r->model->tensors[tensor].quant;
	q->scales = model_alloc(r->model, scale.n * sizeof(float));
	q->zeros = model_alloc(r->model, scale.n * sizeof(int32_t));
	if (!q->scales || !q->zeros)
		return err_nomem(r->err);
	q->n = scale.n;
	/* a vector has one axis, whatever old converters wrote */
	q->axis = r->model->tensors[tensor].rank == 1 ? 0 : axis;
	for (uint32_t i = 0; i < scale.n; i++) {
		int64_t z = zero.n ? flat_at_i64(&zero, i) : 0;

		if (z < INT32_MIN || z > INT32_MAX)
			return malformed(r, "a zero point beyond 32 bits");
		q->scales[i] = flat_at_f32(&scale, i);
		q->zeros[i] = (int32_t)z;
	}
	return sane(r);
}

static int read_shape(struct reader *r, const struct flat_table *t,
		      const char *name, int32_t *dims, int *rank)
{
	struct flat_vector shape = flat_vector(t, TENSOR_SHAPE, 4);
	struct flat_vector sign = flat_vector(t, TENSOR_SIGNATURE, 4);
	bool is_unknown = false;

	if (sane(r))
		return ERR_FORMAT;
	if (shape.n > MODEL_RANK_MAX)
		return err_set(r->err, ERR_LIMIT, "tensor '%s' has %u axes, "
			       "more than %d", name, shape.n, MODEL_RANK_MAX);
	*rank = (int)shape.n;
	for (uint32_t i = 0; i < shape.n; i++) {
		dims[i] = flat_at_i32(&shape, i);
		is_unknown |= dims[i] < 1;
		/* an unknown batch runs as the 1 that shape says */
		if (i > 0 && i < sign.n && dims[i] == 1)
			is_unknown |= flat_at_i32(&sign, i) < 0;
	}
	if (!is_unknown)
		return sane(r);
	err_set(r->err, ERR_UNSUPPORTED, "tensor '%s' has a dimension that is "
		"unknown until the model runs", name);
	err_hint(r->err, "convert the model with a fixed input shape and "
		 "batch 1");
	return ERR_UNSUPPORTED;
}

static int refuse_type(struct reader *r, int32_t code, const char *name)
{
	err_set(r->err, ERR_UNSUPPORTED, "tensor '%s' is of type %s", name,
		tflite_type_name(code));
	err_hint(r->err, "int8, int16 and float32 models run; convert the "
		 "model to one of them");
	return ERR_UNSUPPORTED;
}

static int copy_data(struct reader *r, struct model_tensor *tensor,
		     const uint8_t *data, uint32_t n)
{
	if (n != model_bytes(tensor))
		return err_set(r->err, ERR_FORMAT, "constant '%s' has %u "
			       "bytes, its shape needs %zu", tensor->name, n,
			       model_bytes(tensor));
	/* many tensors may name one buffer */
	if (n > MODEL_BYTES_MAX - r->const_bytes)
		return err_set(r->err, ERR_LIMIT, "the constants are larger "
			       "than %zu bytes", MODEL_BYTES_MAX);
	r->const_bytes += n;
	tensor->data = model_alloc(r->model, n);
	if (!tensor->data)
		return err_nomem(r->err);
	memcpy(tensor->data, data, n);
	return 0;
}

/* INT4: two in a byte, the first in the low half; int8 in the model. */
static int copy_s4(struct reader *r, struct model_tensor *tensor,
		   const uint8_t *data, uint32_t n)
{
	size_t count = model_elements(tensor);
	int8_t *to;

	if (n != (count + 1) / 2)
		return err_set(r->err, ERR_FORMAT, "constant '%s' has %u "
			       "bytes, its shape needs %zu", tensor->name, n,
			       (count + 1) / 2);
	if (count > MODEL_BYTES_MAX - r->const_bytes)
		return err_set(r->err, ERR_LIMIT, "the constants are larger "
			       "than %zu bytes", MODEL_BYTES_MAX);
	r->const_bytes += count;
	tensor->data = to = model_alloc(r->model, count);
	if (!to)
		return err_nomem(r->err);
	for (size_t i = 0; i < count; i++) {
		int value = data[i / 2] >> i % 2 * 4 & 15;

		to[i] = (int8_t)(value < 8 ? value : value - 16);
	}
	return 0;
}

static int refuse_tensor(struct reader *r, const char *name, const char *what)
{
	return err_set(r->err, ERR_UNSUPPORTED, "tensor '%s' is %s", name,
		       what);
}

static int add_tensor(struct reader *r, uint32_t index,
		      const struct flat_table *t, const char *name)
{
	int32_t dims[MODEL_RANK_MAX] = { 0 };
	int32_t code = flat_u8(t, TENSOR_TYPE, 0);
	enum kern_type type = tflite_type(code);
	const uint8_t *data;
	uint32_t n;
	int rank = 0, kind, i;

	if (code == TFLITE_INT4)
		type = KERN_S8;
	if (!type)
		return sane(r) ? ERR_FORMAT : refuse_type(r, code, name);
	if (flat_has(t, TENSOR_SPARSITY))
		return refuse_tensor(r, name, "sparse");
	kind = read_shape(r, t, name, dims, &rank);
	if (!kind)
		kind = find_data(r, t, &data, &n);
	if (kind)
		return kind;
	i = model_add_tensor(r->model, name, type, rank, dims);
	if (i < 0)
		return err_set(r->err, r->model->failed, "tensor '%s' cannot "
			       "be held: %s", name,
			       err_kind_text(r->model->failed));
	r->map[index] = i;
	r->model->tensors[i].is_state = flat_u8(t, TENSOR_IS_VARIABLE, 0) != 0;
	if (n && r->model->tensors[i].is_state)
		return refuse_tensor(r, name, "a variable with a content to "
				     "start from");
	if (code == TFLITE_INT4 && !n)
		return refuse_type(r, code, name);
	if (n)
		kind = code == TFLITE_INT4 ?
			copy_s4(r, &r->model->tensors[i], data, n) :
			copy_data(r, &r->model->tensors[i], data, n);
	return kind ? kind : read_quant(r, t, i);
}

static void copy_text(const struct flat_vector *text,
		      char name[MODEL_NAME_MAX + 1])
{
	uint32_t n = text->n < MODEL_NAME_MAX ? text->n : MODEL_NAME_MAX;
	const uint8_t *bytes = flat_bytes(text);

	if (bytes)
		memcpy(name, bytes, n);
	name[bytes ? n : 0] = '\0';
}

static int read_tensor(struct reader *r, uint32_t index)
{
	struct flat_table t = flat_at_table(&r->tensors, index);
	struct flat_vector text = flat_vector(&t, TENSOR_NAME, 1);
	char name[MODEL_NAME_MAX + 1];

	copy_text(&text, name);
	if (sane(r))
		return ERR_FORMAT;
	return add_tensor(r, index, &t, name);
}

/* ---- the whole ---------------------------------------------------------- */

static int want_node(struct reader *r, uint32_t index)
{
	int32_t inputs[MODEL_OP_INPUTS_MAX];
	struct node node;
	uint32_t n;
	int kind = read_node(r, index, &node);

	if (kind)
		return kind;
	n = read_inputs(&node, inputs);
	for (uint32_t i = 0; i < n && !kind; i++)
		kind = want(r, inputs[i]);
	return kind ? kind : want(r, flat_at_i32(&node.outputs, 0));
}

static int want_tensors(struct reader *r)
{
	int kind = want_all(r, &r->inputs);

	if (!kind)
		kind = want_all(r, &r->outputs);
	for (uint32_t i = 0; i < r->operators.n && !kind; i++)
		kind = want_node(r, i);
	return kind ? kind : sane(r);
}

static int mapped(const struct reader *r, int32_t tensor)
{
	return tensor < 0 ? -1 : r->map[tensor];
}

/* A tensor like the output of a CONCATENATION, for its first n inputs. */
static int add_part(struct reader *r, const struct model_attr *attr,
		    const int *inputs, int n, int output)
{
	struct model_tensor part = r->model->tensors[output];
	int axis = attr->axis + (attr->axis < 0 ? part.rank : 0);
	int64_t size = 0;

	if (axis < 0 || axis >= part.rank)
		return output;		/* model_check refuses it */
	for (int i = 0; i < n; i++)
		if (inputs[i] >= 0 &&
		    axis < r->model->tensors[inputs[i]].rank)
			size += r->model->tensors[inputs[i]].dims[axis];
	part.dims[axis] = size < INT32_MAX ? (int32_t)size : INT32_MAX;
	part.data = NULL;
	part.is_state = false;
	return model_add_copy(r->model, &part);
}

/* More inputs than a kernel takes are joined in several steps. */
static void add_concat(struct reader *r, const struct model_attr *attr,
		       int *inputs, int n, int output)
{
	enum { MOST = KERN_CONCAT_INPUTS };

	while (n > MOST && !r->model->failed) {
		int part = add_part(r, attr, inputs, MOST, output);

		model_add_op(r->model, KERN_CONCATENATION, attr, inputs, MOST,
			     part);
		inputs += MOST - 1;
		inputs[0] = part;
		n -= MOST - 1;
	}
	model_add_op(r->model, KERN_CONCATENATION, attr, inputs, n, output);
}

static bool rounds_once(const struct node *node)
{
	static const char word[] = TFLITE_ROUNDS_ONCE;
	const uint8_t *bytes = flat_bytes(&node->custom);

	return node->custom.n == sizeof(word) - 1 && bytes &&
	       memcmp(bytes, word, sizeof(word) - 1) == 0;
}

static int add_node(struct reader *r, uint32_t index)
{
	int32_t numbers[MODEL_OP_INPUTS_MAX];
	int inputs[MODEL_OP_INPUTS_MAX];
	struct model_attr attr = { 0 };
	struct node node;
	const char *what;
	uint32_t n;
	int output;

	if (read_node(r, index, &node))
		return ERR_FORMAT;
	if (!tflite_options((enum kern_op)node.info->id, &node.options, &attr,
			    &what))
		return sane(r) ? ERR_FORMAT :
			err_set(r->err, ERR_UNSUPPORTED, "operation %u (%s) "
				"has %s", index, node.info->name, what);
	attr.rounds_once = rounds_once(&node);
	n = read_inputs(&node, numbers);
	for (uint32_t i = 0; i < n; i++)
		inputs[i] = mapped(r, numbers[i]);
	output = mapped(r, flat_at_i32(&node.outputs, 0));
	if (node.info->id == KERN_CONCATENATION && output >= 0)
		add_concat(r, &attr, inputs, (int)n, output);
	else
		model_add_op(r->model, (enum kern_op)node.info->id, &attr,
			     inputs, (int)n, output);
	return sane(r);
}

static int read_graph(struct reader *r)
{
	int kind = want_tensors(r);

	for (uint32_t i = 0; i < r->tensors.n && !kind; i++)
		if (r->map[i] == WANTED)
			kind = read_tensor(r, i);
	for (uint32_t i = 0; i < r->operators.n && !kind; i++)
		kind = add_node(r, i);
	for (uint32_t i = 0; i < r->inputs.n && !kind; i++)
		model_add_input(r->model, mapped(r, flat_at_i32(&r->inputs,
								i)));
	for (uint32_t i = 0; i < r->outputs.n && !kind; i++)
		model_add_output(r->model, mapped(r, flat_at_i32(&r->outputs,
								 i)));
	return kind ? kind : model_check(r->model, r->err);
}

static int open_parts(struct reader *r, const void *bytes, size_t n)
{
	struct flat_table root = flat_open(&r->flat, bytes, n,
					   TFLITE_IDENTIFIER);
	struct flat_vector graphs = flat_vector(&root, ROOT_SUBGRAPHS, 4);
	struct flat_table graph = { .flat = &r->flat };
	struct flat_vector name;
	char text[MODEL_NAME_MAX + 1];

	if (graphs.n > 0)
		graph = flat_at_table(&graphs, 0);
	name = flat_vector(&graph, SUBGRAPH_NAME, 1);
	r->codes = flat_vector(&root, ROOT_CODES, 4);
	r->buffers = flat_vector(&root, ROOT_BUFFERS, 4);
	r->tensors = flat_vector(&graph, SUBGRAPH_TENSORS, 4);
	r->inputs = flat_vector(&graph, SUBGRAPH_INPUTS, 4);
	r->outputs = flat_vector(&graph, SUBGRAPH_OUTPUTS, 4);
	r->operators = flat_vector(&graph, SUBGRAPH_OPERATORS, 4);
	if (sane(r))
		return ERR_FORMAT;
	if (flat_u32(&root, ROOT_VERSION, 0) != TFLITE_SCHEMA_VERSION)
		return err_set(r->err, ERR_UNSUPPORTED, "the model is of "
			       "schema version %u, not %d",
			       flat_u32(&root, ROOT_VERSION, 0),
			       TFLITE_SCHEMA_VERSION);
	if (r->tensors.n > MODEL_TENSORS_MAX)
		return too_many(r, "tensors", MODEL_TENSORS_MAX);
	if (r->operators.n > MODEL_OPS_MAX)
		return too_many(r, "operations", MODEL_OPS_MAX);
	if (r->inputs.n > MODEL_PORTS_MAX || r->outputs.n > MODEL_PORTS_MAX)
		return too_many(r, "inputs or outputs", MODEL_PORTS_MAX);
	copy_text(&name, text);
	model_init(r->model, text);
	return 0;
}

bool model_is_tflite(const void *bytes, size_t n)
{
	return n >= 8 && memcmp((const uint8_t *)bytes + 4, TFLITE_IDENTIFIER,
				4) == 0;
}

int model_read_tflite(struct model *model, const void *bytes, size_t n,
		      struct err *err)
{
	struct reader r = { .model = model, .err = err };
	int kind;

	*model = (struct model){ .name = "" };
	if (n < 8)
		kind = err_set(err, ERR_SHORT, "the file is too short for a "
			       ".tflite");
	else if (!model_is_tflite(bytes, n))
		kind = err_set(err, ERR_FORMAT, "not a .tflite file");
	else
		kind = open_parts(&r, bytes, n);
	if (!kind) {
		r.map = malloc((r.tensors.n + 1) * sizeof(*r.map));
		for (uint32_t i = 0; r.map && i < r.tensors.n; i++)
			r.map[i] = UNUSED;
		kind = r.map ? read_graph(&r) : err_nomem(err);
	}
	free(r.map);
	if (kind)
		model_release(model);
	return kind;
}
