/* Layers without weights: pools, batch norm, activations. */
#include "oracle_priv.h"

/* ---- pools --------------------------------------------------------------- */

static dnnl_alg_kind_t pool_of(const struct at *a)
{
	return a->l->net.kind == NET_MAX_POOL ? dnnl_pooling_max :
		dnnl_pooling_avg_exclude_padding;
}

void oracle_pool(const struct at *a)
{
	struct node *node = a->node;
	dnnl_pooling_desc_t op;

	dnnl_must(dnnl_pooling_forward_desc_init(&op, dnnl_forward_training,
		  pool_of(a), &a->x, &a->y, a->stride, a->kernel, a->before,
		  a->behind), "pool");
	node->kind = dnnl_describe(&a->o->d, &op, NULL);
	oracle_keep(a);
	RUN(a, node->kind, { DNNL_ARG_SRC, &a->x, a->from->y },
	    { DNNL_ARG_DST, &a->y, node->z },
	    { DNNL_ARG_WORKSPACE, &node->workspace_shape, node->workspace });
}

void oracle_pool_back(const struct at *a)
{
	struct node *node = a->node;
	dnnl_primitive_desc_t back;
	dnnl_pooling_desc_t op;

	dnnl_must(dnnl_pooling_backward_desc_init(&op, pool_of(a), &a->x,
		  &a->y, a->stride, a->kernel, a->before, a->behind),
		  "the way back of a pool");
	back = dnnl_describe(&a->o->d, &op, node->kind);
	RUN(a, back, { DNNL_ARG_DIFF_DST, &a->y, node->dz },
	    { DNNL_ARG_DIFF_SRC, &a->x, a->from->dy },
	    { DNNL_ARG_WORKSPACE, &node->workspace_shape, node->workspace });
	dnnl_primitive_desc_destroy(back);
}

/* ---- batch norm and activation ------------------------------------------- */

enum { NORM = dnnl_use_scale | dnnl_use_shift };

void oracle_norm(const struct at *a)
{
	struct node *node = a->node;
	float *p = (float *)a->o->parameters;
	const dnnl_memory_desc_t c = oracle_vector(a->out->c);
	dnnl_batch_normalization_desc_t op;

	dnnl_must(dnnl_batch_normalization_forward_desc_init(&op,
		  dnnl_forward_training, &a->y, TRAIN_BN_EPSILON, NORM),
		  "batch norm");
	node->norm = dnnl_describe(&a->o->d, &op, NULL);
	RUN(a, node->norm, { DNNL_ARG_SRC, &a->y, node->z },
	    { DNNL_ARG_SCALE, &c, p + a->l->gamma },
	    { DNNL_ARG_SHIFT, &c, p + a->l->beta },
	    { DNNL_ARG_MEAN, &c, node->mean },
	    { DNNL_ARG_VARIANCE, &c, node->variance },
	    { DNNL_ARG_DST, &a->y, node->n });
}

void oracle_norm_back(const struct at *a)
{
	struct node *node = a->node;
	const struct oracle *o = a->o;
	const dnnl_memory_desc_t c = oracle_vector(a->out->c);
	dnnl_batch_normalization_desc_t op;
	dnnl_primitive_desc_t back;

	dnnl_must(dnnl_batch_normalization_backward_desc_init(&op,
		  dnnl_backward, &a->y, &a->y, TRAIN_BN_EPSILON, NORM),
		  "the way back of batch norm");
	back = dnnl_describe(&o->d, &op, node->norm);
	RUN(a, back, { DNNL_ARG_SRC, &a->y, node->z },
	    { DNNL_ARG_MEAN, &c, node->mean },
	    { DNNL_ARG_VARIANCE, &c, node->variance },
	    { DNNL_ARG_SCALE, &c, (float *)o->parameters + a->l->gamma },
	    { DNNL_ARG_SHIFT, &c, (float *)o->parameters + a->l->beta },
	    { DNNL_ARG_DIFF_DST, &a->y, node->dn },
	    { DNNL_ARG_DIFF_SRC, &a->y, node->dz },
	    { DNNL_ARG_DIFF_SCALE, &c, o->gradient + a->l->gamma },
	    { DNNL_ARG_DIFF_SHIFT, &c, o->gradient + a->l->beta });
	dnnl_primitive_desc_destroy(back);
}

static dnnl_alg_kind_t curve_of(const struct at *a)
{
	return a->l->net.activation == NET_RELU ? dnnl_eltwise_relu :
		dnnl_eltwise_clip;
}

void oracle_curve(const struct at *a)
{
	struct node *node = a->node;
	dnnl_eltwise_desc_t op;

	dnnl_must(dnnl_eltwise_forward_desc_init(&op, dnnl_forward_training,
		  curve_of(a), &a->y, 0, oracle_ceiling(a->l)), "activation");
	node->curve = dnnl_describe(&a->o->d, &op, NULL);
	RUN(a, node->curve, { DNNL_ARG_SRC, &a->y, node->n },
	    { DNNL_ARG_DST, &a->y, node->y });
}

void oracle_curve_back(const struct at *a)
{
	struct node *node = a->node;
	dnnl_primitive_desc_t back;
	dnnl_eltwise_desc_t op;

	dnnl_must(dnnl_eltwise_backward_desc_init(&op, curve_of(a), &a->y,
		  &a->y, 0, oracle_ceiling(a->l)), "the way back of it");
	back = dnnl_describe(&a->o->d, &op, node->curve);
	RUN(a, back, { DNNL_ARG_SRC, &a->y, node->n },
	    { DNNL_ARG_DIFF_DST, &a->y, node->dy },
	    { DNNL_ARG_DIFF_SRC, &a->y, node->dn });
	dnnl_primitive_desc_destroy(back);
}
