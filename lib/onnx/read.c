#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "onnx/proto_priv.h"

int onnx_damaged(struct onnx *o, const char *what)
{
	err_set(o->err, ERR_FORMAT, "not an .onnx file, or a damaged one: %s",
		what);
	err_hint(o->err, "export the model again, or copy the file again");
	return ERR_FORMAT;
}

static int too_many(struct onnx *o, const char *what, int max)
{
	return err_set(o->err, ERR_LIMIT, "the graph has more than %d %s", max,
		       what);
}

/* ---- names ------------------------------------------------------------- */

int onnx_value(struct onnx *o, struct onnx_slice name)
{
	for (int i = o->value_count - 1; i >= 0; i--)
		if (o->values[i].name.n &&
		    onnx_same(o->values[i].name, name))
			return i;
	if (onnx_reserve(o, 1))
		return -1;
	onnx_unnamed(o)->name = name;
	return o->value_count - 1;
}

int onnx_reserve(struct onnx *o, int more)
{
	struct onnx_value *values;
	int room = o->value_room;

	if (o->value_count + more > ONNX_VALUES_MAX)
		return too_many(o, "names", ONNX_VALUES_MAX);
	if (o->value_count + more <= room)
		return 0;
	room = 2 * room + more;
	values = realloc(o->values, (size_t)room * sizeof(*values));
	if (!values)
		return err_nomem(o->err);
	o->values = values;
	o->value_room = room;
	return 0;
}

struct onnx_value *onnx_unnamed(struct onnx *o)
{
	struct onnx_value *v = &o->values[o->value_count++];

	*v = (struct onnx_value){ .plain = -1, .last = -1, .origin = -1 };
	return v;
}

static int add_port(struct onnx *o, struct onnx_slice name, int *ports,
		    int *count)
{
	int i = -1;

	if (*count == ONNX_NODE_PORTS_MAX)
		return too_many(o, "inputs or outputs at one node",
				ONNX_NODE_PORTS_MAX);
	if (name.n) {
		i = onnx_value(o, name);
		if (i < 0)
			return o->err->kind;
	}
	ports[(*count)++] = i;
	return 0;
}

struct onnx_value *onnx_unnamed_copy(struct onnx *o,
				     const struct onnx_value *from)
{
	struct onnx_value *v = onnx_unnamed(o);

	*v = *from;
	v->name = (struct onnx_slice){ 0 };
	return v;
}

/* ---- constants ---------------------------------------------------------- */

static int read_initializer(struct onnx *o, struct onnx_slice bytes)
{
	struct onnx_value value = { .plain = -1, .last = -1, .origin = -1 };
	struct onnx_slice name;
	int kind = onnx_read_tensor(o, bytes, &value, &name);
	int i;

	if (kind)
		return kind;
	i = onnx_value(o, name);
	if (i < 0)
		return o->err->kind;
	if (o->values[i].kind)
		return onnx_damaged(o, "a name stands for two things");
	value.name = name;
	value.uses = o->values[i].uses;
	o->values[i] = value;
	return 0;
}

/* ---- inputs and outputs ------------------------------------------------ */

static struct onnx_slice sub(struct onnx_slice message, uint32_t number)
{
	struct cursor cur = onnx_open(message);
	struct onnx_field f;

	while (onnx_next(&cur, &f))
		if (f.number == number && f.wire == WIRE_BYTES)
			return f.bytes;
	return (struct onnx_slice){ 0 };
}

static int no_size(struct onnx *o, struct onnx_slice name)
{
	err_set(o->err, ERR_UNSUPPORTED, "input '%.*s' has a dimension without "
		"a size", (int)(name.n > 80 ? 80 : name.n),
		(const char *)name.bytes);
	err_hint(o->err, "export the model with fixed shapes; only the first "
		 "dimension, the batch, may be open");
	return ERR_UNSUPPORTED;
}

static int read_shape(struct onnx *o, struct onnx_slice shape,
		      struct onnx_value *value)
{
	struct cursor cur = onnx_open(shape);
	int64_t dims[MODEL_RANK_MAX + 1];
	bool is_damaged = false;
	struct onnx_field f;
	int rank = 0;

	while (onnx_next(&cur, &f)) {
		int64_t size = 0;

		if (f.number != SHAPE_DIM || f.wire != WIRE_BYTES)
			continue;
		onnx_read_ints(f.bytes, DIM_VALUE, &size, 1, &is_damaged);
		if (size < 1 && rank > 0)
			return no_size(o, value->name);
		if (rank <= MODEL_RANK_MAX)
			dims[rank++] = size < 1 ? 1 : size;
	}
	if (cur.err)
		return onnx_damaged(o, "the shape of an input");
	return onnx_set_dims(o, value, rank, dims, 1);
}

static enum kern_type input_type(int64_t type)
{
	switch (type) {
	case ONNX_FLOAT: return KERN_F32;
	case ONNX_INT8: return KERN_S8;
	case ONNX_UINT8: return KERN_U8;
	case ONNX_INT32: return KERN_S32;
	case ONNX_INT64: return KERN_S64;
	default: return 0;
	}
}

static int add_input(struct onnx *o, struct onnx_slice info)
{
	struct onnx_slice tensor = sub(sub(info, INFO_TYPE), TYPE_TENSOR);
	char name[MODEL_NAME_MAX + 1];
	struct onnx_value *v;
	enum kern_type held;
	int64_t type = 0;
	bool is_damaged = false;
	int i = onnx_value(o, sub(info, INFO_NAME));

	if (i < 0)
		return o->err->kind;
	v = &o->values[i];
	if (v->kind == ONNX_CONST)
		return 0;
	if (v->kind || !v->name.n)
		return onnx_damaged(o, "two inputs have one name, or none");
	onnx_read_ints(tensor, TYPE_ELEMENT, &type, 1, &is_damaged);
	snprintf(name, sizeof(name), "%.*s",
		 (int)(v->name.n > MODEL_NAME_MAX ? MODEL_NAME_MAX : v->name.n),
		 (const char *)v->name.bytes);
	held = input_type(type);
	if (!held)
		return err_set(o->err, ERR_UNSUPPORTED, "input '%s' is no "
			       "tensor of float32, int8, uint8, int32 or "
			       "int64 (element type %lld)", name,
			       (long long)type);
	if (!sub(tensor, TYPE_SHAPE).bytes)
		return no_size(o, v->name);
	if (read_shape(o, sub(tensor, TYPE_SHAPE), v))
		return o->err->kind;
	v->kind = ONNX_FLOW;
	v->type = (enum onnx_type)type;
	v->is_float = type == ONNX_FLOAT;
	v->plain = model_add_tensor(o->model, name, held, v->rank, v->dims);
	if (held == KERN_S8)
		model_set_quant(o->model, v->plain, 1, 0);
	model_add_input(o->model, v->plain);
	return 0;
}

/* ---- the whole --------------------------------------------------------- */

int onnx_read_node(struct onnx *o, struct onnx_slice body, int index)
{
	struct onnx_node *node = &o->node;
	struct cursor cur = onnx_open(body);
	struct onnx_field f;
	int kind = 0;

	*node = (struct onnx_node){ .index = index, .body = body };
	while (!kind && onnx_next(&cur, &f)) {
		if (f.wire != WIRE_BYTES)
			continue;
		if (f.number == NODE_INPUT)
			kind = add_port(o, f.bytes, node->inputs,
					&node->input_count);
		else if (f.number == NODE_OUTPUT)
			kind = add_port(o, f.bytes, node->outputs,
					&node->output_count);
		else if (f.number == NODE_OP)
			node->op = f.bytes;
		else if (f.number == NODE_NAME)
			node->name = f.bytes;
		else if (f.number == NODE_DOMAIN)
			node->domain = f.bytes;
		else if (f.number == NODE_ATTRIBUTE &&
			 !onnx_attribute_is_sound(f.bytes))
			kind = onnx_damaged(o, "an attribute");
	}
	return kind ? kind : cur.err ? onnx_damaged(o, "a node") : 0;
}

/* The names of all nodes, and how often each is read. */
static int scan_node(struct onnx *o, struct onnx_slice body)
{
	int kind;

	if (o->node_count == ONNX_NODES_MAX)
		return too_many(o, "nodes", ONNX_NODES_MAX);
	kind = onnx_read_node(o, body, o->node_count++);
	for (int i = 0; i < o->node.input_count && !kind; i++)
		if (o->node.inputs[i] >= 0)
			o->values[o->node.inputs[i]].uses++;
	return kind;
}

static int scan_graph(struct onnx *o, uint32_t number,
		      int (*act)(struct onnx *o, struct onnx_slice bytes))
{
	struct cursor cur = onnx_open(o->graph);
	struct onnx_field f;
	int kind = 0;

	while (!kind && onnx_next(&cur, &f))
		if (f.number == number && f.wire == WIRE_BYTES)
			kind = act(o, f.bytes);
	return kind ? kind : cur.err ? onnx_damaged(o, "the graph") : 0;
}

static int count_output(struct onnx *o, struct onnx_slice info)
{
	int i = onnx_value(o, sub(info, INFO_NAME));

	if (i < 0)
		return o->err->kind;
	o->values[i].uses++;
	return 0;
}

static int sparse(struct onnx *o, struct onnx_slice bytes)
{
	(void)bytes;
	return err_set(o->err, ERR_UNSUPPORTED, "sparse constants; export the "
		       "model with dense ones");
}

/* The version of the operators' own domain. */
static int64_t opset_of(struct onnx_slice import)
{
	struct onnx_slice domain = sub(import, OPSET_DOMAIN);
	bool is_damaged = false;
	int64_t version = 0;

	if (domain.n && !onnx_is(domain, "ai.onnx"))
		return 0;
	onnx_read_ints(import, OPSET_VERSION, &version, 1, &is_damaged);
	return version;
}

static int read_model(struct onnx *o, const void *bytes, size_t n)
{
	struct cursor cur = cursor_init(bytes, n);
	struct onnx_field f;

	while (onnx_next(&cur, &f)) {
		if (f.wire != WIRE_BYTES)
			continue;
		if (f.number == MODEL_GRAPH)
			o->graph = f.bytes;
		if (f.number == MODEL_OPSET && opset_of(f.bytes))
			o->opset = opset_of(f.bytes);
	}
	if (cur.err)
		return onnx_damaged(o, "the outermost message");
	if (!o->graph.bytes)
		return onnx_damaged(o, "there is no graph");
	if (o->opset < 1 || o->opset > ONNX_OPSET_MAX)
		return err_set(o->err, ERR_UNSUPPORTED, "operator set %lld; 1 "
			       "to %d are read", (long long)o->opset,
			       ONNX_OPSET_MAX);
	return 0;
}

int onnx_read(struct onnx *o, const void *bytes, size_t n)
{
	int kind = read_model(o, bytes, n);

	if (!kind)
		kind = scan_graph(o, GRAPH_SPARSE, sparse);
	if (!kind)
		kind = scan_graph(o, GRAPH_INITIALIZER, read_initializer);
	if (!kind)
		kind = scan_graph(o, GRAPH_INPUT, add_input);
	if (!kind)
		kind = scan_graph(o, GRAPH_NODE, scan_node);
	if (!kind)
		kind = scan_graph(o, GRAPH_OUTPUT, count_output);
	return kind;
}
