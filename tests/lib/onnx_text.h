/*
 * onnx_text - an .onnx file from a few lines, for tests and fuzzing seeds.
 *
 *	opset 13			13 when left out
 *	input x float 1,2,4,4		a size of 0 is left open
 *	const w float 2,3 1 -0.5 2	the values repeat until it is full
 *	packed w int64 2 3 4		values in int64_data, not raw bytes
 *	single w int64 2 3 4		the same, a field for each
 *	Conv x w : y z pads=1,1,1,1	a node: inputs, ":", outputs, attributes
 *	output y
 *
 * "-" is an input left out; "." a shape without axes.  An attribute is INTS
 * when it has a comma ("axes=0,"), a float when it has a point, a string when
 * it begins with a letter, and "=@w" gives the constant w, which stands
 * before.  node_name= and domain= are the
 * node's own.
 */
#ifndef TINYML_TESTS_ONNX_TEXT_H
#define TINYML_TESTS_ONNX_TEXT_H

#include <ctype.h>
#include <stdio.h>

#include "onnx_writer.h"

enum { TEXT_WORDS = 64, TEXT_TENSORS = 32, TEXT_VALUES = 4096 };

struct onnx_text {
	struct buf graph;
	int opset;
	struct { char name[32]; struct buf bytes; } tensors[TEXT_TENSORS];
	int count;
};

static inline unsigned text_type(const char *name)
{
	static const char *const names[] = {
		"-", "float", "uint8", "int8", "uint16", "int16", "int32",
		"int64", "string", "bool", "float16", "double",
	};

	for (unsigned i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return 99;
}

/* "2,3" to { 2, 3 }; "." to none. */
static inline int text_dims(const char *text, int *dims)
{
	int rank = 0;
	char *end = NULL;

	while (isdigit(*text) && rank < 16) {
		dims[rank++] = (int)strtol(text, &end, 10);
		text = end + (*end == ',');
	}
	return rank;
}

/* A number in the raw bytes of its type. */
static inline void text_raw(struct buf *out, unsigned type, double value)
{
	int64_t whole = (int64_t)value;
	float single = (float)value;

	if (type == 1)
		buf_add(out, &single, 4);
	else if (type == 11)
		buf_add(out, &value, 8);
	else
		buf_add(out, &whole, type == 7 ? 8 : type == 6 ? 4 :
			type == 4 || type == 5 || type == 10 ? 2 : 1);
}

/* The same in its list: float_data, int32_data or int64_data. */
static inline void text_item(struct buf *out, unsigned type, double value)
{
	if (type == 1)
		text_raw(out, type, value);
	else
		put_varint(out, (uint64_t)(int64_t)value);
}

static inline void text_values(struct buf *tensor, const char *how,
			       unsigned type, const double *values, int n,
			       size_t count)
{
	unsigned field = type == 1 ? 4 : type == 7 ? 7 : 5;
	struct buf bytes = BUF_INIT;

	for (size_t i = 0; i < count; i++) {
		double value = n ? values[i % (size_t)n] : 0;

		if (*how == 'c')
			text_raw(&bytes, type, value);
		else
			text_item(&bytes, type, value);
		if (*how != 's')
			continue;
		put_varint(tensor, field << 3 | (type == 1 ? 5 : 0));
		buf_add(tensor, bytes.data, bytes.len);
		buf_clear(&bytes);
	}
	if (*how != 's')
		put_bytes(tensor, *how == 'c' ? 9 : field, bytes.data,
			  bytes.len);
	buf_release(&bytes);
}

/* const NAME TYPE DIMS VALUE... */
static inline void text_const(struct onnx_text *net, char **words, int n)
{
	struct buf tensor = BUF_INIT, copy = BUF_INIT;
	unsigned type = text_type(words[2]);
	double values[TEXT_WORDS];
	int dims[16], rank = text_dims(words[3], dims);
	size_t count = 1;

	for (int i = 4; i < n; i++)
		values[i - 4] = atof(words[i]);
	for (int i = 0; i < rank; i++) {
		put_number(&tensor, 1, (unsigned)dims[i]);
		count *= (size_t)dims[i];
	}
	put_number(&tensor, 2, type);
	text_values(&tensor, words[0], type, values, n - 4, count);
	assert(net->count < TEXT_TENSORS);
	snprintf(net->tensors[net->count].name, 32, "%s", words[1]);
	buf_add(&net->tensors[net->count++].bytes, tensor.data, tensor.len);
	buf_add(&copy, tensor.data, tensor.len);
	put_text(&copy, 8, words[1]);
	put_message(&net->graph, 5, &copy);
	buf_release(&tensor);
}

static inline void text_port(struct buf *graph, unsigned field,
			     const char *name, const char *type,
			     const char *shape)
{
	int dims[16];

	put_typed(graph, field, name, text_type(type), dims,
		  text_dims(shape, dims));
}

/* "name=value" into an attribute. */
static inline void text_attr(struct onnx_text *net, struct buf *node,
			     const char *word)
{
	const char *value = strchr(word, '=') + 1;
	bool is_list = strchr(value, ',') != NULL;
	bool is_real = strchr(value, '.') != NULL;
	struct buf out = BUF_INIT;
	char *end;

	put_bytes(&out, 1, word, (size_t)(value - word) - 1);
	for (int i = 0; *value == '@' && i < net->count; i++)
		if (strcmp(net->tensors[i].name, value + 1) == 0)
			put_bytes(&out, 5, net->tensors[i].bytes.data,
				  net->tensors[i].bytes.len);
	if (isalpha(*value))
		put_text(&out, 4, value);
	while (isdigit(*value) || *value == '-') {
		double number = strtod(value, &end);
		float single = (float)number;
		unsigned field = is_list ? is_real ? 7 : 8 : is_real ? 2 : 3;

		put_varint(&out, field << 3 | (is_real ? 5 : 0));
		if (is_real)
			buf_add(&out, &single, 4);
		else
			put_varint(&out, (uint64_t)(int64_t)number);
		value = end + (*end == ',');
	}
	put_message(node, 5, &out);
}

/* OP INPUT... : OUTPUT... NAME=VALUE... */
static inline void text_node(struct onnx_text *net, char **words, int n)
{
	struct buf node = BUF_INIT;
	unsigned field = 1;

	for (int i = 1; i < n; i++) {
		if (strcmp(words[i], ":") == 0)
			field = 2;
		else if (strncmp(words[i], "node_name=", 10) == 0)
			put_text(&node, 3, words[i] + 10);
		else if (strncmp(words[i], "domain=", 7) == 0)
			put_text(&node, 7, words[i] + 7);
		else if (strchr(words[i], '='))
			text_attr(net, &node, words[i]);
		else
			put_text(&node, field, strcmp(words[i], "-") ?
				 words[i] : "");
	}
	put_text(&node, 4, words[0]);
	put_message(&net->graph, 1, &node);
}

static inline void text_line(struct onnx_text *net, char *line)
{
	char *words[TEXT_WORDS], *rest = NULL;
	int n = 0;

	for (char *word = strtok_r(line, " \t", &rest);
	     word && n < TEXT_WORDS; word = strtok_r(NULL, " \t", &rest))
		words[n++] = word;
	if (n == 0)
		return;
	if (strcmp(words[0], "opset") == 0)
		net->opset = atoi(words[1]);
	else if (strcmp(words[0], "input") == 0)
		text_port(&net->graph, 11, words[1], words[2], words[3]);
	else if (strcmp(words[0], "output") == 0)
		text_port(&net->graph, 12, words[1], "float", ".");
	else if (strcmp(words[0], "const") == 0 ||
		 strcmp(words[0], "packed") == 0 ||
		 strcmp(words[0], "single") == 0)
		text_const(net, words, n);
	else
		text_node(net, words, n);
}

static inline void onnx_from_text(struct buf *file, const char *text)
{
	struct onnx_text net = { .opset = 13 };
	char *copy = strdup(text), *rest = NULL;

	for (char *line = strtok_r(copy, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest))
		text_line(&net, line);
	put_opset(file, &net.graph, (unsigned)net.opset);
	for (int i = 0; i < net.count; i++)
		buf_release(&net.tensors[i].bytes);
	free(copy);
}

#endif
