#include "split/split.h"

static const char *what_crosses(const struct model *model, int cut)
{
	if (cut == 0)
		return "the model's input";
	return cut == model->op_count ? "the answer"
				      : "what lies between the parts";
}

/* How far behind the beginning nothing is smaller than the input. */
static int first_smaller(const struct model *model)
{
	uint64_t input = split_bytes(model, 0);
	int cut = 1;

	while (cut <= model->op_count && split_bytes(model, cut) >= input)
		cut++;
	return cut;
}

static void explain_node(const struct split_problem *p, int n,
			 const struct split_segment *s, struct buf *out)
{
	const struct split_node *node = &p->nodes[n];

	if (s->first == s->end) {
		buf_addf(out, "%s: nothing of the model\n", node->name);
		return;
	}
	buf_addf(out, "%s: operations %d to %d (%s ... %s), %.3g ms",
		 node->name, s->first, s->end - 1,
		 model_op_name(p->model->ops[s->first].op),
		 model_op_name(p->model->ops[s->end - 1].op), s->ms);
	if (!node->is_host)
		buf_addf(out, ", arena %u of %u bytes, image %u of %u bytes",
			 s->arena_bytes, node->arena_room, s->image_bytes,
			 node->image_room);
	buf_adds(out, "\n");
}

static void explain_link(const struct split_problem *p, int n, int cut,
			 struct buf *out)
{
	uint64_t bytes = split_bytes(p->model, cut);

	buf_addf(out, "%s -> %s: %s, %llu bytes, %.3g ms\n", p->nodes[n].name,
		 p->nodes[n + 1].name, what_crosses(p->model, cut),
		 (unsigned long long)bytes, split_link_ms(&p->links[n], bytes));
}

/* Where the input stands among the tensors: the usual reason. */
static void explain_input(const struct split_problem *p, struct buf *out)
{
	int ops = p->model->op_count, cut = first_smaller(p->model);
	unsigned long long input = split_bytes(p->model, 0);

	if (cut > ops)
		buf_addf(out, "the input (%llu bytes) is smaller than any "
			 "tensor of the model, its answer included\n", input);
	else if (cut > 1)
		buf_addf(out, "the input (%llu bytes) is smaller than any "
			 "tensor before operation %d: a cut earlier than that "
			 "sends more and saves less\n", input, cut);
	else
		buf_addf(out, "the first operation already makes less to send "
			 "than the input (%llu bytes)\n", input);
}

/* The same chain with everything at one end, for comparison. */
static void explain_other(const struct split_problem *p, int node,
			  const struct split_choice *choice, struct buf *out)
{
	struct split_choice other = { 0 };
	int ops = p->model->op_count;
	bool fits = true;

	for (int n = 0; n < p->node_count; n++) {
		struct split_segment *s = &other.segments[n];

		s->first = n <= node ? 0 : ops;
		s->end = n < node ? 0 : ops;
		if (split_segment(&p->nodes[n], p->model, s, NULL))
			return;
		fits = fits && s->fits;
	}
	split_cost(p, &other);
	if (other.segments[node].first == choice->segments[node].first &&
	    other.segments[node].end == choice->segments[node].end)
		return;
	if (fits)
		buf_addf(out, "all on %s would take %.3g ms and send %llu "
			 "bytes\n", p->nodes[node].name, other.latency_ms,
			 (unsigned long long)other.bytes);
	else
		buf_addf(out, "all on %s does not fit: arena %u of %u bytes, "
			 "image %u of %u bytes\n", p->nodes[node].name,
			 other.segments[node].arena_bytes,
			 p->nodes[node].arena_room,
			 other.segments[node].image_bytes,
			 p->nodes[node].image_room);
}

void split_explain(const struct split_problem *problem,
		   const struct split_choice *choice, struct buf *out)
{
	buf_addf(out, "least %s: %.4g ms, %llu bytes over the link%s\n",
		 problem->objective == SPLIT_LATENCY ? "latency" : "bytes",
		 choice->latency_ms, (unsigned long long)choice->bytes,
		 problem->node_count > 2 ? "s" : "");
	for (int n = 0; n < problem->node_count; n++) {
		explain_node(problem, n, &choice->segments[n], out);
		if (n + 1 < problem->node_count)
			explain_link(problem, n, choice->segments[n].end, out);
	}
	explain_input(problem, out);
	for (int n = 0; n < problem->node_count; n++)
		explain_other(problem, n, choice, out);
}
