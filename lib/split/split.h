/*
 * split - which operations run on which node of a chain.
 *
 * A chain of nodes (the board first, then gateways, "host" last) runs a model
 * in pieces: node n gets operations [start(n), start(n + 1)), possibly none,
 * and sends what crosses to node n + 1.  Cut i lies before operation i; cut 0
 * sends the model's input, cut op_count its output, so the answer always ends
 * at the last node.
 *
 *     bytes(i)   sum of the tensors that cross cut i, each counted once
 *     link(B)    latency + packets(B) x (payload + header) x 8
 *                          / (bits_per_second x (1 - loss))
 *                with packets(B) = ceil(B / payload), full packets
 *     node(a,b)  (MACs x cycles_per_mac + activation bytes x
 *                cycles_per_byte) / clock
 *     latency    sum of all nodes and links; bytes: sum over links
 *
 * A node takes a segment only when its planned arena and its image fit.
 * The optimum is exact: dynamic programming over (node, cut), where
 *     best[n][j] = min over i <= j of best[n-1][i] + link(bytes(i)) + node n
 * (the objectives add up, so a best chain has best beginnings).  Equal
 * latencies are decided by the bytes; what is equal then, and equal bytes, by
 * the later cut: more on the board.
 */
#ifndef TINYML_SPLIT_SPLIT_H
#define TINYML_SPLIT_SPLIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "model/model.h"
#include "run/run.h"

enum { SPLIT_NODES_MAX = 8 };

enum split_objective { SPLIT_LATENCY, SPLIT_BYTES };

struct split_node {
	const char *name;
	enum kern_set kernels;
	double clock_hz, cycles_per_mac, cycles_per_byte;
	bool is_host;		/* no limits, nothing planned */
	uint32_t arena_room, image_room;
	uint32_t extra_bytes;	/* of the image beside the model: recipe,
				   labels, golden vectors */
};

struct split_link {
	double bits_per_second, latency_ms, loss;	/* loss in [0, 1) */
	uint32_t packet_bytes, header_bytes;	/* payload > 0 */
};

struct split_problem {
	const struct model *model;	/* int8, checked */
	const struct split_node *nodes;
	int node_count;			/* 2 ... SPLIT_NODES_MAX */
	const struct split_link *links;	/* node_count - 1 */
	enum split_objective objective;
};

/* What one node gets, or would get. */
struct split_segment {
	int first, end;		/* operations; equal: none */
	uint32_t arena_bytes, image_bytes;	/* 0 on the host */
	double ms;
	bool fits;		/* into the node's memories */
};

struct split_choice {
	struct split_segment segments[SPLIT_NODES_MAX];
	double latency_ms;
	uint64_t bytes;		/* over all links */
};

/* "latency", "bytes". ERR_USAGE. */
int split_objective_parse(const char *name, enum split_objective *objective,
			  struct err *err);

/* ERR_NOFIT when no division fits, with what is missing where; ERR_RANGE for
 * a link or node that cannot be; ERR_MEM. */
int split_solve(const struct split_problem *problem,
		struct split_choice *choice, struct err *err);

/* The pieces of the formula. */
uint64_t split_bytes(const struct model *model, int cut);
double split_link_ms(const struct split_link *link, uint64_t bytes);

/* What would operations [segment->first, segment->end) cost node, and do they
 * fit?  Fills the rest of the segment.  ERR_MEM. */
int split_segment(const struct split_node *node, const struct model *model,
		  struct split_segment *segment, struct err *err);

/* A cut is legal when what crosses was computed before it (cut 0: is the
 * input) and fits the ports of an image. */
bool split_is_legal(const struct model *model, int cut);

/* Cost of a choice whose cuts are given: what split_solve minimises. Sets
 * latency_ms and bytes from the segments. */
void split_cost(const struct split_problem *problem,
		struct split_choice *choice);

/* Append the reasons in words: what crosses, what it was compared with. */
void split_explain(const struct split_problem *problem,
		   const struct split_choice *choice, struct buf *out);

/*
 * Prove a model against its parts: run the whole and the two parts of every
 * legal cut over count inputs and compare output bytes.  ERR_RANGE names the
 * cut, the sample, the first differing byte and both values.
 */
int split_prove(const struct model *model, const int8_t *inputs, size_t count,
		int *cuts_proved, struct err *err);

#endif
