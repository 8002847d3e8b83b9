#include "plan/plan.h"

/* A name from outside: only what cannot repaint a terminal. */
static void print_name(const char *name, struct buf *out)
{
	for (; *name; name++)
		buf_addc(out, *name < ' ' || *name > '~' ? '?' :
			 (uint8_t)*name);
}

/* "CONV_2D        int8[1x49x10x1] -> int8[1x25x5x64]" */
static void print_shapes(const struct plan *plan, int index, struct buf *out)
{
	const struct model *m = plan->model;
	const struct model_op *op = &m->ops[index];
	char from[MODEL_TYPE_TEXT], to[MODEL_TYPE_TEXT];

	model_type_text(&m->tensors[op->inputs[0]], from);
	model_type_text(&m->tensors[op->output], to);
	buf_addf(out, "%s -> %s", from, to);
}

static void print_op(const struct plan *plan, int index, struct buf *out)
{
	const struct model_op *op = &plan->model->ops[index];
	const struct plan_op *p = &plan->ops[index];
	const struct plan_tensor *t = &plan->tensors[op->output];

	buf_addf(out, "%3d  %-17s %10llu  %9u  %9u  %9u  %9u  %7u  ", index,
		 model_op_name(op->op), (unsigned long long)p->macs,
		 p->const_bytes, t->offset, t->bytes, p->read_bytes,
		 p->scratch_bytes);
	print_shapes(plan, index, out);
	buf_adds(out, "  ");
	print_name(plan->model->tensors[op->output].name, out);
	buf_addc(out, '\n');
}

static void print_stream(const struct plan_stream *s, struct buf *out)
{
	buf_addf(out, "stream       operations %d to %d of the model, %d rows "
		 "in each of %d stripes, no MAC twice\n", s->first, s->last,
		 (int)s->rows, s->stripes);
}

void plan_print(const struct plan *plan, struct buf *out)
{
	buf_addf(out, "arena        %10u bytes%s\n", plan->arena_bytes,
		 plan->is_optimal ? ", proven smallest" : "");
	buf_addf(out, "lower bound  %10u bytes\n", plan->bound_bytes);
	if (plan->slow_bytes)
		buf_addf(out, "  slow       %10u bytes, the last ones\n",
			 plan->slow_bytes);
	for (int i = 0; i < plan->stream_count; i++)
		print_stream(&plan->streams[i], out);
	buf_addf(out, "constants    %10u bytes\n", plan->const_bytes);
	buf_addf(out, "  weights    %10u bytes\n", plan->weight_bytes);
	buf_addf(out, "MACs         %10llu\n\n",
		 (unsigned long long)plan->macs);
	buf_addf(out, "%3s  %-17s %10s  %9s  %9s  %9s  %9s  %7s  %s\n", "op",
		 "", "MACs", "constants", "at", "writes", "reads", "scratch",
		 "shapes and tensor");
	for (int i = 0; i < plan->model->op_count; i++)
		print_op(plan, i, out);
}
