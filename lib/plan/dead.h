/*
 * dead - channels that a model computes for nothing.
 *
 * Training leaves channels whose int8 value is the same for every input (of
 * the last pointwise layers of vww_96_int8 nine in ten), and channels that
 * nobody reads any more when those are gone.  Each is found by proof, over all
 * inputs: intervals of sums go through the layers in exact arithmetic.
 *
 * A lane is a channel of a tensor that flows (its last axis).  It may go when
 * each reader can do without it: a convolution or fully connected layer takes
 * a constant lane into its bias, if no padding can stand in its place or it
 * equals the zero point; depthwise layers, pools and reshapes of one pixel pass
 * the question on to their own output.  All others keep all lanes.
 */
#ifndef TINYML_PLAN_DEAD_H
#define TINYML_PLAN_DEAD_H

#include "plan/plan.h"

enum { DEAD_VARIES = INT16_MAX };

struct dead_lanes {
	int32_t count;		/* 0: the tensor is left as it is */
	int16_t *value;		/* the constant, or DEAD_VARIES */
	bool *keep;
};

/*
 * Look at a plan whose model and requantisation constants are there.  lanes
 * has one entry a tensor, in plan->memory.  *dropped counts the lanes that go.
 * Of each tensor a multiple of four stays, as kernels like it.  ERR_MEM.
 */
int dead_find(struct plan *plan, struct dead_lanes **lanes, int *dropped,
	      struct err *err);

/* The layer of an operation as matrices: weight (o, tap, i) is
 * weights[(o * taps + tap) * inputs + i]; depthwise (tap, o), inputs 1. */
struct dead_layer {
	const int8_t *weights;
	const int32_t *bias;		/* or NULL */
	int32_t outputs, taps, inputs;
	bool is_depthwise, is_padded;	/* may a tap meet padding? */
};

/* False for an operation that is no such int8 layer. */
bool dead_layer(const struct plan *plan, int op, struct dead_layer *layer);

#endif
