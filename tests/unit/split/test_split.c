#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "split/split.h"

enum { OPS_MAX = 7, WIDTH_MAX = 300 };

/* A chain of fully connected int8 layers of random widths. */
static void build(struct model *m, struct rng *rng, int ops)
{
	int width = 1 + (int)rng_below(rng, WIDTH_MAX), x;

	model_init(m, "chain");
	x = model_add_tensor(m, "in", KERN_S8, MODEL_SHAPE(1, width));
	model_set_quant(m, x, 0.05f, 3);
	model_add_input(m, x);
	for (int i = 0; i < ops; i++) {
		int next = 1 + (int)rng_below(rng, WIDTH_MAX), w, y;
		const int32_t shape[2] = { next, width };

		w = model_add_const(m, "w", KERN_S8, 2, shape, NULL);
		for (int k = 0; k < next * width; k++)
			((int8_t *)m->tensors[w].data)[k] =
				(int8_t)(rng_below(rng, 255) - 127);
		model_set_quant(m, w, 0.01f, 0);
		y = model_add_tensor(m, "y", KERN_S8, MODEL_SHAPE(1, next));
		model_set_quant(m, y, 0.1f, (int)rng_below(rng, 100) - 50);
		model_add_op(m, KERN_FULLY_CONNECTED, NULL, (int[]){ x, w }, 2,
			     y);
		x = y;
		width = next;
	}
	model_add_output(m, x);
	cr_assert_eq(model_check(m, NULL), 0);
}

struct best {
	bool found;
	double ms;
	uint64_t bytes;
};

static bool is_better(enum split_objective objective, const struct best *a,
		      const struct best *b)
{
	if (!b->found)
		return true;
	if (objective == SPLIT_LATENCY)
		return a->ms < b->ms;
	return a->bytes < b->bytes;
}

/* Every assignment of cuts, one node after another. */
static void brute(const struct split_problem *p, struct split_choice *c,
		  int node, int first, struct best *best)
{
	int ops = p->model->op_count;
	bool last = node == p->node_count - 1;
	struct split_segment *s = &c->segments[node];

	for (int end = last ? ops : first; end <= ops; end++) {
		*s = (struct split_segment){ .first = first, .end = end };
		cr_assert_eq(split_segment(&p->nodes[node], p->model, s, NULL),
			     0);
		if (!s->fits)
			continue;
		if (last) {
			struct best now = { .found = true };

			split_cost(p, c);
			now.ms = c->latency_ms;
			now.bytes = c->bytes;
			if (is_better(p->objective, &now, best))
				*best = now;
		} else if (split_is_legal(p->model, end)) {
			brute(p, c, node + 1, end, best);
		}
	}
}

static void random_problem(struct rng *rng, struct split_node *nodes,
			   struct split_link *links, int count)
{
	for (int i = 0; i < count; i++) {
		nodes[i] = (struct split_node){
			.name = "node", .kernels = KERN_SET_REF,
			.clock_hz = 1e6 * (1 + rng_below(rng, 100)),
			.cycles_per_mac = 1 + rng_below(rng, 20),
			.cycles_per_byte = rng_below(rng, 10),
			.is_host = i == count - 1 && rng_below(rng, 4) != 0,
			.arena_room = 100 + rng_below(rng, 900),
			.image_room = 5000 + rng_below(rng, 300000),
		};
		if (i + 1 < count)
			links[i] = (struct split_link){
				.bits_per_second = 1000 +
						   rng_below(rng, 1000000),
				.latency_ms = rng_below(rng, 20),
				.loss = rng_below(rng, 50) / 100.0,
				.packet_bytes = 1 + rng_below(rng, 300),
				.header_bytes = rng_below(rng, 40),
			};
	}
}

Test(split, equals_brute_force_over_all_cuts)
{
	const char *given = getenv("SEED");
	uint64_t seed = given ? strtoull(given, NULL, 10) : 20261120;
	int feasible = 0;

	for (int round = 0; round < 60; round++) {
		struct split_node nodes[4];
		struct split_link links[4];
		struct split_choice choice, work = { 0 };
		struct best best = { 0 };
		struct model m;
		struct rng rng;
		struct split_problem p = { .model = &m, .nodes = nodes,
					   .links = links };
		int ret;

		rng_init(&rng, seed, (uint64_t)round);
		build(&m, &rng, 1 + (int)rng_below(&rng, OPS_MAX));
		p.node_count = 2 + (int)rng_below(&rng, 3);
		p.objective = rng_below(&rng, 2) ? SPLIT_LATENCY : SPLIT_BYTES;
		random_problem(&rng, nodes, links, p.node_count);
		brute(&p, &work, 0, 0, &best);
		ret = split_solve(&p, &choice, NULL);
		cr_assert_eq(ret, best.found ? 0 : ERR_NOFIT,
			     "seed %llu round %d: %d",
			     (unsigned long long)seed, round, ret);
		feasible += best.found;
		if (ret == 0 && p.objective == SPLIT_LATENCY)
			cr_assert_float_eq(choice.latency_ms, best.ms,
					   1e-9 * best.ms);
		else if (ret == 0)
			cr_assert_eq(choice.bytes, best.bytes);
		model_release(&m);
	}
	cr_assert_gt(feasible, 20);
}

Test(split, every_legal_cut_gives_the_whole_answer)
{
	int8_t inputs[8 * WIDTH_MAX];
	struct model m;
	struct rng rng;
	struct err err = { 0 };
	int cuts;

	rng_init(&rng, 4, 4);
	build(&m, &rng, 6);
	for (size_t i = 0; i < sizeof(inputs); i++)
		inputs[i] = (int8_t)(rng_u64(&rng) >> 50);
	cr_assert_eq(split_prove(&m, inputs, 8, &cuts, &err), 0, "%s %s",
		     err.text, err.place);
	cr_assert_eq(cuts, 7);
	model_release(&m);
}

/* in --a--> t --b--> out, and ADD(t, out): the cut before ADD carries both. */
static void build_residual(struct model *m)
{
	const int32_t shape[2] = { 8, 8 };
	int x, w, t, u, y;

	model_init(m, "residual");
	x = model_add_tensor(m, "x", KERN_S8, MODEL_SHAPE(1, 8));
	t = model_add_tensor(m, "t", KERN_S8, MODEL_SHAPE(1, 8));
	u = model_add_tensor(m, "u", KERN_S8, MODEL_SHAPE(1, 8));
	y = model_add_tensor(m, "y", KERN_S8, MODEL_SHAPE(1, 8));
	for (int i = x; i <= y; i++)
		model_set_quant(m, i, 0.1f, 1);
	w = model_add_const(m, "w", KERN_S8, 2, shape, NULL);
	for (int i = 0; i < 64; i++)
		((int8_t *)m->tensors[w].data)[i] = (int8_t)(i * 7 - 90);
	model_set_quant(m, w, 0.02f, 0);
	model_add_op(m, KERN_FULLY_CONNECTED, NULL, (int[]){ x, w }, 2, t);
	model_add_op(m, KERN_FULLY_CONNECTED, NULL, (int[]){ t, w }, 2, u);
	model_add_op(m, KERN_ADD, NULL, (int[]){ t, u }, 2, y);
	model_add_input(m, x);
	model_add_output(m, y);
	cr_assert_eq(model_check(m, NULL), 0);
}

Test(split, a_cut_through_a_skip_connection_carries_both_tensors)
{
	int8_t inputs[4 * 8];
	struct model m;
	struct err err = { 0 };
	int cuts;

	build_residual(&m);
	for (int i = 0; i < 32; i++)
		inputs[i] = (int8_t)(i * 37);
	cr_assert_eq(split_bytes(&m, 1), 8);
	cr_assert_eq(split_bytes(&m, 2), 16);
	cr_assert_eq(split_prove(&m, inputs, 4, &cuts, &err), 0, "%s %s",
		     err.text, err.place);
	cr_assert_eq(cuts, 4);
	model_release(&m);
}

/* The three outcomes, by the speed of the link and of the nodes. */
static struct split_choice decide(double board_hz, double bits_per_second,
				  enum split_objective objective,
				  const struct model *m, struct buf *words)
{
	const struct split_node nodes[2] = {
		{ .name = "board", .kernels = KERN_SET_REF,
		  .clock_hz = board_hz, .cycles_per_mac = 16,
		  .arena_room = 1 << 20, .image_room = 1 << 20 },
		{ .name = "host", .clock_hz = 1e9, .cycles_per_mac = 1,
		  .is_host = true },
	};
	const struct split_link link = { .bits_per_second = bits_per_second,
					 .packet_bytes = 32 };
	const struct split_problem p = { .model = m, .nodes = nodes,
					 .node_count = 2, .links = &link,
					 .objective = objective };
	struct split_choice choice;

	cr_assert_eq(split_solve(&p, &choice, NULL), 0);
	split_explain(&p, &choice, words);
	return choice;
}

/* 256 -> 16 -> 256 -> 128: least to send behind the first layer. */
static void build_bottleneck(struct model *m)
{
	const int widths[4] = { 256, 16, 256, 128 };
	int x = -1;

	model_init(m, "bottleneck");
	for (int i = 0; i < 4; i++) {
		int y = model_add_tensor(m, "y", KERN_S8,
					 MODEL_SHAPE(1, widths[i]));

		model_set_quant(m, y, 0.1f, 0);
		if (i > 0) {
			int w = model_add_const(m, "w", KERN_S8,
						MODEL_SHAPE(widths[i],
							    widths[i - 1]),
						NULL);

			model_set_quant(m, w, 0.1f, 0);
			model_add_op(m, KERN_FULLY_CONNECTED, NULL,
				     (int[]){ x, w }, 2, y);
		} else {
			model_add_input(m, y);
		}
		x = y;
	}
	model_add_output(m, x);
	cr_assert_eq(model_check(m, NULL), 0);
}

Test(split, all_on_board_in_the_middle_and_all_on_host)
{
	struct buf words = BUF_INIT;
	struct split_choice c;
	struct model m;

	build_bottleneck(&m);
	c = decide(1e9, 1e9, SPLIT_BYTES, &m, &words);
	cr_assert_eq(c.segments[0].end, 1);		/* 16 bytes */
	c = decide(1e3, 1e9, SPLIT_LATENCY, &m, &words);
	cr_assert_eq(c.segments[0].end, 0);		/* a very slow board */
	c = decide(1e7, 1e4, SPLIT_LATENCY, &m, &words);
	cr_assert_eq(c.segments[0].end, 1);		/* a very slow link */
	cr_assert(strstr((char *)words.data, "all on host would take"));
	model_release(&m);
	buf_release(&words);

	/* an answer of one byte: everything on the board */
	{
		struct rng rng;

		rng_init(&rng, 1, 1);
		build(&m, &rng, 1);
		c = decide(1e9, 1e3, SPLIT_BYTES, &m, &words);
		if (split_bytes(&m, 1) <= split_bytes(&m, 0))
			cr_assert_eq(c.segments[0].end, 1);
		model_release(&m);
		buf_release(&words);
	}
}

Test(split, a_model_too_large_says_what_is_missing_where)
{
	const struct split_node nodes[2] = {
		{ .name = "tiny", .kernels = KERN_SET_REF, .clock_hz = 1e6,
		  .cycles_per_mac = 1, .arena_room = 16, .image_room = 1000 },
		{ .name = "small", .kernels = KERN_SET_REF, .clock_hz = 1e6,
		  .cycles_per_mac = 1, .arena_room = 64, .image_room = 1000 },
	};
	const struct split_link link = { .bits_per_second = 1000,
					 .packet_bytes = 32 };
	struct model m;
	struct split_problem p = { .model = &m, .nodes = nodes,
				   .node_count = 2, .links = &link };
	struct split_choice choice;
	struct err err = { 0 };

	build_bottleneck(&m);
	cr_assert_eq(split_solve(&p, &choice, &err), ERR_NOFIT);
	cr_assert(strstr(err.text, "bytes of arena"), "%s", err.text);
	model_release(&m);
}
