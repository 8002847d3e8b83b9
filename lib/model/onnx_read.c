#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/onnx_priv.h"

/* Field numbers of onnx.proto. */
enum { MODEL_IR_VERSION = 1, MODEL_GRAPH = 7, MODEL_OPSET = 8,
       MODEL_FUNCTIONS = 25 };
enum { OPSET_DOMAIN = 1, OPSET_VERSION = 2 };
enum { GRAPH_NODE = 1, GRAPH_NAME = 2, GRAPH_INITIALIZER = 5, GRAPH_INPUT = 11,
       GRAPH_OUTPUT = 12, GRAPH_SPARSE = 15 };
enum { NODE_INPUT = 1, NODE_OUTPUT = 2, NODE_NAME = 3, NODE_OP = 4,
       NODE_ATTRIBUTE = 5, NODE_DOMAIN = 7 };
enum { ATTR_NAME = 1, ATTR_F = 2, ATTR_I = 3, ATTR_S = 4, ATTR_T = 5,
       ATTR_INTS = 8, ATTR_STRINGS = 9 };
enum { TENSOR_DIMS = 1, TENSOR_TYPE = 2, TENSOR_FLOATS = 4, TENSOR_INT32S = 5,
       TENSOR_INT64S = 7, TENSOR_NAME = 8, TENSOR_RAW = 9,
       TENSOR_LOCATION = 14 };
enum { INFO_NAME = 1, INFO_TYPE = 2, TYPE_TENSOR = 1, TYPE_ELEMENT = 1,
       TYPE_SHAPE = 2, SHAPE_DIM = 1, DIM_VALUE = 1 };

static int damaged(struct onnx *o, const char *what)
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

/* ---- attributes -------------------------------------------------------- */

/* Every field of every attribute of a node, one level down, is sound. */
static bool attribute_is_sound(struct onnx_slice attribute)
{
	struct cursor cur = onnx_open(attribute);
	struct onnx_field f;

	while (onnx_next(&cur, &f))
		;
	return !cur.err;
}

/* The field of the attribute of that name. */
static bool find(struct onnx *o, const char *name, uint32_t number,
		 struct onnx_field *found)
{
	struct cursor node = onnx_open(o->node.body), cur;
	struct onnx_slice said;
	struct onnx_field f;

	while (onnx_next(&node, &f)) {
		bool has = false;

		if (f.number != NODE_ATTRIBUTE || f.wire != WIRE_BYTES)
			continue;
		cur = onnx_open(f.bytes);
		said = (struct onnx_slice){ 0 };
		while (onnx_next(&cur, &f)) {
			if (f.number == ATTR_NAME)
				said = f.bytes;
			if (f.number == number && !has) {
				*found = f;
				has = true;
			}
		}
		if (has && onnx_is(said, name))
			return true;
	}
	return false;
}

int64_t onnx_int(struct onnx *o, const char *name, int64_t absent)
{
	struct onnx_field f;

	return find(o, name, ATTR_I, &f) ? (int64_t)f.value : absent;
}

float onnx_float(struct onnx *o, const char *name, float absent)
{
	struct onnx_field f;
	uint32_t bits;

	if (!find(o, name, ATTR_F, &f))
		return absent;
	bits = (uint32_t)f.value;
	memcpy(&absent, &bits, sizeof(absent));
	return absent;
}

bool onnx_has(struct onnx *o, const char *name)
{
	struct onnx_field f;

	return find(o, name, ATTR_NAME, &f);
}

struct onnx_slice onnx_text(struct onnx *o, const char *name)
{
	struct onnx_field f;

	return find(o, name, ATTR_S, &f) ? f.bytes : (struct onnx_slice){ 0 };
}

struct onnx_slice onnx_tensor(struct onnx *o, const char *name)
{
	struct onnx_field f;

	return find(o, name, ATTR_T, &f) ? f.bytes : (struct onnx_slice){ 0 };
}

/* The attribute of that name as a message; none when it is absent. */
static struct onnx_slice attribute(struct onnx *o, const char *name)
{
	struct cursor node = onnx_open(o->node.body), cur;
	struct onnx_field f, g;

	while (onnx_next(&node, &f)) {
		if (f.number != NODE_ATTRIBUTE || f.wire != WIRE_BYTES)
			continue;
		cur = onnx_open(f.bytes);
		while (onnx_next(&cur, &g))
			if (g.number == ATTR_NAME && onnx_is(g.bytes, name))
				return f.bytes;
	}
	return (struct onnx_slice){ 0 };
}

bool onnx_word(struct onnx *o, const char *name, int i,
	       struct onnx_slice *word)
{
	struct cursor cur = onnx_open(attribute(o, name));
	struct onnx_field f;

	while (onnx_next(&cur, &f))
		if (f.number == ATTR_STRINGS && i-- == 0) {
			*word = f.bytes;
			return true;
		}
	return false;
}

/* Numbers of one field of a message, packed or one by one. */
static int read_ints(struct onnx_slice message, uint32_t number,
		     int64_t *items, int max, bool *is_damaged)
{
	struct cursor cur = onnx_open(message), packed;
	struct onnx_field f;
	int n = 0;

	while (onnx_next(&cur, &f)) {
		if (f.number != number)
			continue;
		if (f.wire == WIRE_VARINT && n < max)
			items[n] = (int64_t)f.value;
		if (f.wire == WIRE_VARINT)
			n++;
		packed = onnx_open(f.bytes);
		while (f.wire == WIRE_BYTES && cursor_left(&packed) &&
		       !packed.err && n <= max) {
			int64_t item = (int64_t)onnx_varint(&packed);

			if (n < max)
				items[n] = item;
			n++;
		}
		if (packed.err || n > max)
			*is_damaged = true;
	}
	return n < max ? n : max;
}

int onnx_ints(struct onnx *o, const char *name, int64_t *items, int max)
{
	struct onnx_slice found = attribute(o, name);

	return found.bytes ? read_ints(found, ATTR_INTS, items, max,
				       &o->is_damaged) : -1;
}

/* ---- tensors ----------------------------------------------------------- */

int64_t onnx_elements(const struct onnx_value *value)
{
	int64_t n = 1;

	for (int i = 0; i < value->rank; i++) {
		n *= value->dims[i];
		if (n > (int64_t)(MODEL_BYTES_MAX / 4))
			return -1;
	}
	return n;
}

static int set_dims(struct onnx *o, struct onnx_value *value, int rank,
		    const int64_t *dims, int64_t least)
{
	if (rank > MODEL_RANK_MAX)
		return err_set(o->err, ERR_LIMIT, "a tensor has more than %d "
			       "axes", MODEL_RANK_MAX);
	value->rank = rank;
	for (int i = 0; i < rank; i++) {
		if (dims[i] < least || dims[i] > INT32_MAX)
			return err_set(o->err, ERR_RANGE, "a tensor has an "
				       "impossible size");
		value->dims[i] = (int32_t)dims[i];
	}
	if (onnx_elements(value) < 0)
		return err_set(o->err, ERR_LIMIT, "a tensor is too large");
	return 0;
}

struct tensor {
	struct onnx_slice name, raw;
	struct onnx_slice packed[3];	/* float, int32, int64 */
	int64_t type;
	bool is_outside, is_single;
};

/* The list of values of a type: float_data, int32_data, int64_data. */
static int list_of(int64_t type)
{
	return type == ONNX_FLOAT ? 0 : type == ONNX_INT64 ? 2 : 1;
}

static size_t raw_bytes(int64_t type)
{
	switch (type) {
	case ONNX_FLOAT: case ONNX_INT32: return 4;
	case ONNX_INT64: return 8;
	case ONNX_INT8: case ONNX_UINT8: case ONNX_BOOL: return 1;
	}
	return 0;
}

static void scan_tensor(struct onnx_slice bytes, struct tensor *t)
{
	struct cursor cur = onnx_open(bytes);
	struct onnx_field f;

	*t = (struct tensor){ 0 };
	while (onnx_next(&cur, &f)) {
		bool is_bytes = f.wire == WIRE_BYTES;

		if (f.number == TENSOR_NAME)
			t->name = f.bytes;
		else if (f.number == TENSOR_TYPE)
			t->type = (int64_t)f.value;
		else if (f.number == TENSOR_RAW)
			t->raw = f.bytes;
		else if (f.number == TENSOR_LOCATION && f.value)
			t->is_outside = true;
		else if (f.number == TENSOR_FLOATS && is_bytes)
			t->packed[0] = f.bytes;
		else if (f.number == TENSOR_INT32S && is_bytes)
			t->packed[1] = f.bytes;
		else if (f.number == TENSOR_INT64S && is_bytes)
			t->packed[2] = f.bytes;
	}
}

static int64_t raw_int(struct cursor *cur, int64_t type)
{
	switch (type) {
	case ONNX_INT8: return (int8_t)cursor_u8(cur);
	case ONNX_INT32: return (int32_t)cursor_u32(cur);
	case ONNX_INT64: return (int64_t)cursor_u64(cur);
	}
	return cursor_u8(cur);
}

static float raw_float(struct cursor *cur)
{
	uint32_t bits = cursor_u32(cur);
	float value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

/* Values that stand one by one, as old writers put them. */
static int read_singles(struct onnx_slice bytes, const struct tensor *t,
			float *floats, int64_t *ints, int64_t n)
{
	static const uint32_t numbers[] = { TENSOR_FLOATS, TENSOR_INT32S,
					    TENSOR_INT64S };
	struct cursor cur = onnx_open(bytes);
	struct onnx_field f;
	int64_t at = 0;

	while (onnx_next(&cur, &f)) {
		uint32_t bits = (uint32_t)f.value;

		if (f.number != numbers[list_of(t->type)] ||
		    f.wire == WIRE_BYTES)
			continue;
		if (at < n && floats)
			memcpy(&floats[at], &bits, sizeof(bits));
		if (at < n && ints)
			ints[at] = (int64_t)f.value;
		at++;
	}
	return at == n ? 0 : ERR_FORMAT;
}

static int read_data(struct onnx_slice bytes, const struct tensor *t,
		     float *floats, int64_t *ints, int64_t n)
{
	bool is_raw = t->raw.bytes != NULL;
	struct onnx_slice from = is_raw ? t->raw : t->packed[list_of(t->type)];
	struct cursor cur = onnx_open(from);

	if (!from.bytes)
		return read_singles(bytes, t, floats, ints, n);
	for (int64_t i = 0; i < n && !cur.err; i++) {
		if (floats)
			floats[i] = raw_float(&cur);
		else
			ints[i] = is_raw ? raw_int(&cur, t->type) :
				(int64_t)onnx_varint(&cur);
	}
	return cur.err || cursor_left(&cur) ? ERR_FORMAT : 0;
}

int onnx_read_tensor(struct onnx *o, struct onnx_slice bytes,
		     struct onnx_value *value, struct onnx_slice *name)
{
	int64_t dims[MODEL_RANK_MAX + 1], n;
	bool is_damaged = false;
	struct tensor t;
	void *data;
	int rank;

	scan_tensor(bytes, &t);
	*name = t.name;
	if (!raw_bytes(t.type))
		return err_set(o->err, ERR_UNSUPPORTED, "constant '%.*s' is of "
			       "element type %lld; float32 and integers are "
			       "read", (int)(t.name.n > 80 ? 80 : t.name.n),
			       (const char *)t.name.bytes, (long long)t.type);
	if (t.is_outside)
		return err_set(o->err, ERR_UNSUPPORTED, "constants lie in "
			       "another file; save the model as one file");
	rank = read_ints(bytes, TENSOR_DIMS, dims, MODEL_RANK_MAX + 1,
			 &is_damaged);
	if (is_damaged)
		return damaged(o, "the dimensions of a constant");
	if (set_dims(o, value, rank, dims, 0))
		return o->err->kind;
	n = onnx_elements(value);
	/* A value takes at least one byte of the file. */
	if ((size_t)n > bytes.n)
		return damaged(o, "a constant has fewer values than its shape");
	data = arena_array(&o->memory, (size_t)n + 1,
			   t.type == ONNX_FLOAT ? 4 : 8);
	if (!data)
		return err_nomem(o->err);
	value->kind = ONNX_CONST;
	value->type = (enum onnx_type)t.type;
	value->is_float = t.type == ONNX_FLOAT;
	value->floats = value->is_float ? data : NULL;
	value->ints = value->is_float ? NULL : data;
	if (read_data(bytes, &t, value->is_float ? data : NULL,
		      value->is_float ? NULL : data, n))
		return damaged(o, "a constant's values do not fit its shape");
	return 0;
}

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
		return damaged(o, "a name stands for two things");
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
		read_ints(f.bytes, DIM_VALUE, &size, 1, &is_damaged);
		if (size < 1 && rank > 0)
			return no_size(o, value->name);
		if (rank <= MODEL_RANK_MAX)
			dims[rank++] = size < 1 ? 1 : size;
	}
	if (cur.err)
		return damaged(o, "the shape of an input");
	return set_dims(o, value, rank, dims, 1);
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
		return damaged(o, "two inputs have one name, or none");
	read_ints(tensor, TYPE_ELEMENT, &type, 1, &is_damaged);
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
			 !attribute_is_sound(f.bytes))
			kind = damaged(o, "an attribute");
	}
	return kind ? kind : cur.err ? damaged(o, "a node") : 0;
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
	return kind ? kind : cur.err ? damaged(o, "the graph") : 0;
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
	read_ints(import, OPSET_VERSION, &version, 1, &is_damaged);
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
		return damaged(o, "the outermost message");
	if (!o->graph.bytes)
		return damaged(o, "there is no graph");
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
