#include "plan/plan.h"

#include <string.h>

#include "plan/plan_priv.h"
#include "run/op.h"

/* ---- what can be planned ------------------------------------------------ */

/* Have boards a kernel for an operation's types? */
static bool board_runs(const struct plan *plan, int index)
{
	enum kern_type in = plan_input(plan, index, 0)->type;

	if (in != KERN_S8 && in != KERN_S16 && in != KERN_S32)
		return false;
	for (size_t i = 0; i < run_ref.count; i++)
		if (run_ref.kernels[i].op == plan->model->ops[index].op &&
		    run_ref.kernels[i].type ==
		    plan_output(plan, index)->type)
			return true;
	return false;
}

static int check_set(const struct plan *plan, struct err *err)
{
	bool is_host = plan->set == KERN_SET_HOST || plan->set == KERN_SET_X86;

	if (!is_host && plan->set != KERN_SET_REF &&
	    plan->set != KERN_SET_M4 && plan->set != KERN_SET_M55 &&
	    plan->set != KERN_SET_M0)
		return err_set(err, ERR_UNSUPPORTED, "no plans are made for "
			       "kernel set %d", (int)plan->set);
	for (int i = 0; i < plan->model->op_count; i++) {
		if (is_host || board_runs(plan, i))
			continue;
		err_set(err, ERR_UNSUPPORTED, "operation %d (%s) takes %s and "
			"gives %s, which boards do not run", i,
			model_op_name(plan->model->ops[i].op),
			model_type_name(plan_input(plan, i, 0)->type),
			model_type_name(plan_output(plan, i)->type));
		err_hint(err, "quantise the model first: tinyml squeeze");
		return ERR_UNSUPPORTED;
	}
	return 0;
}

static int check_limits(const struct model *m, struct err *err)
{
	size_t constants = 0;

	if (m->op_count > MODEL_IMAGE_OPS_MAX ||
	    m->tensor_count > MODEL_IMAGE_TENSORS_MAX)
		return err_set(err, ERR_LIMIT, "the model has more than %d "
			       "operations or %d tensors",
			       MODEL_IMAGE_OPS_MAX, MODEL_IMAGE_TENSORS_MAX);
	if (m->input_count > MODEL_IMAGE_IO_MAX ||
	    m->output_count > MODEL_IMAGE_IO_MAX)
		return err_set(err, ERR_LIMIT, "the model has more than %d "
			       "inputs or outputs", MODEL_IMAGE_IO_MAX);
	for (int i = 0; i < m->tensor_count; i++) {
		const struct model_tensor *t = &m->tensors[i];

		if (t->rank > MODEL_IMAGE_RANK_MAX)
			return err_set(err, ERR_UNSUPPORTED, "tensor '%s' has "
				       "%d axes, more than %d", t->name,
				       t->rank, MODEL_IMAGE_RANK_MAX);
		if (model_bytes(t) > MODEL_IMAGE_BYTES_MAX)
			return err_set(err, ERR_LIMIT, "tensor '%s' is larger "
				       "than %d bytes", t->name,
				       MODEL_IMAGE_BYTES_MAX);
		if (t->data)
			constants += model_bytes(t);
	}
	if (constants > MODEL_IMAGE_BYTES_MAX)
		return err_set(err, ERR_LIMIT, "the constants are too large "
			       "for a model image");
	return 0;
}

/* ---- costs -------------------------------------------------------------- */

static void add_costs(struct plan *plan, int index)
{
	const struct model_op *op = &plan->model->ops[index];
	struct plan_op *p = &plan->ops[index];
	uint32_t weights = 0;

	for (int i = 0; i < op->input_count; i++) {
		const struct model_tensor *t = plan_input(plan, index, i);
		uint32_t bytes = t ? (uint32_t)model_bytes(t) : 0;

		if (i < model_acts(op))
			p->read_bytes += bytes;
		/* other operations' shapes end in their parameters */
		if (t && t->data && (i < model_acts(op) ||
				     plan_is_layer(plan, index) ||
				     kern_op_states(op->op)))
			weights += bytes;
	}
	if (p->table)
		weights += KERN_LOOKUP_BYTES;
	if (op->op == KERN_RESIZE_NEAREST_NEIGHBOR)
		weights += 2 * (uint32_t)(plan_output(plan, index)->dims[1] +
					  plan_output(plan, index)->dims[2]);
	if (p->packing != KERN_PACK_REF)
		weights = p->weights_bytes + p->bias_count * 4;
	p->macs = model_macs(plan->model, index);
	plan->macs += p->macs;
	p->write_bytes = (uint32_t)model_bytes(plan_output(plan, index));
	if (p->constants_of != index)
		return;
	p->const_bytes = weights + p->channels_bytes + p->requant_count * 5;
	plan->weight_bytes += weights;
	plan->const_bytes += p->const_bytes;
}

/* ---- the whole ---------------------------------------------------------- */

/* Packed constants may be larger by one part in so many. */
enum { PACKING_GROWTH = 20 };

static uint32_t constant_bytes(const struct plan *plan)
{
	const struct model *m = plan->model;
	size_t n = 0;

	for (int i = 0; i < m->op_count; i++)
		for (int k = 0; k < m->ops[i].input_count; k++)
			if (plan_input(plan, i, k) &&
			    plan_input(plan, i, k)->data)
				n += model_bytes(plan_input(plan, i, k));
	return (uint32_t)n;
}

/* On the host every channel can be looked at. */
static bool is_for_board(enum kern_set set)
{
	return set != KERN_SET_HOST && set != KERN_SET_X86;
}

static int get_room(struct plan *plan, struct err *err)
{
	int tensors = plan->model->tensor_count, ops = plan->model->op_count;

	plan->tensors = arena_array(&plan->memory, (size_t)tensors,
				    sizeof(*plan->tensors));
	plan->ops = arena_array(&plan->memory, (size_t)ops,
				sizeof(*plan->ops));
	if (!plan->tensors || !plan->ops)
		return err_nomem(err);
	for (int i = 0; i < tensors; i++)
		plan->tensors[i].parent = i;
	for (int i = 0; i < ops; i++)
		plan->ops[i].source = plan->ops[i].constants_of =
			plan->ops[i].slot = i;
	plan->slot_count = ops;
	return 0;
}

/* Mark the tensors of a name; ERR_MISSING when there is none that flows. */
static int pin(struct plan *plan, const char *name, struct err *err)
{
	bool is_there = false;

	for (int i = 0; i < plan->model->tensor_count; i++) {
		const struct model_tensor *t = &plan->model->tensors[i];

		if (t->data || t->is_state || strcmp(t->name, name) != 0)
			continue;
		plan->tensors[i].is_slow = is_there = true;
	}
	if (is_there)
		return 0;
	err_set(err, ERR_MISSING, "the model has no tensor '%s' that could "
		"lie in slow memory", name);
	err_hint(err, "'tinyml infer --profile' and plan.txt name the tensors "
		 "that operations write");
	return ERR_MISSING;
}

static int pin_all(struct plan *plan, const struct plan_options *options,
		   struct err *err)
{
	int kind = 0;

	for (int i = 0; i < options->slow_count && !kind; i++)
		kind = pin(plan, options->slow[i], err);
	return kind;
}

static int make_constants(struct plan *plan, struct err *err)
{
	int kind = 0;

	plan->growth_bytes = constant_bytes(plan) / PACKING_GROWTH;
	for (int i = 0; i < plan->model->op_count && !kind; i++) {
		kind = plan_requant(plan, i, err);
		if (!kind)
			kind = plan_table(plan, i, err);
		if (!kind)
			kind = plan_pack(plan, i, err);
	}
	return kind;
}

static int plan_all(struct plan *plan, const struct plan_options *options,
		    struct err *err)
{
	long steps = options->steps_max ? options->steps_max : PLAN_STEPS_MAX;
	int kind = check_limits(plan->model, err);

	if (!kind)
		kind = check_set(plan, err);
	if (!kind && is_for_board(plan->set))
		kind = plan_trim(plan, err);
	if (!kind)
		kind = get_room(plan, err);
	if (!kind)
		kind = pin_all(plan, options, err);
	if (!kind)
		kind = make_constants(plan, err);
	if (!kind)
		kind = plan_place(plan, steps, err);
	if (!kind)
		kind = plan_choose_streams(plan, options, steps, err);
	for (int i = 0; !kind && i < plan->model->op_count; i++)
		add_costs(plan, i);
	return kind;
}

int plan_init_options(struct plan *plan, const struct model *model,
		      const struct plan_options *options, struct err *err)
{
	int kind;

	*plan = (struct plan){ .model = model, .set = options->set };
	kind = plan_all(plan, options, err);
	if (kind)
		plan_release(plan);
	return kind;
}

int plan_init(struct plan *plan, const struct model *model, enum kern_set set,
	      struct err *err)
{
	return plan_init_options(plan, model,
				 &(struct plan_options){ .set = set }, err);
}

void plan_release(struct plan *plan)
{
	model_release(&plan->trimmed);
	arena_release(&plan->memory);
	*plan = (struct plan){ 0 };
}
