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
		    in->is_slow == plan->tensors[op->output].is_slow &&
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

/* One block per root of a memory; numbers[i] is tensor i's block. Returns
 * their number. */
static int gather_tensors(const struct plan *plan, bool is_slow,
			  struct offsets_block *blocks, int *numbers)
{
	int n = 0;

	for (int i = 0; i < plan->model->tensor_count; i++) {
		const struct plan_tensor *t = &plan->tensors[i];

		numbers[i] = -1;
		if (!t->in_arena || t->root != i || t->is_slow != is_slow)
			continue;
		numbers[i] = n;
		blocks[n++] = block_of(plan, i);
	}
	for (int i = 0; i < plan->model->tensor_count; i++) {
		const struct plan_tensor *t = &plan->tensors[i];
		struct offsets_block b, *root;

		if (!t->in_arena || t->root == i || t->is_slow != is_slow)
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
		int in = numbers[s->input], out = numbers[s->output];

		if (in >= 0 && out >= 0 &&
		    blocks[in].last == blocks[out].first)
			set_heir(&blocks[in], out, s->lead, 1);
	}
}

/* An operation's output is the heir of an input that dies there, when the
 * kernel lets them overlap. */
static void gather_heirs(const struct plan *plan,
			 struct offsets_block *blocks, const int *numbers)
{
	for (int i = 0; i < plan->model->op_count; i++) {
		const struct model_op *op = &plan->model->ops[i];
		int in = op->input_count ? numbers[op->inputs[0]] : -1;
		int out = numbers[op->output];
		struct kern_overlap o = plan_overlap(plan, i);

		if (!o.step || in < 0 || out < 0 ||
		    plan->tensors[op->inputs[0]].last != i ||
		    is_view(plan, op->output))
			continue;
		set_heir(&blocks[in], out, o.lead, o.step);
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

/* One memory: its tensors, and with the first one scratch.  Places begin at
 * start; *result says how many bytes. */
struct memory {
	bool is_slow;
	uint32_t start;
	struct offsets_block *blocks;
	int *numbers;		/* tensor -> block, -1 for those elsewhere */
};

static void store_scratch(struct plan *plan, const struct memory *m, int next)
{
	int slot = -1;

	for (int i = 0; i < plan->model->op_count; i++) {
		if (!plan->ops[i].scratch_bytes)
			continue;
		next += slot >= 0 && plan->ops[i].slot != slot;
		slot = plan->ops[i].slot;
		plan->ops[i].scratch = m->start + m->blocks[next].offset;
	}
}

static void store_places(struct plan *plan, const struct memory *m,
			 int tensor_blocks)
{
	for (int i = 0; i < plan->model->tensor_count; i++)
		if (m->numbers[i] >= 0)
			plan->tensors[i].offset = m->start +
				m->blocks[m->numbers[i]].offset +
				plan->tensors[i].inside;
	if (!m->is_slow)
		store_scratch(plan, m, tensor_blocks);
}

static int fill_memory(struct plan *plan, const struct memory *m,
		       long steps_max, struct offsets_result *result,
		       struct err *err)
{
	int tensor_blocks = gather_tensors(plan, m->is_slow, m->blocks,
					   m->numbers), n = tensor_blocks;
	int kind;

	gather_heirs(plan, m->blocks, m->numbers);
	if (!m->is_slow)
		n += gather_scratch(plan, m->blocks + n);
	kind = check_total(m->blocks, n, err);
	if (!kind)
		kind = offsets_solve(m->blocks, n, plan->slot_count, steps_max,
				     result, err);
	if (!kind && result->total > MODEL_IMAGE_BYTES_MAX - m->start)
		kind = err_set(err, ERR_LIMIT, "the arena would need %u bytes, "
			       "more than %d", result->total + m->start,
			       MODEL_IMAGE_BYTES_MAX);
	if (kind)
		return kind;
	store_places(plan, m, tensor_blocks);
	return 0;
}

static int fill_memories(struct plan *plan, struct memory *m, long steps_max,
			 struct err *err)
{
	struct offsets_result fast, slow = { .is_optimal = true };
	int kind = plan_place_states(plan, err);

	m->start = plan->state_bytes;
	if (!kind)
		kind = fill_memory(plan, m, steps_max, &fast, err);
	if (kind)
		return kind;
	m->is_slow = true;
	m->start += fast.total;
	kind = fill_memory(plan, m, steps_max, &slow, err);
	plan->slow_bytes = slow.total;
	plan->arena_bytes = plan->state_bytes + fast.total + slow.total;
	plan->bound_bytes = plan->state_bytes + fast.bound + slow.bound;
	plan->is_optimal = fast.is_optimal && slow.is_optimal;
	plan->peak_slot = fast.peak;
	plan->peak_count = fast.peak_count;
	return kind;
}

static int find_places(struct plan *plan, long steps_max, struct err *err)
{
	size_t tensors = (size_t)plan->model->tensor_count;
	size_t ops = (size_t)plan->model->op_count;
	struct arena room = { 0 };
	struct memory m = {
		.blocks = arena_array(&room, tensors + ops, sizeof(*m.blocks)),
		.numbers = arena_array(&room, tensors, sizeof(*m.numbers)),
	};
	int kind = m.blocks && m.numbers ?
		fill_memories(plan, &m, steps_max, err) : err_nomem(err);

	arena_release(&room);
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
