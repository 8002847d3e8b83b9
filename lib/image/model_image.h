/*
 * model_image - a model as bytes that a board runs in place from its flash.
 *
 * This header is the format's specification (ABI version 1).
 *
 *      +--------+----------+---------+-----+--------+-------+----
 *      | header | sections | TENSORS | OPS | PARAMS | CONST | ...
 *      +--------+----------+---------+-----+--------+-------+----
 *      0        64
 *
 * All numbers are little-endian.  All places are offsets, never addresses.
 * The image starts at an address that is a multiple of 16, and so does every
 * section inside it.  Bytes between sections are zero.  The image's bytes are
 * untrusted until model_image_open has returned 0: it has then checked
 * everything that this page calls a rule.  What an operation means is checked
 * by run_open (run/run.h), which knows the kernels.
 *
 * Header, 64 bytes
 *   0  u32  magic          MODEL_IMAGE_MAGIC, "TMLI"
 *   4  u16  abi            MODEL_IMAGE_ABI
 *   6  u16  header_bytes   64
 *   8  u32  total_bytes    of the whole image, a multiple of 16
 *  12  u32  crc            CRC-32 (bits/crc.h) of bytes 16 ... total_bytes
 *  16  u32  runtime        lowest runtime version that runs it (RUN_VERSION)
 *  20  u32  kernel_set     enum kern_set the records are made for
 *  24  u32  arena_bytes    states, activations and scratch
 *  28  u32  input_count    1 ... MODEL_IMAGE_IO_MAX
 *  32  u32  output_count   1 ... MODEL_IMAGE_IO_MAX
 *  36  u32  section_count  at most MODEL_IMAGE_SECTIONS_MAX
 *  40  u16  inputs[4]      tensor numbers; MODEL_IMAGE_NONE behind the count
 *  48  u16  outputs[4]
 *  56  u32  state_bytes    of the arena, from its start: the states of
 *                          operations, kept from run to run; a multiple of
 *                          MODEL_IMAGE_TENSOR_ALIGN
 *  60  u32  slow_bytes     of the arena, at its end: what lies in a second
 *                          memory; neither a value nor scratch lies in both;
 *                          a multiple of MODEL_IMAGE_TENSOR_ALIGN
 *
 * Section entry, 16 bytes, section_count of them from offset 64; kinds rise
 * strictly, offsets rise, sections do not overlap
 *   0  u32  kind           enum model_image_section
 *   4  u32  offset         from the start of the image, a multiple of 16
 *   8  u32  bytes          without the padding behind it
 *  12  u32  count          records inside (TENSORS, OPS), otherwise 0
 *
 * TENSORS record, 40 bytes: a value that flows between operations
 *   0  u8   type           enum kern_type
 *   1  u8   rank           0 ... 4
 *   2  u8   place          enum model_image_place
 *   3  u8   reserved       zero
 *   4  u32  dims[4]        in order; 1 behind the rank; none is 0
 *  20  u32  scale          bits of the IEEE float32 scale, positive and
 *                          finite; 0 for float data and plain int32
 *  24  i32  zero           zero point, a value of the type; 0 for float data
 *  28  u32  offset         in the arena or in CONST; a multiple of
 *                          MODEL_IMAGE_TENSOR_ALIGN
 *  32  u32  bytes          product of dims times the element's bytes
 *  36  u32  reserved       zero
 * A state lies in the arena below state_bytes, everything else there above.
 *
 * OPS record, 48 bytes, in the order of execution
 *   0  u16  op             id of kern/ops.def
 *   2  u16  kernel         how the constants are packed: enum kern_packing
 *   4  u16  version        of that packing
 *   6  u8   input_count    at most MODEL_IMAGE_OP_INPUTS_MAX
 *   7  u8   output_count   at most MODEL_IMAGE_OP_OUTPUTS_MAX
 *   8  u16  inputs[8]      tensor numbers; MODEL_IMAGE_NONE behind the count
 *  24  u16  outputs[4]
 *  32  u32  params         offset in PARAMS, a multiple of 4
 *  36  u32  params_bytes   exactly the block's size
 *  40  u32  scratch        offset in the arena, a multiple of
 *                          MODEL_IMAGE_TENSOR_ALIGN
 *  44  u32  scratch_bytes
 *
 * PARAMS: one block per operation, see struct model_image_conv and its
 * neighbours.  Every member is 32 bits wide, so that the struct, read member
 * by member, is the format.  Members called _at are offsets in CONST.
 *
 * CONST: weights, biases (i32, aligned 4), multipliers (i32, aligned 4),
 * shifts (i8), constant tensors.
 *
 * Kinds from 16 up are optional; a reader skips those it does not know.
 * FEATURES, POST: bytes for lib/dsp and the application; not looked into.
 *
 * LABELS: one text per class, in order, each closed by NUL; the last byte is
 * NUL.  Foreign text: whoever prints it neutralises it.
 *
 * GOLDEN: known answers, for the self-test of a board
 *   0  u32  count          records
 *   4  u32  level          enum model_image_golden
 *   8  u32  input_bytes    per record
 *  12  u32  output_bytes   per record; all outputs, one after another (and
 *                          with level TENSOR input_bytes is that of all
 *                          inputs)
 *  16       count times: input bytes, output bytes
 *
 * INFO: "key=value" texts, each closed by NUL, keys rising: "name", "source"
 * (identity of the artifact it was planned from, 64 hex digits), "target" (the
 * type of board it is made for; no other takes it), "version".
 */
#ifndef TINYML_IMAGE_MODEL_IMAGE_H
#define TINYML_IMAGE_MODEL_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	MODEL_IMAGE_MAGIC = 0x494c4d54,		/* "TMLI" */
	MODEL_IMAGE_ABI = 1,
	MODEL_IMAGE_ALIGN = 16,
	MODEL_IMAGE_TENSOR_ALIGN = 4,
	MODEL_IMAGE_HEADER_BYTES = 64,
	MODEL_IMAGE_ENTRY_BYTES = 16,
	MODEL_IMAGE_TENSOR_BYTES = 40,
	MODEL_IMAGE_OP_BYTES = 48,
	MODEL_IMAGE_GOLDEN_BYTES = 16,
	MODEL_IMAGE_NONE = 0xffff,		/* no tensor */
	MODEL_IMAGE_IO_MAX = 4,
	MODEL_IMAGE_OP_INPUTS_MAX = 8,
	MODEL_IMAGE_OP_OUTPUTS_MAX = 4,
	MODEL_IMAGE_RANK_MAX = 4,
	MODEL_IMAGE_SECTIONS_MAX = 16,
	MODEL_IMAGE_TENSORS_MAX = 2048,
	MODEL_IMAGE_OPS_MAX = 1024,
	MODEL_IMAGE_BYTES_MAX = 1 << 28,	/* image, arena, tensor */
};

/* MODEL_IMAGE_NOWHERE as an _at member: the constant is absent. */
#define MODEL_IMAGE_NOWHERE UINT32_C(0xffffffff)

enum model_image_section {
	MODEL_IMAGE_TENSORS = 1,	/* required */
	MODEL_IMAGE_OPS = 2,		/* required */
	MODEL_IMAGE_PARAMS = 3,
	MODEL_IMAGE_CONST = 4,
	MODEL_IMAGE_FEATURES = 16,
	MODEL_IMAGE_LABELS = 17,
	MODEL_IMAGE_POST = 18,
	MODEL_IMAGE_GOLDEN = 19,
	MODEL_IMAGE_INFO = 20,
};

enum model_image_place {
	MODEL_IMAGE_IN_ARENA = 0,
	MODEL_IMAGE_IN_CONST = 1,	/* never written */
	MODEL_IMAGE_IN_STATE = 2,	/* of the arena: kept between runs */
};

enum model_image_golden {
	MODEL_IMAGE_GOLDEN_TENSOR = 0,	/* inputs are the model's inputs */
	MODEL_IMAGE_GOLDEN_SENSOR = 1,	/* inputs are what FEATURES reads */
};

struct model_image_header {
	uint32_t total_bytes, crc, runtime, kernel_set, arena_bytes;
	uint32_t input_count, output_count, section_count;
	uint16_t inputs[MODEL_IMAGE_IO_MAX], outputs[MODEL_IMAGE_IO_MAX];
	uint32_t state_bytes, slow_bytes;
};

/* A section found: where it lies in the image. All 0 when it is absent. */
struct model_image_entry {
	uint32_t kind, offset, bytes, count;
};

struct model_image_tensor {
	uint8_t type, rank, place;
	int32_t dims[MODEL_IMAGE_RANK_MAX];
	uint32_t scale;
	int32_t zero;
	uint32_t offset, bytes;
};

struct model_image_op {
	uint16_t op, kernel, version;
	uint8_t input_count, output_count;
	uint16_t inputs[MODEL_IMAGE_OP_INPUTS_MAX];
	uint16_t outputs[MODEL_IMAGE_OP_OUTPUTS_MAX];
	uint32_t params, params_bytes, scratch, scratch_bytes;
};

/* ---- parameter blocks ---------------------------------------------------- */

/*
 * Where a layer's constants lie.  Weights and bias are packed as the record's
 * kernel says (enum kern_packing); weights_bytes is exactly what the shape
 * needs then.
 * The M4 packings have the table of kern/channels.h at bias_at in place of bias
 * and factors; multipliers_at and shifts_at are NOWHERE, requant_count is 0.
 * Otherwise requant_count is the number of entries at multipliers_at (i32) and
 * shifts_at (i8): 1, or one per output channel.  With float tensors it is 0,
 * both places are NOWHERE, and weights and bias are float32.
 */
struct model_image_constants {
	uint32_t weights_at, weights_bytes;
	uint32_t bias_at;			/* or NOWHERE */
	uint32_t multipliers_at, shifts_at, requant_count;
};

/* CONV_2D, DEPTHWISE_CONV_2D, TRANSPOSE_CONV (whose dilation is 1): 64 bytes.
 * Shapes and zero points are the tensors'.  With float tensors act_min and
 * act_max hold the bits of floats. */
struct model_image_conv {
	int32_t kernel_h, kernel_w, stride_h, stride_w;	/* each 1 ... 32767 */
	int32_t dilation_h, dilation_w;			/* 1 ... 32767 */
	int32_t pad_top, pad_left;			/* 0 ... 32767 */
	int32_t act_min, act_max;
	struct model_image_constants constants;
};

/* FULLY_CONNECTED: 32 bytes. The input's depth is the product of its dims
 * divided by batches; batches is the product of the output's dims without the
 * last. Otherwise as above. */
struct model_image_fc {
	int32_t act_min, act_max;
	struct model_image_constants constants;
};

/* The same with int16 tensors, 4 bytes more: 68 and 36. is_wide: the bias is
 * int64, aligned to 8, and sums have 64 bits (kern/kern.h, struct
 * kern_conv_s16); 0 or 1. */
struct model_image_conv_s16 {
	struct model_image_conv conv;
	uint32_t is_wide;
};

struct model_image_fc_s16 {
	struct model_image_fc fc;
	uint32_t is_wide;
};

/* AVERAGE_POOL_2D, MAX_POOL_2D: 32 bytes. */
struct model_image_pool {
	int32_t kernel_h, kernel_w, stride_h, stride_w;
	int32_t pad_top, pad_left;
	int32_t act_min, act_max;
};

/* ADD: 36 bytes; struct kern_add_s8 says what they mean. Float uses only
 * act_min and act_max (as bits) and has 0 elsewhere. */
struct model_image_add {
	int32_t left_shift, a_multiplier, a_shift, b_multiplier, b_shift;
	int32_t out_multiplier, out_shift;
	int32_t act_min, act_max;
};

/* SOFTMAX: 16 bytes; struct kern_softmax_s8. beta: float bits, used by float
 * tensors only (which have 0 in the others). */
struct model_image_softmax {
	int32_t multiplier, left_shift, diff_min;
	uint32_t beta;
};

/* RESHAPE, MINIMUM and MAXIMUM have no block: params 0, params_bytes 0. SUB
 * has ADD's. With int16 tensors act_min and act_max are int16 everywhere. */

/* MUL: 16 bytes; struct kern_mul_s8 says what they mean. */
struct model_image_mul {
	int32_t multiplier, shift;
	int32_t act_min, act_max;
};

/* RELU, RELU6, LEAKY_RELU, HARD_SWISH, LOGISTIC, TANH, QUANTIZE, all int8: 4
 * bytes. The table has KERN_LOOKUP_BYTES int8 results, of -128 first. */
struct model_image_lookup {
	uint32_t table_at;
};

/* LEAKY_RELU on int16, and QUANTIZE between int8, int16 and int32, but for
 * int8 to int8: 16 bytes; struct kern_rescale. */
struct model_image_rescale {
	int32_t multiplier, shift, below_multiplier, below_shift;
};

/* STRIDED_SLICE, TRANSPOSE: 20 bytes; struct kern_gather. Every element meant
 * lies in the input. */
struct model_image_gather {
	int32_t start, step_n, step_h, step_w, step_c;
};

/* PAD, PADV2: 20 bytes; struct kern_pad. */
struct model_image_pad {
	int32_t before_n, before_h, before_w, before_c;
	int32_t value;
};

/* RESIZE_NEAREST_NEIGHBOR: 8 bytes; int16 numbers of input rows and columns,
 * one for each of the output's, aligned to 2. */
struct model_image_resize_nearest {
	uint32_t rows_at, columns_at;
};

/* RESIZE_BILINEAR: 12 bytes; struct kern_resize_bilinear_s8. */
struct model_image_resize_bilinear {
	int32_t scale_h, scale_w, is_half_pixel;
};

/* LOGISTIC and TANH on int16: 8 bytes; struct kern_curve_s16. */
struct model_image_curve_s16 {
	int32_t multiplier, shift;
};

/* CONCATENATION: 4 bytes. axis counts 0 ... 3 in shapes with leading ones. */
struct model_image_concat {
	int32_t axis;
};

/* Operations that only a host runs (kern/f32/f32.h): functions of one float,
 * pairs of floats or plain integers, GATHER and ARG_MAX, sums over axes. */
struct model_image_curve {
	uint32_t alpha;			/* float32 bits; of LEAKY_RELU */
};

struct model_image_pair {
	int32_t act_min, act_max;	/* float32 bits; integers: not read */
};

struct model_image_axis {
	int32_t axis;			/* 0 ... 3 of the first input's own */
};

struct model_image_kept {
	int32_t n, h, w, c;		/* the input's size of an axis, or 1 */
};

/* MEAN on integers: 24 bytes; struct kern_mean. */
struct model_image_mean {
	struct model_image_kept kept;
	int32_t multiplier, shift;
};

/*
 * SVDF: 52 bytes; struct kern_svdf_s8.  Inputs are the value and the state;
 * depth and units are last dimensions.  Float has 0 for factors, and act_min
 * and act_max as bits; int8 has 0 for these.
 */
struct model_image_svdf {
	int32_t rank, memory;
	int32_t state_multiplier, state_shift, out_multiplier, out_shift;
	int32_t act_min, act_max;
	uint32_t weights_at, weights_bytes, time_at, time_bytes;
	uint32_t bias_at;			/* or NOWHERE */
};

/*
 * UNIDIRECTIONAL_SEQUENCE_LSTM: 152 bytes; struct kern_lstm_s8.  Inputs are
 * the value, the hidden and the cell state.  Gates in the order of enum
 * kern_lstm_gates.  Float has 0 for factors and tanh; cell_clip is then the
 * bits of a float.
 */
struct model_image_lstm_gate {
	uint32_t weights_at, recurrent_at, bias_at;
	int32_t multiplier, shift, recurrent_multiplier, recurrent_shift;
};

struct model_image_lstm {
	uint32_t is_time_major;			/* 0 or 1 */
	struct model_image_lstm_gate gates[4];
	int32_t forget_multiplier, forget_shift;
	int32_t input_multiplier, input_shift;
	int32_t hidden_multiplier, hidden_shift;
	int32_t tanh_multiplier, tanh_shift;
	int32_t cell_clip;
};

/* ---- reading ------------------------------------------------------------- */

/*
 * An image in memory.  Borrows the bytes, which must stay as they are;
 * 64 bytes of state, nothing to release.
 */
struct model_image {
	const uint8_t *bytes;
	struct model_image_entry tensors, ops, params, consts;
};

/*
 * Check n bytes and describe them.  n may be more than the image has (a
 * flash slot); what lies behind total_bytes is not looked at.
 * The CRC is not computed: a container's digest covers it already, and
 * model_image_crc_check is there for who has none.
 * ERR_SHORT, ERR_FORMAT (magic, order, padding, reserved bytes, alignment),
 * ERR_UNSUPPORTED (abi), ERR_RANGE (offsets, tensor numbers, dims, bytes),
 * ERR_LIMIT (a MODEL_IMAGE_*_MAX).  img is valid only after 0.
 */
int model_image_open(const void *bytes, size_t n, struct model_image *img);

/* ERR_TRUST when the CRC is wrong. */
int model_image_crc_check(const struct model_image *img);

/* The accessors below need an image opened with success. */
void model_image_header(const struct model_image *img,
			struct model_image_header *header);

/* The entry of a kind; all zero when the image has none. */
struct model_image_entry model_image_find(const struct model_image *img,
					  unsigned kind);

/* Its bytes, or NULL; *n becomes their number, 0 with NULL. */
const uint8_t *model_image_section(const struct model_image *img,
				   unsigned kind, size_t *n);

/* Record index, which must be < img->tensors.count or img->ops.count. */
struct model_image_tensor model_image_tensor(const struct model_image *img,
					     unsigned index);
struct model_image_op model_image_op(const struct model_image *img,
				     unsigned index);

/* n bytes at offset of CONST whose address is a multiple of align (1, 2, 4 ...
 * 16); NULL when they are not all inside or not aligned. */
const void *model_image_const(const struct model_image *img, uint32_t offset,
			      size_t n, size_t align);

/* Copy an operation's parameter block of n bytes (a multiple of 4) into a
 * struct model_image_conv or its like. ERR_FORMAT when the record's
 * params_bytes is not n. */
int model_image_params(const struct model_image *img,
		       const struct model_image_op *op, void *block, size_t n);

/* Label of a class, or NULL when there is none. */
const char *model_image_label(const struct model_image *img, unsigned index);

/* Value of an INFO key, or NULL. */
const char *model_image_info(const struct model_image *img, const char *key);

/* Golden record index: pointers into the image. ERR_MISSING when there is no
 * such record. */
struct model_image_vector {
	const uint8_t *input, *output;
	uint32_t input_bytes, output_bytes, level, count;
};
int model_image_golden(const struct model_image *img, unsigned index,
		       struct model_image_vector *vector);

#endif
