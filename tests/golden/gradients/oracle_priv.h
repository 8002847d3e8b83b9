/*
 * oracle - what its files share: one layer at hand and its tensors.
 */
#ifndef TESTS_GOLDEN_GRADIENTS_ORACLE_PRIV_H
#define TESTS_GOLDEN_GRADIENTS_ORACLE_PRIV_H

#include "dnnl.h"
#include "oracle.h"

/* A layer's values, each under the name it has on the way:
 *     kind of layer -> z -> batch norm -> n -> activation -> y */
struct node {
	float *z, *n, *y, *dz, *dn, *dy;
	float *mean, *variance;		/* where the shard has them */
	float *steps, *h, *c;	/* lstm: outputs (H, S, C), last state */
	float *workspace;		/* of kinds that keep something */
	dnnl_memory_desc_t workspace_shape;
	dnnl_primitive_desc_t kind, norm, curve;	/* forward, or NULL */
};

struct oracle {
	struct dnnl d;
	const struct train_plan *plan;
	const float *parameters;
	float *gradient;
	dnnl_dim_t samples;
	struct node nodes[NET_LAYERS_MAX + 1];	/* layer + 1 */
	float *pool;
	size_t used;
};

/* One layer of it; in, from: of the layer it reads. */
struct at {
	struct oracle *o;
	const struct layer *l;
	const struct tensor *in, *out;
	struct node *from, *node;
	dnnl_memory_desc_t x, y, w, b;		/* shapes */
	float *weights, *bias, *d_weights, *d_bias;
	dnnl_dims_t kernel, stride, before, behind;
};

#define RUN(a, what, ...) \
	dnnl_run(&(a)->o->d, what, (struct operand[]){ __VA_ARGS__ }, \
		 sizeof((struct operand[]){ __VA_ARGS__ }) / \
		 sizeof(struct operand))

static inline bool oracle_is_dense(const struct at *a)
{
	return a->l->net.kind == NET_DENSE;
}

static inline dnnl_memory_desc_t oracle_vector(size_t n)
{
	return dnnl_shape(1, (dnnl_dims_t){ (dnnl_dim_t)n }, dnnl_x);
}

/* Where the activation cuts above; 0: nowhere. */
static inline float oracle_ceiling(const struct layer *l)
{
	return l->net.activation == NET_RELU6 ? 6 : 0;
}

/* Floats that live until the next shard. */
float *oracle_zeros(struct oracle *o, size_t n);

/* Room for what a primitive keeps for its way back. */
void oracle_keep(const struct at *a);

/* From from->y to node->z; back from node->dz to from->dy and d_weights. */
void oracle_sums(const struct at *a);		/* conv, depthwise, dense */
void oracle_sums_back(const struct at *a);
void oracle_pool(const struct at *a);
void oracle_pool_back(const struct at *a);
void oracle_lstm(const struct at *a);
void oracle_lstm_back(const struct at *a);

/* Batch norm: z to n; activation: n to y. */
void oracle_norm(const struct at *a);
void oracle_norm_back(const struct at *a);
void oracle_curve(const struct at *a);
void oracle_curve_back(const struct at *a);

#endif
