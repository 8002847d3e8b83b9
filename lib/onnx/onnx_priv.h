/*
 * onnx_priv - shared by the files of this folder.
 */
#ifndef TINYML_ONNX_ONNX_PRIV_H
#define TINYML_ONNX_ONNX_PRIV_H

#include "bits/cursor.h"
#include "onnx/onnx.h"

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

/* TensorProto.DataType. */
enum onnx_type { ONNX_FLOAT = 1, ONNX_UINT8 = 2, ONNX_INT8 = 3, ONNX_INT32 = 6,
		 ONNX_INT64 = 7, ONNX_BOOL = 9 };

enum { ONNX_GATHER_MAX = 4096 };	/* numbers of a list */

enum onnx_kind { ONNX_NOTHING, ONNX_CONST, ONNX_FLOW };

/* How a constant was stored before DequantizeLinear: n is 1 or dims[axis]. */
struct onnx_scales {
	uint32_t n;
	int axis;
	const float *scales;
};

/*
 * What a name of the graph stands for.  dims are those of the file (N C H W).
 * A constant is floats, or 64-bit integers for every integer type.
 *
 * plain and last are tensors of the model that hold the value, -1 until
 * somebody wants them: plain with exactly these dims; last, of three or four
 * axes only, as N H W C (N C L: N 1 L C).  A reshaped value has neither at
 * first but an origin, whose plain elements it shows, perhaps with zeros
 * around them that a convolution may yet take.
 *
 * uint8 that is quantised flows as int8, 128 less (is_shifted).
 */
struct onnx_value {
	struct onnx_slice name;
	enum onnx_kind kind;
	enum onnx_type type;
	bool is_float;		/* type is ONNX_FLOAT */
	bool is_shifted;
	int uses;		/* how many nodes and outputs read it */
	int rank;
	int32_t dims[MODEL_RANK_MAX];	/* a constant may have zeros */
	float *floats;
	int64_t *ints;
	struct onnx_scales scales;	/* n is 0 when there are none */
	int shape_of;		/* index + 1 of the value whose axes a Shape */
	int32_t shape_start;	/* gave, from this one on; 0: other constants */
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
	int which;		/* of its outputs, the one that is made */
	int64_t folded;		/* elements of computed constants */
	bool is_damaged;	/* an attribute could not be read */
};

/* "node 3 (Conv 'name'): " and the words. Returns the kind. */
int onnx_fail(struct onnx *o, int kind, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* ---- read.c ------------------------------------------------------------ */

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

/* Is there an attribute of that name? */
bool onnx_has(struct onnx *o, const char *name);

/* Number i of a list of texts; false behind the last. */
bool onnx_word(struct onnx *o, const char *name, int i,
	       struct onnx_slice *word);

/* How many integers there are, at most max into items; -1 when absent. */
int onnx_ints(struct onnx *o, const char *name, int64_t *items, int max);

/* Room for this many more values, so that pointers to them stay. */
int onnx_reserve(struct onnx *o, int more);

/* A value without a name, of the reserved room. */
struct onnx_value *onnx_unnamed(struct onnx *o);
struct onnx_value *onnx_unnamed_copy(struct onnx *o,
				     const struct onnx_value *from);

/* ---- fold.c ------------------------------------------------------------ */

/* Compute the node at work when it depends on constants and shapes alone.
 * 1: done, 0: it does not, negative: an error. */
int onnx_fold(struct onnx *o);

/* A constant under construction: what the node at work gives. */
int onnx_fold_start(struct onnx *o, enum onnx_type type, int rank,
		    const int32_t *dims);
int onnx_fold_binary(struct onnx *o);

/* ---- layout.c ---------------------------------------------------------- */

/* Input i of the node, NULL when left out; the output that is made. */
struct onnx_value *onnx_in(struct onnx *o, int i);
struct onnx_value *onnx_out(struct onnx *o);

/* A tensor of the model that holds the value in one order, added with what
 * turns the other into it; near takes the order in which it lies.  -1 and
 * err. */
int onnx_plain(struct onnx *o, struct onnx_value *value);
int onnx_last(struct onnx *o, struct onnx_value *value);
int onnx_near(struct onnx *o, struct onnx_value *value, bool *is_last);

/* Its plain elements in another shape. */
int onnx_shaped(struct onnx *o, struct onnx_value *value, int rank,
		const int32_t *dims);

/* Does it lie as N H W C alone? */
bool onnx_lies_last(const struct onnx_value *value);

/* An axis of the file in a tensor of that order. */
int onnx_axis(int rank, bool is_last, int axis);

/* A new tensor named as the node's output; of floats, or any type. */
int onnx_new(struct onnx *o, int rank, const int32_t *dims);
int onnx_new_of(struct onnx *o, enum kern_type type, int rank,
		const int32_t *dims);

/* Floats of the model's own, zeroed, as a constant; any constant; whole
 * numbers; one float without axes. */
int onnx_weights(struct onnx *o, const char *name, int rank,
		 const int32_t *dims, float **data);
int onnx_const(struct onnx *o, const char *what, enum kern_type type,
	       int rank, const int32_t *dims, const void *data);
int onnx_numbers(struct onnx *o, const char *name, int n,
		 const int32_t *items);
int onnx_scalar(struct onnx *o, float value);

/* Set the node's output: its dims, and one tensor that holds it. */
void onnx_give_plain(struct onnx *o, int tensor);
void onnx_give_last(struct onnx *o, int rank, int tensor);
void onnx_give(struct onnx *o, int rank, bool is_last, int tensor);
void onnx_give_view(struct onnx *o, int from, int rank, const int32_t *dims);

/* The node's output is its input under another name. */
void onnx_give_alias(struct onnx *o, struct onnx_value *in);

/* Add an operation; -1 and err. */
int onnx_add(struct onnx *o, enum kern_op op, const struct model_attr *attr,
	     const int *inputs, int n, int output);

/* An operation and the n tensors that it reads. */
struct onnx_step {
	enum kern_op op;
	const struct model_attr *attr;	/* or NULL */
	const int *inputs;
	int n;
};

/* Add it with a new tensor of the first input's type; that one's index. */
int onnx_do(struct onnx *o, const struct onnx_step *step, int rank,
	    const int32_t *dims);

/* Element by element: a function; of a value and a number; of two values of
 * one shape. */
int onnx_curve(struct onnx *o, enum kern_op op, float alpha, int tensor);
int onnx_with(struct onnx *o, enum kern_op op, int tensor, float number);
int onnx_both(struct onnx *o, enum kern_op op, int a, int b);

/* Two tensors that broadcast, their axes counted from the last. */
int onnx_broadcast(struct onnx *o, enum kern_op op, int a, int b);

int onnx_reshaped(struct onnx *o, int from, int rank, const int32_t *dims);

/* Axes of a transposition without those of size 1, neighbours that stay so
 * being one: n of them, their sizes before and behind, and the order. */
struct onnx_merged {
	int n, order[MODEL_RANK_MAX];
	int32_t in[MODEL_RANK_MAX], out[MODEL_RANK_MAX];
};
void onnx_merge(int rank, const int32_t *dims, const int *perm,
		struct onnx_merged *merged);

/* The same elements in that order, in a shape that has four axes at most. */
int onnx_turned(struct onnx *o, int from, const struct onnx_merged *merged);

/* Axes in another order. */
int onnx_permuted(struct onnx *o, int from, const int *perm);

int onnx_cast(struct onnx *o, int from, enum kern_type type);

/* Elements chosen along an axis. */
int onnx_taken(struct onnx *o, int from, int axis, int n,
	       const int32_t *indices);

/* Elements start, start + step, ... of each axis. */
struct onnx_range {
	int64_t start, step, count;
};
int onnx_sliced(struct onnx *o, int from, const struct onnx_range *ranges);

/* Values around it: before and behind, axis by axis. */
int onnx_padded(struct onnx *o, int from, const int32_t *amounts,
		float value);

/* MEAN, SUM or REDUCE_MAX over axes, a bit each, which stay with size 1. */
int onnx_reduced(struct onnx *o, enum kern_op op, int from, int bits);

/* n tensors one behind the other. */
int onnx_joined(struct onnx *o, const int *from, int n, int axis);

/* ---- operators --------------------------------------------------------- */

int onnx_conv(struct onnx *o);
int onnx_conv_transpose(struct onnx *o);
int onnx_pool(struct onnx *o);
int onnx_global_pool(struct onnx *o);
int onnx_reduce(struct onnx *o);
int onnx_pad(struct onnx *o);

int onnx_gemm(struct onnx *o);
int onnx_batch_norm(struct onnx *o);
int onnx_pair(struct onnx *o);
int onnx_prelu(struct onnx *o);
int onnx_relu(struct onnx *o);
int onnx_function(struct onnx *o);
int onnx_softmax(struct onnx *o);
int onnx_arg_max(struct onnx *o);
int onnx_pow(struct onnx *o);
int onnx_normalize(struct onnx *o);
int onnx_blocks(struct onnx *o);
int onnx_rnn(struct onnx *o);

int onnx_reshape(struct onnx *o);
int onnx_transpose(struct onnx *o);
int onnx_concat(struct onnx *o);
int onnx_slices(struct onnx *o);
int onnx_split(struct onnx *o);
int onnx_gather(struct onnx *o);
int onnx_resize(struct onnx *o);
int onnx_convert(struct onnx *o);

int onnx_quantize(struct onnx *o);
int onnx_dequantize(struct onnx *o);
int onnx_qlinear(struct onnx *o);
int onnx_integer(struct onnx *o);

/* ---- shared by operators ----------------------------------------------- */

/* A value times its scale, without a name: its index, or -1 and err; and the
 * node's output from one. axis: of several scales. wraps: what is beyond the
 * integers keeps its low bits. */
int onnx_dequantized(struct onnx *o, struct onnx_value *in,
		     struct onnx_value *scale, struct onnx_value *zero,
		     int axis);
int onnx_quantized(struct onnx *o, struct onnx_value *in,
		   struct onnx_value *scale, struct onnx_value *zero,
		   bool wraps);

/* The shape that Reshape, Flatten, Squeeze, Unsqueeze, Identity or Dropout
 * gives. */
int onnx_new_shape(struct onnx *o, const struct onnx_value *in, int *rank,
		   int32_t *dims);

/* The order of axes of a Transpose. */
int onnx_order(struct onnx *o, const struct onnx_value *in, int *perm);

/* What a Slice takes of each axis; a count may be 0. */
int onnx_ranges(struct onnx *o, const struct onnx_value *in,
		struct onnx_range *ranges);

/* Whole numbers from a constant input or, when that is left out, from an
 * attribute. How many; -1 when neither is there, -2 when they cannot be read
 * or are more than max. */
int onnx_list(struct onnx *o, const char *name, int input, int64_t *items,
	      int max);

/* An axis of rank, counted from the end when negative; -1 and err. */
int onnx_one_axis(struct onnx *o, int64_t axis, int rank);

/* Window attributes of a node, in two dimensions. */
struct onnx_window {
	int64_t filter[2], stride[2], dilation[2], pads[4];	/* t l b r */
	int32_t in[2], out[2];
};

/* Strides, dilations and pads; the filter's size must be there. */
int onnx_read_window(struct onnx *o, const struct onnx_value *in,
		     struct onnx_window *w);
int onnx_pairs(struct onnx *o, const char *name, int axes, int64_t absent,
	       int64_t pair[2]);
void onnx_set_out(struct onnx_window *w, bool is_ceil);
struct model_attr onnx_window_attr(const struct onnx_window *w);

/* Set the node's output: the step with the window's attributes. */
void onnx_give_window(struct onnx *o, const struct onnx_step *step,
		      const struct onnx_window *w, int rank, int32_t channels);

/* A filter O I H W as an operation's constant, with zeros where a group does
 * not see a channel; depthwise when each sees one. */
int onnx_filter(struct onnx *o, const struct onnx_value *w, int64_t groups,
		int32_t channels, bool *is_depthwise);

/* A constant per channel times, plus and so on, into the operation that wrote
 * the value. */
struct onnx_scaling {
	const float *scale, *offset, *mean, *variance;	/* NULL: left out */
	bool is_single;		/* one number for all channels */
	bool is_divisor;	/* by scale instead of times */
	float epsilon, sign;
};
bool onnx_fold_scaling(struct onnx *o, const struct onnx_value *in,
		       const struct onnx_scaling *s);

/* The operation that wrote a value which nobody else reads, or NULL. */
struct model_op *onnx_writer(struct onnx *o, const struct onnx_value *v);

/* The node's output is its input, which an operation before now computes. */
void onnx_take_over(struct onnx *o, const struct onnx_value *in);

/* Is it a float32 constant? */
static inline bool onnx_is_floats(const struct onnx_value *v)
{
	return v && v->kind == ONNX_CONST && v->is_float;
}

#endif
