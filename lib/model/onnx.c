#include "model/onnx.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/onnx_priv.h"

static const struct operator {
	const char *name;
	int (*take)(struct onnx *o);
} operators[] = {
	{ "Add", onnx_sum },
	{ "AveragePool", onnx_pool },
	{ "BatchNormalization", onnx_batch_norm },
	{ "Clip", onnx_relu },
	{ "Conv", onnx_conv },
	{ "Dropout", onnx_reshape },
	{ "Flatten", onnx_reshape },
	{ "Gemm", onnx_gemm },
	{ "GlobalAveragePool", onnx_global_pool },
	{ "GlobalMaxPool", onnx_global_pool },
	{ "Identity", onnx_reshape },
	{ "MatMul", onnx_gemm },
	{ "MaxPool", onnx_pool },
	{ "Mul", onnx_mul },
	{ "Pad", onnx_pad },
	{ "ReduceMean", onnx_reduce_mean },
	{ "Relu", onnx_relu },
	{ "Reshape", onnx_reshape },
	{ "Softmax", onnx_softmax },
	{ "Squeeze", onnx_reshape },
	{ "Sub", onnx_sum },
	{ "Transpose", onnx_transpose },
	{ "Unsqueeze", onnx_reshape },
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

static int check_inputs(struct onnx *o)
{
	const struct onnx_node *node = &o->node;

	if (node->domain.n && !onnx_is(node->domain, "ai.onnx"))
		return refuse(o, "operators of another domain are not read");
	if (node->output_count < 1 || node->outputs[0] < 0)
		return onnx_fail(o, ERR_FORMAT, "it has no output");
	if (onnx_out(o)->kind)
		return onnx_fail(o, ERR_FORMAT, "its output is there already");
	for (int i = 0; i < node->input_count; i++) {
		struct onnx_value *v = onnx_in(o, i);

		if (v && !v->kind)
			return onnx_fail(o, ERR_FORMAT, "input %d comes from "
					 "nowhere, or from a later node", i);
	}
	for (int i = 1; i < node->output_count; i++)
		if (node->outputs[i] >= 0 &&
		    o->values[node->outputs[i]].uses > 0)
			return refuse(o, "only the first output can be used");
	return 0;
}

/* The operator is known and has a first input. */
static int take(struct onnx *o, const struct operator *op)
{
	struct onnx_value *in = onnx_in(o, 0);

	if (!in)
		return onnx_fail(o, ERR_FORMAT, "it has no input");
	for (int i = 0; i < o->node.input_count; i++) {
		in = onnx_in(o, i);
		if (in && in->kind == ONNX_CONST && onnx_elements(in) == 0 &&
		    i > 1)
			return refuse(o, "an input is empty");
	}
	if (!op->take(o) && !onnx_out(o)->kind)
		return onnx_fail(o, ERR_FORMAT, "it gives nothing");
	return o->err->kind;
}

static int import_node(struct onnx *o, struct onnx_slice body, int index)
{
	int kind = onnx_read_node(o, body, index);

	if (!kind)
		kind = check_inputs(o);
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

static int import_output(struct onnx *o, struct onnx_slice info, int n)
{
	enum { GRAPH_OUTPUT_NAME = 1 };
	struct cursor cur = onnx_open(info);
	struct onnx_field f;
	struct onnx_value *v = NULL;
	int i = -1, plain;

	while (onnx_next(&cur, &f))
		if (f.number == GRAPH_OUTPUT_NAME)
			i = onnx_value(o, f.bytes);
	if (i >= 0)
		v = &o->values[i];
	if (!v || v->kind != ONNX_FLOW) {
		err_set(o->err, ERR_UNSUPPORTED, "output %d depends on no "
			"input", n);
		err_hint(o->err, "a model computes from its inputs; leave "
			 "this output out");
		return o->err->kind;
	}
	o->node = (struct onnx_node){ .op = { (const uint8_t *)"output", 6 },
				      .index = n, .outputs = { i } };
	plain = onnx_plain(o, v);
	if (plain >= 0)
		model_add_output(o->model, plain);
	return o->err->kind;
}

static int import_graph(struct onnx *o)
{
	enum { GRAPH_NODE = 1, GRAPH_OUTPUT = 12 };
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
	return kind ? kind : model_check(o->model, o->err);
}

bool model_is_onnx(const void *bytes, size_t n)
{
	const uint8_t *b = bytes;

	/* field 1, a number: ir_version, 3 to 13 today */
	return n >= 2 && b[0] == 0x08 && b[1] >= 1 && b[1] < 32;
}

int model_read_onnx(struct model *model, const void *bytes, size_t n,
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
