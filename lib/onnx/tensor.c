#include <string.h>

#include "onnx/proto_priv.h"

/* TensorProto: constants. */

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

int onnx_set_dims(struct onnx *o, struct onnx_value *value, int rank,
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
	rank = onnx_read_ints(bytes, TENSOR_DIMS, dims, MODEL_RANK_MAX + 1,
			 &is_damaged);
	if (is_damaged)
		return onnx_damaged(o, "the dimensions of a constant");
	if (onnx_set_dims(o, value, rank, dims, 0))
		return o->err->kind;
	n = onnx_elements(value);
	/* A value takes at least one byte of the file. */
	if ((size_t)n > bytes.n)
		return onnx_damaged(o, "a constant has fewer values than its "
				    "shape");
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
		return onnx_damaged(o, "a constant's values do not fit its "
				    "shape");
	return 0;
}
