#include "plan/plan.h"

#include "plan/offsets.h"
#include "plan/plan_priv.h"
#include "run/op.h"

/* ---- what can be planned ------------------------------------------------ */

static bool board_runs(enum kern_type type)
{
	return type == KERN_S8 || type == KERN_S16;
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
		const struct model_tensor *t = plan_output(plan, i);

		if (board_runs(t->type))
			t = plan_input(plan, i, 0);
		if (is_host || board_runs(t->type) ||
		    (t->type == KERN_S32 && t != plan_output(plan, i)))
			continue;
		err_set(err, ERR_UNSUPPORTED, "operation %d (%s) is %s, which "
			"boards do not run", i,
			model_op_name(plan->model->ops[i].op),
			model_type_name(t->type));
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

/* ---- lifetimes ---------------------------------------------------------- */

static void find_lifetimes(struct plan *plan)
{
	const struct model *m = plan->model;

	for (int i = 0; i < m->tensor_count; i++) {
		struct plan_tensor *t = &plan->tensors[i];

		t->in_arena = !m->tensors[i].data && !m->tensors[i].is_state;
		t->bytes = (uint32_t)model_bytes(&m->tensors[i]);
		t->first = t->last = -1;
		t->root = i;
	}
	for (int i = 0; i < m->op_count; i++) {
		const struct model_op *op = &m->ops[i];

		for (int k = 0; k < op->input_count; k++)
			if (op->inputs[k] >= 0)
				plan->tensors[op->inputs[k]].last = i;
		plan->tensors[op->output].first = i;
		plan->tensors[op->output].last = i;
	}
	for (int i = 0; i < m->output_count; i++)
		plan->tensors[m->outputs[i]].last = m->op_count;
	/* an input without a reader is filled all the same */
	for (int i = 0; i < m->input_count; i++)
		if (plan->tensors[m->inputs[i]].last < 0)
			plan->tensors[m->inputs[i]].last = 0;
}

/* An input whose bytes the output of an operation may take over, or -1. */
static int find_heir(const struct plan *plan, int index)
{
	const struct model_op *op = &plan->model->ops[index];
	const struct kern_op_info *info = kern_op_info(op->op);

	for (int i = 0; info->inplace && i < model_acts(op); i++) {
		const struct plan_tensor *in = &plan->tensors[op->inputs[i]];

		if (in->in_arena && in->last == index &&
		    in->bytes == plan->tensors[op->output].bytes)
			return op->inputs[i];
	}
	return -1;
}

static void share_places(struct plan *plan)
{
	for (int i = 0; i < plan->model->op_count; i++) {
		int heir = find_heir(plan, i);

		if (heir >= 0)
			plan->tensors[plan->model->ops[i].output].root =
				plan->tensors[heir].root;
	}
}

/* ---- places ------------------------------------------------------------- */

static uint32_t aligned(uint32_t bytes)
{
	return (bytes + PLAN_ALIGN - 1) / PLAN_ALIGN * PLAN_ALIGN;
}

/* Operations count from 0; a model input lives from the first one on, an
 * output to the last. */
static struct offsets_block block_of(const struct plan *plan, int tensor)
{
	const struct plan_tensor *t = &plan->tensors[tensor];
	int end = plan->model->op_count - 1;

	return (struct offsets_block){
		.first = t->first < 0 ? 0 : t->first,
		.last = t->last > end ? end : t->last,
		.bytes = aligned(t->bytes),
	};
}

/* One block per root; numbers[i] is tensor i's block. Returns their number. */
static int gather_tensors(const struct plan *plan,
			  struct offsets_block *blocks, int *numbers)
{
	int n = 0;

	for (int i = 0; i < plan->model->tensor_count; i++)
		if (plan->tensors[i].in_arena && plan->tensors[i].root == i) {
			numbers[i] = n;
			blocks[n++] = block_of(plan, i);
		}
	for (int i = 0; i < plan->model->tensor_count; i++) {
		const struct plan_tensor *t = &plan->tensors[i];
		struct offsets_block b, *root;

		if (!t->in_arena || t->root == i)
			continue;
		numbers[i] = numbers[t->root];
		root = &blocks[numbers[i]];
		b = block_of(plan, i);
		if (b.first < root->first)
			root->first = b.first;
		if (b.last > root->last)
			root->last = b.last;
	}
	return n;
}

static int gather_scratch(const struct plan *plan,
			  struct offsets_block *blocks)
{
	int n = 0;

	for (int i = 0; i < plan->model->op_count; i++)
		if (plan->ops[i].scratch_bytes)
			blocks[n++] = (struct offsets_block){
				.first = i, .last = i,
				.bytes = aligned(plan->ops[i].scratch_bytes),
			};
	return n;
}

/* An operation's output is the heir of an input that dies there, when the
 * kernel lets them overlap. */
static void gather_heirs(const struct plan *plan,
			 struct offsets_block *blocks, const int *numbers)
{
	for (int i = 0; i < plan->model->op_count; i++) {
		const struct model_op *op = &plan->model->ops[i];
		struct kern_overlap o = plan_overlap(plan, i);
		struct offsets_block *in;

		if (!o.step || !plan->tensors[op->inputs[0]].in_arena ||
		    plan->tensors[op->inputs[0]].last != i)
			continue;
		in = &blocks[numbers[op->inputs[0]]];
		in->heir = numbers[op->output] + 1;
		in->lead = aligned(o.lead);
		/* places are multiples of PLAN_ALIGN anyway */
		in->step = PLAN_ALIGN % o.step ? o.step : 1;
	}
}

static int check_total(const struct offsets_block *blocks, int n,
		       struct err *err)
{
	uint64_t total = 0;

	for (int i = 0; i < n; i++)
		total += (uint64_t)blocks[i].bytes + blocks[i].lead;
	if (total <= INT32_MAX)
		return 0;
	return err_set(err, ERR_LIMIT, "the activations are larger than %d "
		       "bytes in all", INT32_MAX);
}

static void store_places(struct plan *plan, const struct offsets_block *blocks,
			 int tensor_blocks, const int *numbers)
{
	uint32_t start = plan->state_bytes;

	for (int i = 0; i < plan->model->tensor_count; i++)
		if (plan->tensors[i].in_arena)
			plan->tensors[i].offset = start +
				blocks[numbers[i]].offset;
	for (int i = 0; i < plan->model->op_count; i++)
		if (plan->ops[i].scratch_bytes)
			plan->ops[i].scratch = start +
				blocks[tensor_blocks++].offset;
}

static int find_places(struct plan *plan, long steps_max, struct err *err)
{
	size_t tensors = (size_t)plan->model->tensor_count;
	size_t ops = (size_t)plan->model->op_count;
	struct arena memory = { 0 };
	struct offsets_block *blocks = arena_array(&memory, tensors + ops,
						   sizeof(*blocks));
	int *numbers = arena_array(&memory, tensors, sizeof(*numbers));
	struct offsets_result result;
	int kind = ERR_MEM, tensor_blocks, n;

	if (!blocks || !numbers) {
		arena_release(&memory);
		return err_nomem(err);
	}
	tensor_blocks = gather_tensors(plan, blocks, numbers);
	gather_heirs(plan, blocks, numbers);
	n = tensor_blocks + gather_scratch(plan, blocks + tensor_blocks);
	kind = check_total(blocks, n, err);
	if (!kind)
		kind = plan_place_states(plan, err);
	if (!kind)
		kind = offsets_solve(blocks, n, plan->model->op_count,
				     steps_max, &result, err);
	if (!kind &&
	    result.total > MODEL_IMAGE_BYTES_MAX - plan->state_bytes)
		kind = err_set(err, ERR_LIMIT, "the arena would need %u bytes, "
			       "more than %d", result.total +
			       plan->state_bytes, MODEL_IMAGE_BYTES_MAX);
	if (!kind) {
		store_places(plan, blocks, tensor_blocks, numbers);
		plan->arena_bytes = plan->state_bytes + result.total;
		plan->bound_bytes = plan->state_bytes + result.bound;
		plan->is_optimal = result.is_optimal;
	}
	arena_release(&memory);
	return kind;
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
	if (p->packing != KERN_PACK_REF)
		weights = p->weights_bytes + p->bias_count * 4;
	p->write_bytes = (uint32_t)model_bytes(plan_output(plan, index));
	p->const_bytes = weights + p->channels_bytes + p->requant_count * 5;
	p->macs = model_macs(plan->model, index);
	plan->weight_bytes += weights;
	plan->const_bytes += p->const_bytes;
	plan->macs += p->macs;
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

static int plan_all(struct plan *plan, long steps_max, struct err *err)
{
	size_t tensors = (size_t)plan->model->tensor_count;
	size_t ops = (size_t)plan->model->op_count;
	int kind = check_limits(plan->model, err);

	if (!kind)
		kind = check_set(plan, err);
	if (kind)
		return kind;
	if (is_for_board(plan->set)) {
		kind = plan_trim(plan, err);
		if (kind)
			return kind;
		tensors = (size_t)plan->model->tensor_count;
	}
	plan->tensors = arena_array(&plan->memory, tensors,
				    sizeof(*plan->tensors));
	plan->ops = arena_array(&plan->memory, ops, sizeof(*plan->ops));
	if (!plan->tensors || !plan->ops)
		return err_nomem(err);
	find_lifetimes(plan);
	share_places(plan);
	plan->growth_bytes = constant_bytes(plan) / PACKING_GROWTH;
	for (int i = 0; i < plan->model->op_count; i++) {
		kind = plan_requant(plan, i, err);
		if (!kind)
			kind = plan_table(plan, i, err);
		if (!kind && plan->set == KERN_SET_X86)
			kind = plan_pack_x86(plan, i, err);
		else if (!kind)
			kind = plan_pack(plan, i, err);
		if (kind)
			break;
		plan->ops[i].scratch_bytes = plan_scratch_bytes(plan, i);
		add_costs(plan, i);
	}
	return kind ? kind : find_places(plan, steps_max, err);
}

int plan_init_options(struct plan *plan, const struct model *model,
		      const struct plan_options *options, struct err *err)
{
	long steps = options->steps_max ? options->steps_max : PLAN_STEPS_MAX;
	int kind;

	*plan = (struct plan){ .model = model, .set = options->set };
	kind = plan_all(plan, steps, err);
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
