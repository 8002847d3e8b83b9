#include <stdlib.h>

#include "split/split.h"

/* best[n][j]: nodes 0 ... n have done operations 0 ... j - 1. */
struct state {
	bool reachable;
	double ms;
	uint64_t bytes;
	int from;		/* where node n began */
	struct split_segment segment;
};

struct table {
	const struct split_problem *p;
	struct state *states;	/* node_count x (op_count + 1) */
	struct split_segment tightest;	/* the smallest that did not fit */
	const struct split_node *tight_node;
	struct err *err;
};

static struct state *at(const struct table *t, int node, int cut)
{
	return &t->states[node * (t->p->model->op_count + 1) + cut];
}

static bool is_better(const struct split_problem *p, const struct state *a,
		      const struct state *b)
{
	if (!b->reachable)
		return true;
	if (p->objective == SPLIT_LATENCY) {
		if (a->ms != b->ms)
			return a->ms < b->ms;
		if (a->bytes != b->bytes)
			return a->bytes < b->bytes;
	} else if (a->bytes != b->bytes) {
		return a->bytes < b->bytes;
	}
	return a->from > b->from;
}

static void note_tight(struct table *t, int node,
		       const struct split_segment *s)
{
	if (t->tight_node && s->arena_bytes >= t->tightest.arena_bytes)
		return;
	t->tightest = *s;
	t->tight_node = &t->p->nodes[node];
}

/* Node n does operations [i, j) after the nodes before it did [0, i). */
static int extend(struct table *t, int node, int i, int j)
{
	const struct split_problem *p = t->p;
	struct state next = { .reachable = true, .from = i,
			      .segment = { .first = i, .end = j } }, *best;
	int ret;

	if (node > 0) {
		const struct state *before = at(t, node - 1, i);
		uint64_t bytes;

		if (!before->reachable || !split_is_legal(p->model, i))
			return 0;
		bytes = split_bytes(p->model, i);
		next.bytes = before->bytes + bytes;
		next.ms = before->ms +
			  split_link_ms(&p->links[node - 1], bytes);
	}
	ret = split_segment(&p->nodes[node], p->model, &next.segment, t->err);
	if (ret)
		return ret;
	if (!next.segment.fits) {
		note_tight(t, node, &next.segment);
		return 0;
	}
	next.ms += next.segment.ms;
	best = at(t, node, j);
	if (is_better(p, &next, best))
		*best = next;
	return 0;
}

static int fill(struct table *t)
{
	int ops = t->p->model->op_count, last = t->p->node_count - 1, ret = 0;

	for (int node = 0; node <= last; node++)
		for (int j = node == last ? ops : 0; j <= ops; j++)
			for (int i = 0; i <= (node ? j : 0) && !ret; i++)
				ret = extend(t, node, i, j);
	return ret;
}

static void read_back(const struct table *t, struct split_choice *choice)
{
	int cut = t->p->model->op_count;

	for (int node = t->p->node_count - 1; node >= 0; node--) {
		const struct state *s = at(t, node, cut);

		choice->segments[node] = s->segment;
		cut = s->from;
	}
	split_cost(t->p, choice);
}

static int nothing_fits(const struct table *t)
{
	const struct split_segment *s = &t->tightest;
	const struct split_node *n = t->tight_node;

	if (!n)
		return err_set(t->err, ERR_NOFIT, "no cut of this model can "
			       "be carried over the links");
	err_set(t->err, ERR_NOFIT, "no division fits: operations %d to %d on "
		"'%s' need %u bytes of arena (%u are there) and %u of image "
		"(%u are there)", s->first, s->end - 1, n->name,
		s->arena_bytes, n->arena_room, s->image_bytes, n->image_room);
	err_hint(t->err, "end the chain with 'host', or train a smaller "
		 "network");
	return ERR_NOFIT;
}

static int check_problem(const struct split_problem *p, struct err *err)
{
	if (p->node_count < 2 || p->node_count > SPLIT_NODES_MAX)
		return err_set(err, ERR_RANGE, "a split has 2 to %d nodes, "
			       "not %d", SPLIT_NODES_MAX, p->node_count);
	for (int i = 0; i + 1 < p->node_count; i++) {
		const struct split_link *l = &p->links[i];

		if (!(l->bits_per_second > 0) || !(l->loss >= 0) ||
		    !(l->loss < 1) || l->packet_bytes == 0)
			return err_set(err, ERR_RANGE, "link %d cannot carry "
				       "anything", i);
	}
	for (int i = 0; i < p->node_count; i++)
		if (!(p->nodes[i].clock_hz > 0))
			return err_set(err, ERR_RANGE, "node '%s' has no "
				       "clock", p->nodes[i].name);
	return 0;
}

int split_solve(const struct split_problem *problem,
		struct split_choice *choice, struct err *err)
{
	struct table t = { .p = problem, .err = err };
	int ops = problem->model->op_count;
	int ret = check_problem(problem, err);

	*choice = (struct split_choice){ 0 };
	if (ret)
		return ret;
	t.states = calloc((size_t)problem->node_count * ((size_t)ops + 1),
			  sizeof(*t.states));
	if (!t.states)
		return err_nomem(err);
	ret = fill(&t);
	if (!ret && !at(&t, problem->node_count - 1, ops)->reachable)
		ret = nothing_fits(&t);
	if (!ret)
		read_back(&t, choice);
	free(t.states);
	return ret;
}
