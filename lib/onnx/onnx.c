#include "onnx/onnx.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/prune.h"
#include "model/qdq.h"
#include "onnx/proto_priv.h"

enum { HIDDEN_MAX = 64 };	/* values without a name that a node adds */

static const struct operator {
	const char *name;
	int (*take)(struct onnx *o);
} operators[] = {
	{ "Abs", onnx_function },
	{ "Add", onnx_pair },
	{ "ArgMax", onnx_arg_max },
	{ "AveragePool", onnx_pool },
	{ "BatchNormalization", onnx_batch_norm },
	{ "Cast", onnx_convert },
	{ "Ceil", onnx_function },
	{ "Clip", onnx_relu },
	{ "Concat", onnx_concat },
	{ "Conv", onnx_conv },
	{ "ConvInteger", onnx_integer },
	{ "ConvTranspose", onnx_conv_transpose },
	{ "DepthToSpace", onnx_blocks },
	{ "DequantizeLinear", onnx_dequantize },
	{ "Div", onnx_pair },
	{ "Dropout", onnx_reshape },
	{ "Elu", onnx_function },
	{ "Exp", onnx_function },
	{ "Flatten", onnx_reshape },
	{ "Floor", onnx_function },
	{ "Gather", onnx_gather },
	{ "Gemm", onnx_gemm },
	{ "GlobalAveragePool", onnx_global_pool },
	{ "GlobalMaxPool", onnx_global_pool },
	{ "GRU", onnx_rnn },
	{ "HardSigmoid", onnx_function },
	{ "HardSwish", onnx_function },
	{ "Identity", onnx_reshape },
	{ "InstanceNormalization", onnx_normalize },
	{ "LayerNormalization", onnx_normalize },
	{ "LeakyRelu", onnx_function },
	{ "Log", onnx_function },
	{ "LogSoftmax", onnx_softmax },
	{ "LSTM", onnx_rnn },
	{ "MatMul", onnx_gemm },
	{ "MatMulInteger", onnx_integer },
	{ "Max", onnx_pair },
	{ "MaxPool", onnx_pool },
	{ "Min", onnx_pair },
	{ "Mish", onnx_function },
	{ "Mul", onnx_pair },
	{ "Neg", onnx_function },
	{ "Pad", onnx_pad },
	{ "Pow", onnx_pow },
	{ "PRelu", onnx_prelu },
	{ "QLinearConv", onnx_qlinear },
	{ "QLinearMatMul", onnx_qlinear },
	{ "QuantizeLinear", onnx_quantize },
	{ "Reciprocal", onnx_function },
	{ "ReduceMax", onnx_reduce },
	{ "ReduceMean", onnx_reduce },
	{ "ReduceSum", onnx_reduce },
	{ "Relu", onnx_relu },
	{ "Reshape", onnx_reshape },
	{ "Resize", onnx_resize },
	{ "RNN", onnx_rnn },
	{ "Round", onnx_function },
	{ "Selu", onnx_function },
	{ "Sigmoid", onnx_function },
	{ "Slice", onnx_slices },
	{ "Softmax", onnx_softmax },
	{ "Softplus", onnx_function },
	{ "Softsign", onnx_function },
	{ "SpaceToDepth", onnx_blocks },
	{ "Split", onnx_split },
	{ "Sqrt", onnx_function },
	{ "Squeeze", onnx_reshape },
	{ "Sub", onnx_pair },
	{ "Sum", onnx_pair },
	{ "Tanh", onnx_function },
	{ "Transpose", onnx_transpose },
	{ "Unsqueeze", onnx_reshape },
	{ "Upsample", onnx_resize },
};

int onnx_fail(struct onnx *o, int kind, const char *fmt, ...)
{
	const struct onnx_node *node = &o->node;
	char words[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(words, sizeof(words), fmt, args);
	va_end(args);
	return err_set(o->err, kind, "node %d (%.*s '%.*s'): %s", node->index,
		       (int)(node->op.n > 40 ? 40 : node->op.n),
		       node->op.n ? (const char *)node->op.bytes : "",
		       (int)(node->name.n > 60 ? 60 : node->name.n),
		       node->name.n ? (const char *)node->name.bytes : "",
		       words);
}

static int refuse(struct onnx *o, const char *why)
{
	onnx_fail(o, ERR_UNSUPPORTED, "%s", why);
	err_hint(o->err, "tinyml-model(5) lists the operators that are read; "
		 "write this one with those, or leave it out");
	return ERR_UNSUPPORTED;
}

/* The first output that is not left out is the one at work. */
static int check_inputs(struct onnx *o)
{
	const struct onnx_node *node = &o->node;

	if (node->domain.n && !onnx_is(node->domain, "ai.onnx"))
		return refuse(o, "operators of another domain are not read");
	while (o->which < node->output_count && node->outputs[o->which] < 0)
		o->which++;
	if (o->which == node->output_count)
		return onnx_fail(o, ERR_FORMAT, "it has no output");
	for (int i = 0; i < node->output_count; i++)
		if (node->outputs[i] >= 0 && o->values[node->outputs[i]].kind)
			return onnx_fail(o, ERR_FORMAT, "its output is there "
					 "already");
	for (int i = 0; i < node->input_count; i++) {
		struct onnx_value *v = onnx_in(o, i);

		if (v && !v->kind)
			return onnx_fail(o, ERR_FORMAT, "input %d comes from "
					 "nowhere, or from a later node", i);
	}
	return 0;
}

/* Every output that somebody reads must be there. */
static int check_outputs(struct onnx *o)
{
	const struct onnx_node *node = &o->node;

	for (int i = 0; i < node->output_count; i++)
		if (node->outputs[i] >= 0 &&
		    o->values[node->outputs[i]].uses > 0 &&
		    !o->values[node->outputs[i]].kind)
			return i ? refuse(o, "this output is not computed") :
				onnx_fail(o, ERR_FORMAT, "it gives nothing");
	return 0;
}

static bool holds(const struct onnx_value *v, int tensor)
{
	return tensor >= 0 && (v->plain == tensor || v->last == tensor);
}

/* An output may be an input's tensor: with two readers nothing may be fused
 * into it under either name. */
static void count_shared(struct onnx *o)
{
	const struct onnx_node *node = &o->node;

	for (int k = 0; k < node->output_count; k++)
		for (int i = 0; i < node->input_count; i++) {
			const struct onnx_value *in = onnx_in(o, i);
			struct onnx_value *out;

			if (!in || in->uses < 2 || node->outputs[k] < 0)
				continue;
			out = &o->values[node->outputs[k]];
			if (holds(in, out->plain) || holds(in, out->last))
				out->uses += in->uses;
		}
}

/* ---- small integers ------------------------------------------------------ */

/* Plain int8 and uint8 values are exact in float32, so an operator on floats
 * serves them too. */
static bool is_small(const struct onnx_value *v)
{
	return v && v->kind == ONNX_FLOW && !v->is_shifted &&
	       (v->type == ONNX_INT8 || v->type == ONNX_UINT8);
}

static void widen(struct onnx *o, int i)
{
	struct onnx_value *in = onnx_in(o, i);
	int tensor = onnx_cast(o, onnx_plain(o, in), KERN_F32);
	struct onnx_value *wide = onnx_unnamed_copy(o, in);

	wide->origin = -1;
	wide->last = -1;
	wide->plain = tensor;
	wide->type = ONNX_FLOAT;
	wide->is_float = true;
	o->node.inputs[i] = o->value_count - 1;
}

static int take_widened(struct onnx *o, int (*take)(struct onnx *o))
{
	enum onnx_type type = onnx_in(o, 0)->type;
	struct onnx_value *out;
	int tensor;

	for (int i = 0; i < o->node.input_count; i++)
		if (is_small(onnx_in(o, i)))
			widen(o, i);
	if (o->err->kind || take(o))
		return o->err->kind;
	out = onnx_out(o);
	tensor = onnx_cast(o, onnx_plain(o, out), type == ONNX_INT8 ?
			   KERN_S8 : KERN_U8);
	out->last = out->origin = -1;
	onnx_give_plain(o, tensor);
	return o->err->kind;
}

/* Not these: they look at types themselves. */
static bool is_typed(int (*take)(struct onnx *o))
{
	return take != onnx_pool && take != onnx_global_pool &&
	       take != onnx_relu && take != onnx_function;
}

/* ---- nodes and ports ----------------------------------------------------- */

/* The operator is known and has a first input. */
static int take(struct onnx *o, const struct operator *op)
{
	struct onnx_value *in = onnx_in(o, 0);

	if (!in)
		return onnx_fail(o, ERR_FORMAT, "it has no input");
	if (in->rank > 0 && onnx_elements(in) < 1)
		return refuse(o, "its input is empty");
	if (is_small(in) && !is_typed(op->take))
		take_widened(o, op->take);
	else
		op->take(o);
	if (!o->err->kind)
		count_shared(o);
	return o->err->kind ? o->err->kind : check_outputs(o);
}

static int import_node(struct onnx *o, struct onnx_slice body, int index)
{
	int kind = onnx_read_node(o, body, index);

	o->which = 0;
	if (!kind)
		kind = check_inputs(o);
	if (!kind)
		kind = onnx_reserve(o, HIDDEN_MAX);
	if (!kind)
		kind = onnx_fold(o);
	if (kind)
		return kind < 0 ? kind : 0;
	for (size_t i = 0; i < sizeof(operators) / sizeof(*operators); i++)
		if (onnx_is(o->node.op, operators[i].name)) {
			kind = take(o, &operators[i]);
			if (!kind && o->is_damaged)
				kind = onnx_fail(o, ERR_FORMAT, "an attribute "
						 "has too many numbers");
			return kind ? kind : o->err->kind;
		}
	return refuse(o, "there is no kernel for this operator");
}

/* Values 128 less than the file's uint8 are brought back. */
static int unshift(struct onnx *o, int tensor)
{
	tensor = onnx_cast(o, tensor, KERN_F32);
	return onnx_cast(o, onnx_with(o, KERN_ADD, tensor, 128), KERN_U8);
}

/* Constants, inputs and what goes out already are copied. */
static int own_tensor(struct onnx *o, int tensor)
{
	const struct model *m = o->model;
	bool is_taken = tensor < 0 || m->tensors[tensor].data;
	struct model_tensor t;

	for (int i = 0; i < m->input_count; i++)
		is_taken = is_taken || m->inputs[i] == tensor;
	for (int i = 0; i < m->output_count; i++)
		is_taken = is_taken || m->outputs[i] == tensor;
	if (tensor < 0 || !is_taken)
		return tensor;
	t = m->tensors[tensor];
	return onnx_do(o, &(struct onnx_step){ KERN_RESHAPE, NULL, &tensor,
		       1 }, t.rank, t.dims);
}

/* The axes of a value, which then is read though its values are not. */
static int shape_tensor(struct onnx *o, const struct onnx_value *v)
{
	int from = onnx_plain(o, &o->values[v->shape_of - 1]), to;
	struct onnx_range range = { v->shape_start, 1, v->dims[0] };
	int32_t rank;

	if (from < 0)
		return -1;
	rank = o->model->tensors[from].rank;
	to = onnx_new_of(o, KERN_S64, 1, &rank);
	if (onnx_add(o, KERN_SHAPE, NULL, &from, 1, to) < 0)
		return -1;
	return onnx_sliced(o, to, &range);
}

static int import_output(struct onnx *o, struct onnx_slice info, int n)
{
	enum { GRAPH_OUTPUT_NAME = 1 };
	struct cursor cur = onnx_open(info);
	struct onnx_field f;
	int i = -1, plain;

	while (onnx_next(&cur, &f))
		if (f.number == GRAPH_OUTPUT_NAME)
			i = onnx_value(o, f.bytes);
	if (i < 0 || !o->values[i].kind) {
		err_set(o->err, ERR_FORMAT, "output %d comes from nowhere", n);
		return o->err->kind;
	}
	o->which = 0;
	o->node = (struct onnx_node){ .op = { (const uint8_t *)"output", 6 },
				      .index = n, .outputs = { i },
				      .output_count = 1 };
	plain = o->values[i].shape_of ? shape_tensor(o, &o->values[i]) :
		onnx_plain(o, &o->values[i]);
	if (o->values[i].is_shifted)
		plain = unshift(o, plain);
	plain = own_tensor(o, plain);
	if (plain >= 0)
		model_add_output(o->model, plain);
	return o->err->kind;
}

static int finish(struct onnx *o)
{
	int kind;

	if (!o->model->failed)
		model_fuse_qdq(o->model);
	if (o->model->failed)
		return model_check(o->model, o->err);
	kind = model_prune(o->model, o->err);
	return kind ? kind : model_check(o->model, o->err);
}

static int import_graph(struct onnx *o)
{
	struct cursor cur = onnx_open(o->graph);
	struct onnx_field f;
	int kind = 0, n = 0;

	while (!kind && onnx_next(&cur, &f))
		if (f.number == GRAPH_NODE && f.wire == WIRE_BYTES)
			kind = import_node(o, f.bytes, n++);
	cur = onnx_open(o->graph);
	n = 0;
	while (!kind && onnx_next(&cur, &f))
		if (f.number == GRAPH_OUTPUT && f.wire == WIRE_BYTES)
			kind = import_output(o, f.bytes, n++);
	return kind ? kind : finish(o);
}

bool onnx_is_model(const void *bytes, size_t n)
{
	const uint8_t *b = bytes;

	/* field 1, a number: ir_version, 3 to 13 today */
	return n >= 2 && b[0] == 0x08 && b[1] >= 1 && b[1] < 32;
}

int onnx_read_model(struct model *model, const void *bytes, size_t n,
		    struct err *err)
{
	struct err own = { 0 };
	struct onnx o = { .model = model, .err = err ? err : &own };
	int kind;

	model_init(model, "onnx");
	kind = onnx_read(&o, bytes, n);
	if (!kind)
		kind = import_graph(&o);
	free(o.values);
	arena_release(&o.memory);
	if (kind)
		model_release(model);
	return kind;
}
