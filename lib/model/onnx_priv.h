/*
 * onnx_priv - shared by the onnx_*.c files.
 */
#ifndef TINYML_MODEL_ONNX_PRIV_H
#define TINYML_MODEL_ONNX_PRIV_H

#include "bits/cursor.h"
#include "model/onnx.h"

/* ---- protobuf --------------------------------------------------------- */

/* Bytes of the file, or none. */
struct onnx_slice {
	const uint8_t *bytes;
	size_t n;
};

enum { WIRE_VARINT = 0, WIRE_64 = 1, WIRE_BYTES = 2, WIRE_32 = 5 };

struct onnx_field {
	uint32_t number;
	unsigned wire;			/* WIRE_* */
	uint64_t value;			/* of a number */
	struct onnx_slice bytes;	/* of WIRE_BYTES */
};

/* The next field of a message; false at its end or when it is damaged, which
 * cur->err tells apart. */
bool onnx_next(struct cursor *cur, struct onnx_field *field);

uint64_t onnx_varint(struct cursor *cur);
struct cursor onnx_open(struct onnx_slice slice);
bool onnx_is(struct onnx_slice slice, const char *text);
bool onnx_same(struct onnx_slice a, struct onnx_slice b);

/* ---- the graph --------------------------------------------------------- */

enum onnx_kind { ONNX_NOTHING, ONNX_CONST, ONNX_FLOW };

/*
 * What a name of the graph stands for.  dims are those of the file (N C H W).
 * A constant is floats, or 64-bit integers for every integer type.  What flows
 * is tensors of the model: plain with exactly these dims, last as N H W C of
 * four axes (N C L: N 1 L C); -1 until somebody wants that order.  A reshaped
 * value has neither at first but an origin, whose plain elements it shows.
 */
struct onnx_value {
	struct onnx_slice name;
	enum onnx_kind kind;
	bool is_float;
	int uses;		/* how many nodes and outputs read it */
	int rank;
	int32_t dims[MODEL_RANK_MAX];	/* a constant may have zeros */
	float *floats;
	int64_t *ints;
	int plain, last;
	int origin;		/* index of a value, or -1 */
	int32_t pads[4];	/* still to add: top, left, bottom, right */
};

struct onnx_node {
	int index;
	struct onnx_slice body, op, name, domain;
	int inputs[ONNX_NODE_PORTS_MAX], input_count;	/* -1: left out */
	int outputs[ONNX_NODE_PORTS_MAX], output_count;
};

struct onnx {
	struct model *model;
	struct err *err;
	struct arena memory;
	struct onnx_slice graph;
	int64_t opset;
	struct onnx_value *values;
	int value_count, value_room, node_count;
	struct onnx_node node;	/* the one at work */
	bool is_damaged;	/* an attribute could not be read */
};

/* "node 3 (Conv 'name'): " and the words. Returns the kind. */
int onnx_fail(struct onnx *o, int kind, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* ---- onnx_read.c ------------------------------------------------------- */

/* Elements of a shape; -1 above MODEL_BYTES_MAX / 4. */
int64_t onnx_elements(const struct onnx_value *value);

/* Fill in name, opset, nodes' names, initializers and inputs. */
int onnx_read(struct onnx *o, const void *bytes, size_t n);

/* The index of a name, which is added when it is new; -1 and err. */
int onnx_value(struct onnx *o, struct onnx_slice name);

/* Decode a node. */
int onnx_read_node(struct onnx *o, struct onnx_slice body, int index);

/* A TensorProto as a constant. */
int onnx_read_tensor(struct onnx *o, struct onnx_slice bytes,
		     struct onnx_value *value, struct onnx_slice *name);

/* Attributes of the node at work, or the value for an absent one. */
int64_t onnx_int(struct onnx *o, const char *name, int64_t absent);
float onnx_float(struct onnx *o, const char *name, float absent);
struct onnx_slice onnx_text(struct onnx *o, const char *name);
struct onnx_slice onnx_tensor(struct onnx *o, const char *name);

/* How many integers there are, at most max into items; -1 when absent. */
int onnx_ints(struct onnx *o, const char *name, int64_t *items, int max);

/* ---- onnx_fold.c ------------------------------------------------------- */

/* Compute the node at work when it depends on constants and shapes alone.
 * 1: done, 0: it does not, negative: an error. */
int onnx_fold(struct onnx *o);

/* ---- onnx_layout.c ----------------------------------------------------- */

/* Input i of the node, NULL when left out; output 0. */
struct onnx_value *onnx_in(struct onnx *o, int i);
struct onnx_value *onnx_out(struct onnx *o);

/* A tensor of the model that holds the value in one order, added with what
 * turns the other into it. -1 and err. */
int onnx_plain(struct onnx *o, struct onnx_value *value);
int onnx_last(struct onnx *o, struct onnx_value *value);

/* A new tensor named as the node's output. */
int onnx_new(struct onnx *o, int rank, const int32_t *dims);

/* Floats of the model's own, zeroed, as a constant. */
int onnx_weights(struct onnx *o, const char *name, int rank,
		 const int32_t *dims, float **data);

/* Set the node's output: its dims, and one tensor that holds it. */
void onnx_give_plain(struct onnx *o, int tensor);
void onnx_give_last(struct onnx *o, int rank, int tensor);
void onnx_give_view(struct onnx *o, int from, int rank, const int32_t *dims);

/* Add an operation; -1 and err. */
int onnx_add(struct onnx *o, enum kern_op op, const struct model_attr *attr,
	     const int *inputs, int n, int output);

/* ---- operators --------------------------------------------------------- */

int onnx_conv(struct onnx *o);
int onnx_pool(struct onnx *o);
int onnx_global_pool(struct onnx *o);
int onnx_reduce_mean(struct onnx *o);
int onnx_pad(struct onnx *o);

int onnx_gemm(struct onnx *o);
int onnx_batch_norm(struct onnx *o);
int onnx_sum(struct onnx *o);
int onnx_mul(struct onnx *o);
int onnx_relu(struct onnx *o);
int onnx_softmax(struct onnx *o);
int onnx_reshape(struct onnx *o);
int onnx_transpose(struct onnx *o);

/* The shape that Reshape, Flatten, Squeeze, Unsqueeze, Identity or Dropout
 * gives. */
int onnx_new_shape(struct onnx *o, const struct onnx_value *in, int *rank,
		   int32_t *dims);

#endif
