#include "model/model.h"

#include <stdlib.h>
#include <string.h>

static void fail(struct model *model, int kind)
{
	if (!model->failed)
		model->failed = kind;
}

void *model_alloc(struct model *model, size_t n)
{
	void *bytes = arena_alloc(&model->memory, n);

	if (!bytes)
		fail(model, ERR_MEM);
	return bytes;
}

static const char *copy_name(struct model *model, const char *name)
{
	char *copy = arena_textn(&model->memory, name ? name : "",
				 MODEL_NAME_MAX);

	if (!copy)
		fail(model, ERR_MEM);
	return copy ? copy : "";
}

void model_init(struct model *model, const char *name)
{
	*model = (struct model){ 0 };
	model->name = copy_name(model, name);
}

void model_release(struct model *model)
{
	arena_release(&model->memory);
	free(model->tensors);
	free(model->ops);
	*model = (struct model){ .name = "" };
}

/* Room for one more item of an array of n. */
static void *grow(struct model *model, void *items, int n, int *room,
		  size_t size)
{
	int more = *room ? *room * 2 : 16;

	if (n < *room)
		return items;
	items = realloc(items, (size_t)more * size);
	if (items)
		*room = more;
	else
		fail(model, ERR_MEM);
	return items;
}

/* ---- building ----------------------------------------------------------- */

static bool shape_is_possible(enum kern_type type, int rank,
			      const int32_t *dims)
{
	size_t n = kern_type_bytes(type);

	if (n == 0 || rank < 0 || rank > MODEL_RANK_MAX)
		return false;
	for (int i = 0; i < rank; i++) {
		if (dims[i] < 1 || n > MODEL_BYTES_MAX / (size_t)dims[i])
			return false;
		n *= (size_t)dims[i];
	}
	return true;
}

int model_add_tensor(struct model *model, const char *name,
		     enum kern_type type, int rank, const int32_t *dims)
{
	struct model_tensor tensor = { .type = type, .rank = rank };
	struct model_tensor *all;

	if (!shape_is_possible(type, rank, dims))
		fail(model, ERR_RANGE);
	if (model->tensor_count == MODEL_TENSORS_MAX)
		fail(model, ERR_LIMIT);
	if (model->failed)
		return -1;
	tensor.name = copy_name(model, name);
	for (int i = 0; i < rank; i++)
		tensor.dims[i] = dims[i];
	all = grow(model, model->tensors, model->tensor_count,
		   &model->tensor_room, sizeof(tensor));
	if (!all)
		return -1;
	model->tensors = all;
	all[model->tensor_count] = tensor;
	return model->tensor_count++;
}

int model_add_state(struct model *model, const char *name,
		    enum kern_type type, int rank, const int32_t *dims)
{
	int i = model_add_tensor(model, name, type, rank, dims);

	if (i >= 0)
		model->tensors[i].is_state = true;
	return i;
}

int model_add_const(struct model *model, const char *name,
		    enum kern_type type, int rank, const int32_t *dims,
		    const void *data)
{
	int i = model_add_tensor(model, name, type, rank, dims);
	struct model_tensor *tensor;

	if (i < 0)
		return -1;
	tensor = &model->tensors[i];
	tensor->data = model_alloc(model, model_bytes(tensor));
	if (!tensor->data)
		return -1;
	if (data)
		memcpy(tensor->data, data, model_bytes(tensor));
	return i;
}

static bool is_tensor(struct model *model, int tensor)
{
	bool is = tensor >= 0 && tensor < model->tensor_count;

	if (!is)
		fail(model, ERR_RANGE);
	return is;
}

void model_set_quant_axis(struct model *model, int tensor, int axis,
			  uint32_t n, const float *scales,
			  const int32_t *zeros)
{
	struct model_quant quant = { .n = n, .axis = axis };

	if (!is_tensor(model, tensor))
		return;
	quant.scales = model_alloc(model, n * sizeof(float));
	quant.zeros = model_alloc(model, n * sizeof(int32_t));
	if (!quant.scales || !quant.zeros)
		return;
	memcpy(quant.scales, scales, n * sizeof(float));
	if (zeros)
		memcpy(quant.zeros, zeros, n * sizeof(int32_t));
	model->tensors[tensor].quant = quant;
}

void model_set_quant(struct model *model, int tensor, float scale,
		     int32_t zero)
{
	model_set_quant_axis(model, tensor, 0, 1, &scale, &zero);
}

int model_add_op(struct model *model, enum kern_op op,
		 const struct model_attr *attr, const int *inputs,
		 int input_count, int output)
{
	struct model_op node = { .op = op, .input_count = input_count,
				 .output = output };
	struct model_op *all;

	if (input_count < 1 || input_count > MODEL_OP_INPUTS_MAX)
		fail(model, ERR_RANGE);
	if (model->op_count == MODEL_OPS_MAX)
		fail(model, ERR_LIMIT);
	if (model->failed || !is_tensor(model, output))
		return -1;
	for (int i = 0; i < input_count; i++) {
		if (inputs[i] != -1 && !is_tensor(model, inputs[i]))
			return -1;
		node.inputs[i] = inputs[i];
	}
	if (attr)
		node.attr = *attr;
	all = grow(model, model->ops, model->op_count, &model->op_room,
		   sizeof(node));
	if (!all)
		return -1;
	model->ops = all;
	all[model->op_count] = node;
	return model->op_count++;
}

static void add_port(struct model *model, int *ports, int *n, int tensor)
{
	if (!is_tensor(model, tensor))
		return;
	if (*n == MODEL_PORTS_MAX)
		fail(model, ERR_LIMIT);
	else
		ports[(*n)++] = tensor;
}

void model_add_input(struct model *model, int tensor)
{
	add_port(model, model->inputs, &model->input_count, tensor);
}

void model_add_output(struct model *model, int tensor)
{
	add_port(model, model->outputs, &model->output_count, tensor);
}

int model_add_copy(struct model *model, const struct model_tensor *from)
{
	int i;

	if (from->data)
		i = model_add_const(model, from->name, from->type, from->rank,
				    from->dims, from->data);
	else
		i = model_add_tensor(model, from->name, from->type,
				     from->rank, from->dims);
	if (i >= 0)
		model->tensors[i].is_state = from->is_state;
	if (i >= 0 && from->quant.n)
		model_set_quant_axis(model, i, from->quant.axis,
				     from->quant.n, from->quant.scales,
				     from->quant.zeros);
	return i;
}

int model_copy(struct model *to, const struct model *from, struct err *err)
{
	model_init(to, from->name);
	for (int i = 0; i < from->tensor_count; i++)
		model_add_copy(to, &from->tensors[i]);
	for (int i = 0; i < from->op_count; i++) {
		const struct model_op *op = &from->ops[i];

		model_add_op(to, op->op, &op->attr, op->inputs,
			     op->input_count, op->output);
	}
	for (int i = 0; i < from->input_count; i++)
		model_add_input(to, from->inputs[i]);
	for (int i = 0; i < from->output_count; i++)
		model_add_output(to, from->outputs[i]);
	if (!to->failed)
		return 0;
	model_release(to);
	return err_nomem(err);
}
