#include "plan/offsets.h"
#include "plan/plan_priv.h"

/* ---- lifetimes ---------------------------------------------------------- */

/* Operation op writes a tensor, or a part of it. */
static void note_write(struct plan *plan, int tensor, int op)
{
	struct plan_tensor *t = &plan->tensors[tensor];

	t->first = t->first < 0 ? op : t->first;
	t->last = op;
	if (t->parent != tensor)
		note_write(plan, t->parent, op);
}

static void note_read(struct plan *plan, int tensor, int op)
{
	plan->tensors[tensor].last = op;
	plan->tensors[plan->tensors[tensor].parent].last = op;
}

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
				note_read(plan, op->inputs[k], i);
		note_write(plan, op->output, i);
	}
	for (int i = 0; i < m->output_count; i++)
		plan->tensors[m->outputs[i]].last = m->op_count;
	/* an input without a reader is filled all the same */
	for (int i = 0; i < m->input_count; i++)
		if (plan->tensors[m->inputs[i]].last < 0)
			plan->tensors[m->inputs[i]].last = 0;
	for (int i = 0; i < m->tensor_count; i++)
		if (plan->tensors[i].last < 0)
			plan->tensors[i].in_arena = false;
}

static bool is_view(const struct plan *plan, int tensor)
{
	return plan->tensors[tensor].parent != tensor;
}

/* An input whose bytes the output of an operation may take over, or -1. */
static int find_heir(const struct plan *plan, int index)
{
	const struct model_op *op = &plan->model->ops[index];
	const struct kern_op_info *info = kern_op_info(op->op);

	for (int i = 0; info->inplace && i < model_acts(op); i++) {
		const struct plan_tensor *in = &plan->tensors[op->inputs[i]];

		if (in->in_arena && in->last == index &&
		    !is_view(plan, op->output) &&
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
	for (int i = 0; i < plan->model->tensor_count; i++)
		if (is_view(plan, i))
			plan->tensors[i].root = plan->tensors[
				plan->tensors[i].parent].root;
}

/* ---- places ------------------------------------------------------------- */

static uint32_t aligned(uint32_t bytes)
{
	return (bytes + PLAN_ALIGN - 1) / PLAN_ALIGN * PLAN_ALIGN;
}

/* Times are slots.  A model input lives from the first one on, an output to
 * the last. */
static struct offsets_block block_of(const struct plan *plan, int tensor)
{
	const struct plan_tensor *t = &plan->tensors[tensor];
	int end = plan->model->op_count - 1;

	return (struct offsets_block){
		.first = t->first < 0 ? 0 : plan->ops[t->first].slot,
		.last = plan->ops[t->last > end ? end : t->last].slot,
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
		if (is_view(plan, i))
			continue;
		root = &blocks[numbers[i]];
		b = block_of(plan, i);
		if (b.first < root->first)
			root->first = b.first;
		if (b.last > root->last)
			root->last = b.last;
	}
	return n;
}

/* One block a slot, for the most of its operations. */
static int gather_scratch(const struct plan *plan,
			  struct offsets_block *blocks)
{
	int n = 0;

	for (int i = 0; i < plan->model->op_count; i++) {
		int slot = plan->ops[i].slot;
		uint32_t bytes = aligned(plan->ops[i].scratch_bytes);

		if (!bytes)
			continue;
		if (n && blocks[n - 1].first == slot) {
			if (bytes > blocks[n - 1].bytes)
				blocks[n - 1].bytes = bytes;
			continue;
		}
		blocks[n++] = (struct offsets_block){
			.first = slot, .last = slot, .bytes = bytes,
		};
	}
	return n;
}

static void set_heir(struct offsets_block *in, int heir, uint32_t lead,
		     uint32_t step)
{
	in->heir = heir + 1;
	in->lead = aligned(lead);
	/* places are multiples of PLAN_ALIGN anyway */
	in->step = PLAN_ALIGN % step ? step : 1;
}

/* A stream's output follows behind its input, unless that is read later. */
static void gather_stream_heirs(const struct plan *plan,
				struct offsets_block *blocks,
				const int *numbers)
{
	for (int i = 0; i < plan->stream_count; i++) {
		const struct plan_stream *s = &plan->streams[i];
		struct offsets_block *in = &blocks[numbers[s->input]];
		int out = numbers[s->output];

		if (in->last == blocks[out].first)
			set_heir(in, out, s->lead, 1);
	}
}

/* An operation's output is the heir of an input that dies there, when the
 * kernel lets them overlap. */
static void gather_heirs(const struct plan *plan,
			 struct offsets_block *blocks, const int *numbers)
{
	for (int i = 0; i < plan->model->op_count; i++) {
		const struct model_op *op = &plan->model->ops[i];
		struct kern_overlap o = plan_overlap(plan, i);

		if (!o.step || !plan->tensors[op->inputs[0]].in_arena ||
		    plan->tensors[op->inputs[0]].last != i ||
		    is_view(plan, op->output))
			continue;
		set_heir(&blocks[numbers[op->inputs[0]]],
			 numbers[op->output], o.lead, o.step);
	}
	gather_stream_heirs(plan, blocks, numbers);
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
	int slot = -1, next = tensor_blocks;

	for (int i = 0; i < plan->model->tensor_count; i++)
		if (plan->tensors[i].in_arena)
			plan->tensors[i].offset = start +
				blocks[numbers[i]].offset +
				plan->tensors[i].inside;
	for (int i = 0; i < plan->model->op_count; i++) {
		if (!plan->ops[i].scratch_bytes)
			continue;
		next += slot >= 0 && plan->ops[i].slot != slot;
		slot = plan->ops[i].slot;
		plan->ops[i].scratch = start + blocks[next].offset;
	}
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
		kind = offsets_solve(blocks, n, plan->slot_count,
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
		plan->peak_slot = result.peak;
		plan->peak_count = result.peak_count;
	}
	arena_release(&memory);
	return kind;
}

int plan_place(struct plan *plan, long steps_max, struct err *err)
{
	for (int i = 0; i < plan->model->op_count; i++)
		plan->ops[i].scratch_bytes = plan_scratch_bytes(plan, i);
	find_lifetimes(plan);
	share_places(plan);
	return find_places(plan, steps_max, err);
}
