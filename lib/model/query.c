#include <stdio.h>
#include <string.h>

#include "model/model.h"

size_t model_elements(const struct model_tensor *tensor)
{
	size_t n = 1;

	for (int i = 0; i < tensor->rank; i++)
		n *= (size_t)tensor->dims[i];
	return n;
}

size_t model_bytes(const struct model_tensor *tensor)
{
	return model_elements(tensor) * kern_type_bytes(tensor->type);
}

bool model_is_const(const struct model *model, int tensor)
{
	return tensor >= 0 && model->tensors[tensor].data;
}

bool model_same_shape(const struct model_tensor *a,
		      const struct model_tensor *b)
{
	return a->rank == b->rank &&
	       memcmp(a->dims, b->dims, sizeof(a->dims)) == 0;
}

static bool is_filter_only(const struct model *m, int tensor)
{
	bool is_filter = false;

	for (int i = 0; i < m->op_count; i++)
		for (int k = 0; k < m->ops[i].input_count; k++) {
			enum kern_op op = m->ops[i].op;

			if (m->ops[i].inputs[k] != tensor)
				continue;
			if (k != 1 || (op != KERN_CONV_2D &&
				       op != KERN_FULLY_CONNECTED))
				return false;
			is_filter = true;
		}
	return is_filter;
}

bool model_is_s4(const struct model *model, int tensor)
{
	const struct model_tensor *t = &model->tensors[tensor];
	const int8_t *x = t->data;

	if (t->type != KERN_S8 || !x || model_elements(t) < MODEL_S4_MIN)
		return false;
	for (size_t i = 0; i < model_elements(t); i++)
		if (x[i] < -8 || x[i] > 7)
			return false;
	return is_filter_only(model, tensor);
}

int model_producer(const struct model *model, int tensor)
{
	for (int i = 0; i < model->op_count; i++)
		if (model->ops[i].output == tensor)
			return i;
	return -1;
}

bool model_is_wide(const struct model *model, int index)
{
	const struct model_op *op = &model->ops[index];

	if (model->tensors[op->output].type != KERN_S16)
		return false;
	if (op->input_count > 2 && op->inputs[2] >= 0)
		return model->tensors[op->inputs[2]].type == KERN_S64;
	return !op->attr.is_narrow;
}

int model_state(const struct model_op *op, unsigned i)
{
	int at = op->op == KERN_SVDF ? MODEL_SVDF_STATE :
		 i ? MODEL_LSTM_CELL : MODEL_LSTM_HIDDEN;

	return at < op->input_count ? op->inputs[at] : -1;
}

int model_acts(const struct model_op *op)
{
	int most = kern_op_info(op->op)->acts_max;

	return op->input_count < most ? op->input_count : most;
}

static int64_t clamped(int64_t x, int64_t min, int64_t max)
{
	return x < min ? min : x > max ? max : x;
}

/* An end of a slice: negative numbers count from behind. */
static int64_t slice_end(int64_t at, int64_t size, bool is_back)
{
	at += at < 0 ? size : 0;
	return clamped(at, is_back ? -1 : 0, is_back ? size - 1 : size);
}

struct model_slice model_slice(const struct model *model, int index, int axis)
{
	const struct model_op *op = &model->ops[index];
	int64_t size = model->tensors[op->inputs[0]].dims[axis];
	int64_t begin = ((int32_t *)model->tensors[op->inputs[1]].data)[axis];
	int64_t end = ((int32_t *)model->tensors[op->inputs[2]].data)[axis];
	int64_t step = ((int32_t *)model->tensors[op->inputs[3]].data)[axis];
	bool is_back = step < 0;

	begin = slice_end(begin, size, is_back);
	if (op->attr.begin_mask >> axis & 1)
		begin = is_back ? size - 1 : 0;
	end = slice_end(end, size, is_back);
	if (op->attr.end_mask >> axis & 1)
		end = is_back ? -1 : size;
	if (op->attr.shrink_mask >> axis & 1)
		return (struct model_slice){ (int32_t)begin, 1,
					     begin >= 0 && begin < size };
	end -= begin;
	return (struct model_slice){ (int32_t)begin, (int32_t)step,
		(int32_t)(step ? (end + step - (is_back ? -1 : 1)) / step :
			  0) };
}

int model_last_use(const struct model *model, int tensor)
{
	int last = -1;

	for (int i = 0; i < model->op_count; i++)
		for (int k = 0; k < model->ops[i].input_count; k++)
			if (model->ops[i].inputs[k] == tensor)
				last = i;
	for (int i = 0; i < model->output_count; i++)
		if (model->outputs[i] == tensor)
			last = model->op_count;
	return last;
}

uint64_t model_macs(const struct model *model, int index)
{
	const struct model_op *op = &model->ops[index];
	const struct model_tensor *filter, *out = &model->tensors[op->output];
	uint64_t per_output;

	if (op->op != KERN_CONV_2D && op->op != KERN_DEPTHWISE_CONV_2D &&
	    op->op != KERN_FULLY_CONNECTED && op->op != KERN_TRANSPOSE_CONV)
		return 0;
	filter = &model->tensors[op->inputs[1]];
	if (op->op == KERN_TRANSPOSE_CONV)	/* each input meets each tap */
		return model_elements(&model->tensors[op->inputs[0]]) *
		       (model_elements(filter) / (size_t)filter->dims[3]);
	if (op->op == KERN_FULLY_CONNECTED)
		per_output = (uint64_t)filter->dims[1];
	else
		per_output = (uint64_t)filter->dims[1] *
			     (uint64_t)filter->dims[2];
	if (op->op == KERN_CONV_2D)
		per_output *= (uint64_t)filter->dims[3];
	return model_elements(out) * per_output;
}

static int32_t or_one(int32_t value)
{
	return value ? value : 1;
}

struct model_attr model_attr(const struct model *model, int index)
{
	const struct model_op *op = &model->ops[index];
	struct model_attr attr = op->attr;

	attr.stride_h = or_one(attr.stride_h);
	attr.stride_w = or_one(attr.stride_w);
	attr.dilation_h = or_one(attr.dilation_h);
	attr.dilation_w = or_one(attr.dilation_w);
	if (attr.beta == 0)
		attr.beta = 1;
	if (op->op == KERN_CONV_2D || op->op == KERN_DEPTHWISE_CONV_2D ||
	    op->op == KERN_TRANSPOSE_CONV) {
		const struct model_tensor *filter =
			&model->tensors[op->inputs[1]];

		attr.filter_h = filter->dims[1];
		attr.filter_w = filter->dims[2];
	}
	return attr;
}

/* One axis of a window: sizes are at most 2^30, so 64 bits never overflow. */
struct axis {
	int64_t in, filter, stride, dilation, pad_before, pad_after;
};

static int64_t axis_out(const struct axis *a, enum model_pad padding,
			int32_t *before)
{
	int64_t effective = (a->filter - 1) * a->dilation + 1;
	int64_t out, total, room;

	*before = 0;
	if (padding == MODEL_PAD_SAME) {
		out = (a->in - 1) / a->stride + 1;
		total = (out - 1) * a->stride + effective - a->in;
		if (total > 0)
			*before = (int32_t)(total / 2);
		return out;
	}
	room = a->in - effective;
	if (padding == MODEL_PAD_EXPLICIT) {
		*before = (int32_t)a->pad_before;
		room += a->pad_before + a->pad_after;
	}
	return room < 0 ? 0 : room / a->stride + 1;
}

struct model_window model_window(const struct model *model, int index)
{
	const struct model_op *op = &model->ops[index];
	const struct model_tensor *in = &model->tensors[
		op->op == KERN_TRANSPOSE_CONV ? op->output : op->inputs[0]];
	struct model_attr t = model_attr(model, index);
	struct axis rows = { in->dims[1], t.filter_h, t.stride_h,
			     t.dilation_h, t.pad_top, t.pad_bottom };
	struct axis cols = { in->dims[2], t.filter_w, t.stride_w,
			     t.dilation_w, t.pad_left, t.pad_right };
	struct model_window w;

	w.out_h = (int32_t)axis_out(&rows, t.padding, &w.pad_top);
	w.out_w = (int32_t)axis_out(&cols, t.padding, &w.pad_left);
	return w;
}

const char *model_type_name(enum kern_type type)
{
	switch (type) {
	case KERN_S8: return "int8";
	case KERN_S16: return "int16";
	case KERN_S32: return "int32";
	case KERN_F32: return "float32";
	case KERN_U8: return "uint8";
	case KERN_S64: return "int64";
	}
	return "?";
}

const char *model_op_name(enum kern_op op)
{
	const struct kern_op_info *info = kern_op_info(op);

	return info ? info->name : "?";
}

void model_type_text(const struct model_tensor *tensor,
		     char text[MODEL_TYPE_TEXT])
{
	int n = snprintf(text, MODEL_TYPE_TEXT, "%s[",
			 model_type_name(tensor->type));

	for (int i = 0; i < tensor->rank; i++)
		n += snprintf(text + n, (size_t)(MODEL_TYPE_TEXT - n), "%s%d",
			      i ? "x" : "", (int)tensor->dims[i]);
	snprintf(text + n, (size_t)(MODEL_TYPE_TEXT - n), "]");
}

int32_t model_axis(const struct model *model, int index)
{
	const struct model_op *op = &model->ops[index];
	const struct model_tensor *in = &model->tensors[op->inputs[0]];
	int32_t axis = op->attr.axis;

	if (op->op == KERN_ARG_MAX)
		axis = *(int32_t *)model->tensors[op->inputs[1]].data;
	return axis < 0 ? axis + in->rank : axis;
}

unsigned model_reduced(const struct model *model, int index)
{
	const struct model_op *op = &model->ops[index];
	const struct model_tensor *in = &model->tensors[op->inputs[0]];
	const struct model_tensor *axes = &model->tensors[op->inputs[1]];
	const int32_t *list = axes->data;
	unsigned bits = 0;

	for (size_t i = 0; i < model_elements(axes); i++)
		bits |= 1u << (list[i] < 0 ? list[i] + in->rank : list[i]);
	return bits;
}

bool model_is_curve(enum kern_op op)
{
	switch (op) {
	case KERN_RELU: case KERN_RELU6: case KERN_LEAKY_RELU: case KERN_ELU:
	case KERN_HARD_SWISH: case KERN_LOGISTIC: case KERN_TANH:
	case KERN_EXP: case KERN_LOG: case KERN_SQRT: case KERN_ABS:
	case KERN_NEG: case KERN_FLOOR: case KERN_CEIL: case KERN_ROUND:
		return true;
	default:
		return false;
	}
}

int model_readers(const struct model *m, int tensor)
{
	int n = 0;

	for (int i = 0; i < m->output_count; i++)
		n += m->outputs[i] == tensor;
	for (int i = 0; i < m->op_count; i++)
		for (int k = 0; k < m->ops[i].input_count; k++)
			n += m->ops[i].inputs[k] == tensor;
	return n;
}
