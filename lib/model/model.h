/*
 * model - a typed graph: tensors, operations, constants.
 *
 * One noun for float and int8 networks alike.  It is built by hand (below),
 * read from and written to .tflite (model/tflite.h), printed as text that
 * parses back (model/text.h), cut in two (model/cut.h) and turned into
 * something that runs by plan/plan.h.
 *
 *     struct model m;
 *     int x, w, b, y;
 *
 *     model_init(&m, "dense");
 *     x = model_add_tensor(&m, "x", KERN_F32, MODEL_SHAPE(1, 8));
 *     w = model_add_const(&m, "w", KERN_F32, MODEL_SHAPE(4, 8), weights);
 *     b = model_add_const(&m, "b", KERN_F32, MODEL_SHAPE(4), biases);
 *     y = model_add_tensor(&m, "y", KERN_F32, MODEL_SHAPE(1, 4));
 *     model_add_op(&m, KERN_FULLY_CONNECTED, NULL,
 *                  (int[]){ x, w, b }, 3, y);
 *     model_add_input(&m, x);
 *     model_add_output(&m, y);
 *     err = model_check(&m, &e);
 *     ...
 *     model_release(&m);
 *
 * Tensors and operations are named by index, in the order they were added;
 * operations stand in the order they run (a tensor is written before it is
 * read: model_check).  Every name, constant and scale is copied into the
 * model's own memory and goes with it.
 *
 * Axes, as TensorFlow Lite stores them:
 *     activations        N H W C   (batch, rows, columns, channels)
 *     CONV_2D filter     O H W I   per-axis quantisation on axis 0
 *     DEPTHWISE filter   1 H W O   per-axis quantisation on axis 3,
 *                                  O = I x depth_multiplier
 *     TRANSPOSE_CONV     O H W I   per-axis quantisation on axis 0
 *     FULLY_CONNECTED    O I       per-axis quantisation on axis 0
 *     bias               O         int32, zero points 0, scale =
 *                                  input scale x filter scale; with int16
 *                                  activations also int64 (model_is_wide)
 * RESHAPE has one input; the new shape is its output's, and so is
 * TRANSPOSE_CONV's.  An int32 input of the model that held only such a shape
 * may stay without a reader.
 * Shapes that others take as constants are int32: PAD and PADV2 paddings
 * [rank][2] (PADV2 also the value), STRIDED_SLICE begin, end and stride
 * [rank] each, TRANSPOSE the order of the axes [rank]; so are the axes of
 * MEAN, SUM and REDUCE_MAX [1 ... rank] and of ARG_MAX [1].
 * GATHER's second input, int32 or int64, may be constant or not.
 *
 * SVDF has the inputs x, feature weights [filters][depth], time weights
 * [filters][memory], bias [units] and state; UNIDIRECTIONAL_SEQUENCE_LSTM
 * the 24 that TensorFlow Lite names, of which 1 to 8 (weights: input, forget,
 * cell, output gate; of the input, then of the hidden state), 12 to 15
 * (biases) and 18, 19 (hidden state, cell state) are there.
 *
 * Quantisation is real = scale x (q - zero), per tensor or per axis.
 */
#ifndef TINYML_MODEL_MODEL_H
#define TINYML_MODEL_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "kern/kern.h"

/* What a model may hold; more is ERR_LIMIT. */
enum {
	MODEL_RANK_MAX = 6,
	MODEL_TENSORS_MAX = 4096,
	MODEL_OPS_MAX = 2048,
	MODEL_OP_INPUTS_MAX = 24,
	MODEL_PORTS_MAX = 16,		/* inputs, and outputs, of the model */
	MODEL_NAME_MAX = 255,		/* bytes; longer names are cut */
};
#define MODEL_BYTES_MAX ((size_t)1 << 30)	/* of one tensor */

/* A shape as two arguments: MODEL_SHAPE(1, 49, 10, 1). */
#define MODEL_SHAPE(...) \
	(int)(sizeof((int32_t[]){ __VA_ARGS__ }) / sizeof(int32_t)), \
	(const int32_t[]){ __VA_ARGS__ }

/* Numbers of inputs. */
enum { MODEL_SVDF_FEATURE = 1, MODEL_SVDF_TIME, MODEL_SVDF_BIAS,
       MODEL_SVDF_STATE };
enum { MODEL_LSTM_WEIGHTS = 1, MODEL_LSTM_RECURRENT = 5,
       MODEL_LSTM_BIASES = 12, MODEL_LSTM_HIDDEN = 18, MODEL_LSTM_CELL };

/* n is 0 (not quantised), 1 (per tensor) or the tensor's dims[axis]. */
struct model_quant {
	uint32_t n;
	int axis;		/* 0 unless n counts an axis */
	float *scales;		/* n of them */
	int32_t *zeros;		/* n of them */
};

struct model_tensor {
	const char *name;	/* never NULL; for people, need not be unique */
	enum kern_type type;
	int rank;		/* 0 is a scalar */
	int32_t dims[MODEL_RANK_MAX];
	struct model_quant quant;
	/* Written and read by one operation, which finds it next time as it
	 * left it (model_state). At first all bytes are 0, or int8 values the
	 * zero point. */
	bool is_state;
	/* A constant's little-endian elements, C order; NULL otherwise. */
	void *data;
};

enum model_act { MODEL_ACT_NONE, MODEL_ACT_RELU, MODEL_ACT_RELU_N1_TO_1,
		 MODEL_ACT_RELU6, MODEL_ACT_COUNT };

/* SAME and VALID as TensorFlow defines them (model_padding below). EXPLICIT
 * takes the four pad_* fields and has no spelling in .tflite. */
enum model_pad { MODEL_PAD_SAME, MODEL_PAD_VALID, MODEL_PAD_EXPLICIT };

/*
 * The attributes of all operations in one struct; each reads its own and
 * ignores the rest.  Zero means default where one is given.
 */
struct model_attr {
	enum model_act act;	/* CONV_2D DEPTHWISE_CONV_2D FULLY_CONNECTED
				   ADD SUB MUL *_POOL_2D */
	enum model_pad padding;	/* convolutions, pools */
	int32_t pad_top, pad_bottom, pad_left, pad_right;
	int32_t stride_h, stride_w;		/* 0: 1 */
	int32_t dilation_h, dilation_w;		/* 0: 1; convolutions */
	int32_t filter_h, filter_w;		/* pools */
	int32_t depth_multiplier;		/* 0: from the shapes */
	/* int16 CONV_2D and FULLY_CONNECTED without bias: sums have 32 bits */
	int32_t is_narrow;
	/* int8 layers: one rounding, to nearest, as ONNX defines it, instead
	 * of TensorFlow Lite's two; a .tflite has it for us alone */
	int32_t rounds_once;
	float beta;				/* SOFTMAX; 0: 1 */
	float alpha;				/* LEAKY_RELU; >= 0 */
	int32_t rank;				/* SVDF: filters of a unit */
	float cell_clip;			/* LSTM; 0: none */
	int32_t is_time_major;			/* LSTM: [steps][batch] */
	int32_t align_corners, half_pixel;	/* RESIZE_*; 0 or 1 */
	int32_t axis;	/* CONCATENATION, GATHER; negative: from the end */
	/* STRIDED_SLICE, a bit an axis: from the first element, to the last,
	 * the axis vanishes */
	int32_t begin_mask, end_mask, shrink_mask;
};

struct model_op {
	enum kern_op op;
	int inputs[MODEL_OP_INPUTS_MAX];	/* -1: optional, left out */
	int input_count;
	int output;
	struct model_attr attr;
};

struct model {
	const char *name;	/* never NULL */
	struct model_tensor *tensors;
	int tensor_count;
	struct model_op *ops;
	int op_count;
	int inputs[MODEL_PORTS_MAX], input_count;
	int outputs[MODEL_PORTS_MAX], output_count;
	int failed;		/* 0, or the first ERR_* a builder met */
	int tensor_room, op_room;
	struct arena memory;
};

void model_init(struct model *model, const char *name);

/* Free all of it; the struct is empty (not initialised) afterwards. */
void model_release(struct model *model);

/*
 * Builders return an index, or -1 after a failure (ERR_MEM, ERR_LIMIT, or
 * ERR_RANGE for an index or shape that cannot be), which stays in
 * model->failed and is reported by model_check: build, then check once.
 * Pointers into model->tensors and ->ops move when more are added.
 */
int model_add_tensor(struct model *model, const char *name,
		     enum kern_type type, int rank, const int32_t *dims);

/* A tensor that is an operation's state. */
int model_add_state(struct model *model, const char *name,
		    enum kern_type type, int rank, const int32_t *dims);

/* data: the elements in this machine's (little-endian) order, copied; NULL
 * gives zeros, to be filled in through tensors[i].data. */
int model_add_const(struct model *model, const char *name,
		    enum kern_type type, int rank, const int32_t *dims,
		    const void *data);

void model_set_quant(struct model *model, int tensor, float scale,
		     int32_t zero);

/* n = dims[axis] scales; zeros may be NULL (all 0). */
void model_set_quant_axis(struct model *model, int tensor, int axis,
			  uint32_t n, const float *scales,
			  const int32_t *zeros);

/* attr NULL: all defaults. */
int model_add_op(struct model *model, enum kern_op op,
		 const struct model_attr *attr, const int *inputs,
		 int input_count, int output);

void model_add_input(struct model *model, int tensor);
void model_add_output(struct model *model, int tensor);

/* n bytes that live as long as the model, zeroed, aligned to 16; NULL and
 * model->failed when there are none. */
void *model_alloc(struct model *model, size_t n);

/* Add a tensor of another model, constant data and quantisation included. */
int model_add_copy(struct model *model, const struct model_tensor *from);

/* An independent copy. ERR_MEM. */
int model_copy(struct model *to, const struct model *from, struct err *err);

/*
 * Is this graph sound?  Everything after this call relies on it: each index
 * in range; arity, types and shapes as kern/ops.def and the operation's own
 * rule say; scales finite and positive, zero points inside the type, wherever
 * a value is requantised; tensors written once and before they are read;
 * inputs and outputs reachable; nothing left unconnected.
 *
 * ERR_FORMAT, ERR_RANGE, ERR_LIMIT, ERR_UNSUPPORTED, or model->failed.  The
 * text names operation and tensor, the hint says what to do.
 */
int model_check(const struct model *model, struct err *err);

/* ---- questions; all of a checked model, none fails ---------------------- */

size_t model_elements(const struct model_tensor *tensor);
size_t model_bytes(const struct model_tensor *tensor);
bool model_is_const(const struct model *model, int tensor);
/* How often operations and the model's outputs read it. */
int model_readers(const struct model *model, int tensor);
bool model_same_shape(const struct model_tensor *a,
		      const struct model_tensor *b);

/* Of a layer with int16 activations: are its sums 64 bits wide, as TensorFlow
 * Lite has them for an int64 bias, or none (attr.is_narrow)? */
bool model_is_wide(const struct model *model, int op);

/* The tensor that is an operation's state number i, below
 * kern_op_states(op->op). */
int model_state(const struct model_op *op, unsigned i);

/*
 * Is this the filter of CONV_2D or FULLY_CONNECTED layers with all of its int8
 * values in [-8, 7], and MODEL_S4_MIN of them at least?  A .tflite has such
 * filters as INT4.
 */
enum { MODEL_S4_MIN = 256 };
bool model_is_s4(const struct model *model, int tensor);

/* The operation that writes a tensor, -1 for inputs and
 * constants. */
int model_producer(const struct model *model, int tensor);

/* How many of an operation's inputs are values, not weights or shapes; they
 * come first. */
int model_acts(const struct model_op *op);

/* Axis of a STRIDED_SLICE's input: elements start, start + step, ..., count
 * of them; count is below 1 when nothing is left. */
struct model_slice {
	int32_t start, step, count;
};
struct model_slice model_slice(const struct model *model, int op, int axis);

/* Axis of a GATHER or ARG_MAX, from the first; and the axes that a MEAN, SUM
 * or REDUCE_MAX takes together, a bit each. */
int32_t model_axis(const struct model *model, int op);
unsigned model_reduced(const struct model *model, int op);

/* Is it a function of one value, element by element? */
bool model_is_curve(enum kern_op op);

/* The last operation that reads it, op_count for an output of the model, -1
 * when nobody does. */
int model_last_use(const struct model *model, int tensor);

/* Multiply-accumulates of one run of an operation (convolutions and fully
 * connected layers; 0 for the others), as MLPerf Tiny counts them. */
uint64_t model_macs(const struct model *model, int op);

/* An operation's attributes with defaults filled in and, for convolutions,
 * filter_h and filter_w from the filter's shape. */
struct model_attr model_attr(const struct model *model, int op);

/*
 * Padding before the first row and column, and the output's size, of a
 * window operation:
 *     effective = (filter - 1) x dilation + 1
 *     SAME   out = ceil(in / stride),
 *            total = max(0, (out - 1) x stride + effective - in),
 *            before = total / 2 (the odd one goes behind)
 *     VALID  out = floor((in - effective) / stride) + 1, before = 0
 * TRANSPOSE_CONV goes the other way: its output is "in" here, and out_h and
 * out_w are the size its input must have.
 * (TensorFlow, "Neural network operations", section Convolution.)
 */
struct model_window {
	int32_t out_h, out_w, pad_top, pad_left;
};
struct model_window model_window(const struct model *model, int op);

/* "float32" "int8" ...; "CONV_2D" ...; and "int8[1x49x10x1]": type and shape
 * into text. */
enum { MODEL_TYPE_TEXT = 96 };
const char *model_type_name(enum kern_type type);
const char *model_op_name(enum kern_op op);
void model_type_text(const struct model_tensor *tensor,
		     char text[MODEL_TYPE_TEXT]);

#endif
