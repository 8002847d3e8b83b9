#include <string.h>

#include "plan/plan_priv.h"

/* ---- what can be streamed ------------------------------------------------ */

/* Some sets pack the weights of images that are higher than wide for columns;
 * a stripe may be wider than high. */
static bool is_turned(const struct plan *plan, int op)
{
	const struct model_tensor *out = plan_output(plan, op);
	enum kern_packing packing = plan->ops[op].packing;

	return out->dims[1] > out->dims[2] && packing != KERN_PACK_REF &&
	       packing != KERN_PACK_M4_DW3;
}

static bool has_rows(const struct plan *plan, int op)
{
	enum kern_op kind = plan->model->ops[op].op;
	const struct model_tensor *in = plan_input(plan, op, 0);
	const struct model_tensor *out = plan_output(plan, op);
	struct model_attr attr;

	if (kind != KERN_CONV_2D && kind != KERN_DEPTHWISE_CONV_2D &&
	    kind != KERN_AVERAGE_POOL_2D && kind != KERN_MAX_POOL_2D)
		return false;
	if (kind == KERN_DEPTHWISE_CONV_2D && is_turned(plan, op))
		return false;
	attr = model_attr(plan->model, op);
	return !in->data && in->rank == 4 && out->rank == 4 &&
	       in->dims[0] == 1 && attr.filter_h <= INT16_MAX &&
	       attr.dilation_h <= INT16_MAX;
}

static uint32_t row_bytes(const struct model_tensor *t)
{
	return (uint32_t)model_bytes(t) / (uint32_t)t->dims[1];
}

/* Is the output of op read by the next operation and nobody else? */
static bool feeds_next(const struct plan *plan, int op)
{
	int tensor = plan->model->ops[op].output;

	return plan->model->ops[op + 1].inputs[0] == tensor &&
	       plan->tensors[tensor].last == op + 1;
}

bool plan_can_stream(const struct plan *plan, int first, int last)
{
	if (first < 0 || last >= plan->model->op_count || first >= last ||
	    last - first >= PLAN_STREAM_OPS_MAX)
		return false;
	for (int i = first; i <= last; i++)
		if (!has_rows(plan, i) || (i < last && !feeds_next(plan, i)) ||
		    row_bytes(plan_input(plan, i, 0)) %
		    MODEL_IMAGE_TENSOR_ALIGN ||
		    row_bytes(plan_output(plan, i)) % MODEL_IMAGE_TENSOR_ALIGN)
			return false;
	return plan_output(plan, last)->dims[1] > 1;
}

/* ---- the model that has the stripes -------------------------------------- */

struct new_op {
	struct model_op op;
	int source, constants_of, slot;
};

struct new_tensor {
	struct model_tensor tensor;
	int parent;
	uint32_t inside;
};

struct builder {
	const struct plan *base;
	struct buf ops, tensors;	/* struct new_op, struct new_tensor */
	int slot;
};

static int op_count(const struct builder *b)
{
	return (int)(b->ops.len / sizeof(struct new_op));
}

static int tensor_count(const struct builder *b)
{
	return (int)(b->tensors.len / sizeof(struct new_tensor));
}

static void add_op(struct builder *b, const struct model_op *op, int source,
		   int constants_of)
{
	const struct new_op n = { *op, source, constants_of, b->slot };

	buf_add(&b->ops, &n, sizeof(n));
}

static void add_tensor(struct builder *b, const struct model_tensor *tensor,
		       int parent, uint32_t inside)
{
	const struct new_tensor n = { *tensor, parent, inside };

	buf_add(&b->tensors, &n, sizeof(n));
}

/* Rows first ... first + n - 1 of a tensor of the base. */
static int add_view(struct builder *b, int parent, int32_t first, int32_t n)
{
	struct model_tensor t = b->base->model->tensors[parent];
	uint32_t inside = (uint32_t)first * row_bytes(&t);
	int number = tensor_count(b);

	t.dims[1] = n;
	add_tensor(b, &t, parent, inside);
	return number;
}

/* ---- one stream ---------------------------------------------------------- */

/* One operation of the chain. */
struct level {
	int op;			/* of the base */
	struct kern_window win;
	int32_t done;		/* rows of its output that were made */
	int32_t from, end;	/* those of this stripe */
	int32_t low, high;	/* rows of its input that these need */
	int constants_of;	/* its first stripe, -1 before */
	/* its input's buffer, which the first one has not: rows kept_low ...
	 * kept_high - 1 lie there, the most that ever do are room */
	int32_t kept_low, kept_high, room;
};

struct stream {
	struct level levels[PLAN_STREAM_OPS_MAX];
	int n;
	uint32_t lead;
};

static int32_t at_least_0(int32_t x)
{
	return x < 0 ? 0 : x;
}

static int32_t smaller(int32_t a, int32_t b)
{
	return a < b ? a : b;
}

static int32_t larger(int32_t a, int32_t b)
{
	return a > b ? a : b;
}

/* The input row behind the window of output row y, not cut. */
static int32_t window_end(const struct kern_window *win, int32_t y)
{
	return y * win->stride_h - win->pad_top +
	       (win->kernel_h - 1) * win->dilation_h + 1;
}

static bool is_idle(const struct level *level)
{
	return level->from >= level->end;
}

/* What each level has to do for rows from ... end - 1 of the last. */
static void ask(struct stream *s, int32_t from, int32_t end)
{
	s->levels[s->n - 1].from = from;
	s->levels[s->n - 1].end = end;
	for (int k = s->n - 1; k >= 0; k--) {
		struct level *l = &s->levels[k], *before = l - 1;
		const struct kern_window *w = &l->win;

		if (!is_idle(l)) {
			l->low = at_least_0(l->from * w->stride_h -
					    w->pad_top);
			l->high = smaller(w->in.h, window_end(w, l->end - 1));
		}
		if (!k)
			break;
		before->from = is_idle(l) ? before->done :
			       larger(before->done, l->low);
		before->end = is_idle(l) ? before->done :
			      larger(before->from, l->high);
	}
}

/* Move the rows that are needed on to the buffer's front, in pieces that do
 * not overlap with their new places. */
static void carry(struct builder *b, struct level *l)
{
	int tensor = b->base->model->ops[l->op].inputs[0];
	int32_t step = l->low - l->kept_low, keep = l->kept_high - l->low;

	for (int32_t at = 0; step && at < keep; at += step) {
		int32_t n = smaller(step, keep - at);
		struct model_op move = {
			.op = KERN_RESHAPE, .input_count = 1,
			.inputs = { add_view(b, tensor, step + at, n) },
		};

		move.output = add_view(b, tensor, at, n);
		add_op(b, &move, -1, op_count(b));
	}
	l->kept_low = l->low;
	l->kept_high = larger(l->kept_high, l->low);
}

static void set_padding(struct model_op *op, const struct level *l)
{
	const struct kern_window *w = &l->win;
	int32_t right = (w->out.w - 1) * w->stride_w - w->pad_left +
			(w->kernel_w - 1) * w->dilation_w + 1;

	op->attr.padding = MODEL_PAD_EXPLICIT;
	op->attr.pad_top = at_least_0(w->pad_top - l->from * w->stride_h);
	op->attr.pad_bottom = at_least_0(window_end(w, l->end - 1) - w->in.h);
	op->attr.pad_left = w->pad_left;
	op->attr.pad_right = at_least_0(right - w->in.w);
}

/* The output of the last level so far against the input's rows from low on. */
static void note_lead(const struct builder *b, struct stream *s)
{
	const struct level *first = &s->levels[0], *last = first + s->n - 1;
	int64_t written = (int64_t)last->done *
			  row_bytes(plan_output(b->base, last->op));
	int64_t needed = (int64_t)first->low *
			 row_bytes(plan_input(b->base, first->op, 0));

	if (written - needed > s->lead)
		s->lead = (uint32_t)(written - needed);
}

/* The stripe of level k. */
static void add_stripe(struct builder *b, struct stream *s, int k)
{
	struct level *l = &s->levels[k], *next = l + 1;
	struct model_op op = b->base->model->ops[l->op];
	int32_t into = 0;

	if (k + 1 < s->n) {
		carry(b, next);
		next->kept_high = l->end;
		next->room = larger(next->room, l->end - next->kept_low);
		into = next->kept_low;
	}
	if (!k)
		note_lead(b, s);
	if (l->constants_of < 0)
		l->constants_of = op_count(b);
	op.inputs[0] = add_view(b, op.inputs[0], l->low - l->kept_low,
				l->high - l->low);
	op.output = add_view(b, op.output, l->from - into, l->end - l->from);
	set_padding(&op, l);
	add_op(b, &op, l->op, l->constants_of);
	l->done = l->end;
}

static void open_stream(const struct builder *b,
			const struct plan_stream *from, struct stream *s)
{
	*s = (struct stream){ .n = from->last - from->first + 1 };
	for (int k = 0; k < s->n; k++) {
		s->levels[k].op = from->first + k;
		s->levels[k].win = plan_window(b->base, from->first + k);
		s->levels[k].constants_of = -1;
	}
}

/* Tensors between have only as many rows as ever lie there. */
static void close_stream(struct builder *b, const struct stream *s,
			 struct plan_stream *to)
{
	const struct model *m = b->base->model;

	for (int k = 1; k < s->n && !b->tensors.failed; k++) {
		struct new_tensor *all = (void *)b->tensors.data;

		all[m->ops[s->levels[k].op].inputs[0]].tensor.dims[1] =
			s->levels[k].room;
	}
	to->input = m->ops[to->first].inputs[0];
	to->output = m->ops[to->last].output;
	to->lead = s->lead;
	b->slot++;
}

static void add_stream(struct builder *b, struct plan_stream *stream)
{
	struct stream s;
	int32_t rows;

	open_stream(b, stream, &s);
	rows = s.levels[s.n - 1].win.out.h;
	stream->stripes = 0;
	for (int32_t y = 0; y < rows; y += stream->rows) {
		ask(&s, y, smaller(y + stream->rows, rows));
		for (int k = 0; k < s.n; k++)
			if (!is_idle(&s.levels[k]))
				add_stripe(b, &s, k);
		stream->stripes++;
	}
	close_stream(b, &s, stream);
}

/* ---- the whole ----------------------------------------------------------- */

static void build(struct builder *b, struct plan_stream *streams, int n)
{
	const struct model *m = b->base->model;

	for (int i = 0; i < m->tensor_count; i++)
		add_tensor(b, &m->tensors[i], i, 0);
	for (int i = 0; i < m->op_count; i++) {
		if (n && streams->first == i) {
			add_stream(b, streams);
			i = streams->last;
			streams++;
			n--;
			continue;
		}
		add_op(b, &m->ops[i], i, op_count(b));
		b->slot++;
	}
}

static int store(const struct builder *b, struct plan *to, struct err *err)
{
	int tensors = tensor_count(b), ops = op_count(b);
	struct model *m = arena_copy(&to->memory, b->base->model, sizeof(*m));
	const struct new_tensor *from_tensors = (void *)b->tensors.data;
	const struct new_op *from_ops = (void *)b->ops.data;

	to->model = m;
	to->tensors = arena_array(&to->memory, (size_t)tensors,
				  sizeof(*to->tensors));
	to->ops = arena_array(&to->memory, (size_t)ops, sizeof(*to->ops));
	if (!m || !to->tensors || !to->ops)
		return err_nomem(err);
	m->tensors = arena_array(&to->memory, (size_t)tensors,
				 sizeof(*m->tensors));
	m->ops = arena_array(&to->memory, (size_t)ops, sizeof(*m->ops));
	if (!m->tensors || !m->ops)
		return err_nomem(err);
	m->tensor_count = tensors;
	m->op_count = ops;
	for (int i = 0; i < tensors; i++) {
		m->tensors[i] = from_tensors[i].tensor;
		to->tensors[i].parent = from_tensors[i].parent;
		to->tensors[i].inside = from_tensors[i].inside;
		to->tensors[i].is_slow =
			b->base->tensors[from_tensors[i].parent].is_slow;
	}
	for (int i = 0; i < ops; i++) {
		m->ops[i] = from_ops[i].op;
		if (from_ops[i].source >= 0)
			to->ops[i] = b->base->ops[from_ops[i].source];
		to->ops[i].source = from_ops[i].source;
		to->ops[i].constants_of = from_ops[i].constants_of;
		to->ops[i].slot = from_ops[i].slot;
	}
	to->slot_count = b->slot;
	return 0;
}

static int check_counts(const struct builder *b, struct err *err)
{
	if (b->ops.failed || b->tensors.failed)
		return err_nomem(err);
	if (op_count(b) <= MODEL_IMAGE_OPS_MAX &&
	    tensor_count(b) <= MODEL_IMAGE_TENSORS_MAX)
		return 0;
	return err_set(err, ERR_LIMIT, "the stripes would be more than %d "
		       "operations or %d tensors", MODEL_IMAGE_OPS_MAX,
		       MODEL_IMAGE_TENSORS_MAX);
}

int plan_with_streams(const struct plan *base,
		      const struct plan_stream *streams, int n,
		      struct plan *to, struct err *err)
{
	struct builder b = { .base = base };
	struct plan_stream *own = arena_copy(&to->memory, streams,
					     (size_t)n * sizeof(*own));
	int kind;

	if (!own)
		return err_nomem(err);
	to->set = base->set;
	to->streams = own;
	to->stream_count = n;
	build(&b, own, n);
	kind = check_counts(&b, err);
	if (!kind)
		kind = store(&b, to, err);
	buf_release(&b.ops);
	buf_release(&b.tensors);
	return kind;
}
