/*
 * onnx_writer - small .onnx files for tests and fuzzing seeds.
 *
 * Field numbers are those of onnx.proto.
 */
#ifndef TINYML_TESTS_ONNX_WRITER_H
#define TINYML_TESTS_ONNX_WRITER_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

static inline void put_varint(struct buf *out, uint64_t value)
{
	do {
		uint8_t byte = value & 0x7f;

		value >>= 7;
		byte |= value ? 0x80 : 0;
		buf_add(out, &byte, 1);
	} while (value);
}

static inline void put_number(struct buf *out, unsigned field, unsigned value)
{
	put_varint(out, field << 3);
	put_varint(out, value);
}

static inline void put_bytes(struct buf *out, unsigned field, const void *bytes,
			     size_t n)
{
	put_varint(out, field << 3 | 2);
	put_varint(out, n);
	buf_add(out, bytes, n);
}

static inline void put_text(struct buf *out, unsigned field, const char *text)
{
	put_bytes(out, field, text, strlen(text));
}

/* Close a message into its parent. */
static inline void put_message(struct buf *out, unsigned field,
			       struct buf *message)
{
	put_bytes(out, field, message->data, message->len);
	buf_release(message);
}

static inline void put_typed(struct buf *graph, unsigned field,
			     const char *name, unsigned element,
			     const int *dims, int rank)
{
	struct buf info = BUF_INIT, type = BUF_INIT, tensor = BUF_INIT;
	struct buf shape = BUF_INIT;

	for (int i = 0; i < rank; i++) {
		struct buf dim = BUF_INIT;

		put_number(&dim, 1, (unsigned)dims[i]);
		put_message(&shape, 1, &dim);
	}
	put_number(&tensor, 1, element);
	put_message(&tensor, 2, &shape);
	put_message(&type, 1, &tensor);
	put_text(&info, 1, name);
	put_message(&info, 2, &type);
	put_message(graph, field, &info);
}

static inline void put_value(struct buf *graph, unsigned field,
			     const char *name, const int *dims, int rank)
{
	put_typed(graph, field, name, 1, dims, rank);
}

static inline void put_floats(struct buf *graph, const char *name,
			      const int *dims,
		       int rank, const float *data)
{
	struct buf tensor = BUF_INIT;
	size_t n = 1;

	for (int i = 0; i < rank; i++) {
		put_number(&tensor, 1, (unsigned)dims[i]);
		n *= (size_t)dims[i];
	}
	put_number(&tensor, 2, 1);
	put_text(&tensor, 8, name);
	put_bytes(&tensor, 9, data, 4 * n);
	put_message(graph, 5, &tensor);
}

/* in: names, then NULL. attrs: "name=1,2" of integers, NULL when there are
 * none; a number is INTS when a comma follows it. */
static inline void put_attr(struct buf *node, const char *attr)
{
	const char *value = strchr(attr, '=') + 1;
	bool is_list = strchr(value, ',') != NULL;
	struct buf out = BUF_INIT;

	put_bytes(&out, 1, attr, (size_t)(value - attr) - 1);
	for (; value && value[0] && strcmp(value, ",") != 0;
	     value = strchr(value, ',')) {
		value += *value == ',';
		put_number(&out, is_list ? 8 : 3, (unsigned)atoi(value));
	}
	put_message(node, 5, &out);
}

static inline void put_op(struct buf *graph, const char *op,
			  const char *const *in, const char *out,
			  const char *const *attrs)
{
	struct buf node = BUF_INIT;

	for (int i = 0; in[i]; i++)
		put_text(&node, 1, in[i]);
	put_text(&node, 2, out);
	put_text(&node, 4, op);
	for (int i = 0; attrs && attrs[i]; i++)
		put_attr(&node, attrs[i]);
	put_message(graph, 1, &node);
}

static inline void put_node(struct buf *graph, const char *op,
			    const char *const *in, const char *out)
{
	put_op(graph, op, in, out, NULL);
}

static inline void put_opset(struct buf *out, struct buf *graph,
			     unsigned version)
{
	struct buf opset = BUF_INIT;

	put_number(out, 1, 8);
	put_message(out, 7, graph);
	put_number(&opset, 2, version);
	put_message(out, 8, &opset);
}

static inline void put_model(struct buf *out, struct buf *graph)
{
	put_opset(out, graph, 13);
}

#endif
