/* Layers with weights, without memory: convolution and inner product. */
#include "oracle_priv.h"

/* An inner product gives (S, C), as a plane of one place has it. */
static dnnl_memory_desc_t product_of(const struct at *a)
{
	return oracle_is_dense(a) ? dnnl_shape(2, a->y.dims, dnnl_nc) : a->y;
}

void oracle_sums(const struct at *a)
{
	const dnnl_memory_desc_t y = product_of(a);
	const dnnl_memory_desc_t *b = a->bias ? &a->b : NULL;
	dnnl_convolution_desc_t conv;
	dnnl_inner_product_desc_t dense;

	if (oracle_is_dense(a))
		dnnl_must(dnnl_inner_product_forward_desc_init(&dense,
			  dnnl_forward_training, &a->x, &a->w, b, &y),
			  "inner product");
	else
		dnnl_must(dnnl_convolution_forward_desc_init(&conv,
			  dnnl_forward_training, dnnl_convolution_direct,
			  &a->x, &a->w, b, &y, a->stride, a->before,
			  a->behind), "convolution");
	a->node->kind = dnnl_describe(&a->o->d, oracle_is_dense(a) ?
				      (void *)&dense : (void *)&conv, NULL);
	RUN(a, a->node->kind, { DNNL_ARG_SRC, &a->x, a->from->y },
	    { DNNL_ARG_WEIGHTS, &a->w, a->weights },
	    { DNNL_ARG_BIAS, &a->b, a->bias },
	    { DNNL_ARG_DST, &y, a->node->z });
}

static void sums_weights_back(const struct at *a)
{
	const dnnl_memory_desc_t y = product_of(a);
	const dnnl_memory_desc_t *b = a->bias ? &a->b : NULL;
	dnnl_convolution_desc_t conv;
	dnnl_inner_product_desc_t dense;
	dnnl_primitive_desc_t back;

	if (oracle_is_dense(a))
		dnnl_must(dnnl_inner_product_backward_weights_desc_init(
			  &dense, &a->x, &a->w, b, &y), "its weights");
	else
		dnnl_must(dnnl_convolution_backward_weights_desc_init(&conv,
			  dnnl_convolution_direct, &a->x, &a->w, b, &y,
			  a->stride, a->before, a->behind), "its weights");
	back = dnnl_describe(&a->o->d, oracle_is_dense(a) ? (void *)&dense :
			     (void *)&conv, a->node->kind);
	RUN(a, back, { DNNL_ARG_SRC, &a->x, a->from->y },
	    { DNNL_ARG_DIFF_DST, &y, a->node->dz },
	    { DNNL_ARG_DIFF_WEIGHTS, &a->w, a->d_weights },
	    { DNNL_ARG_DIFF_BIAS, &a->b, a->d_bias });
	dnnl_primitive_desc_destroy(back);
}

void oracle_sums_back(const struct at *a)
{
	const dnnl_memory_desc_t y = product_of(a);
	dnnl_convolution_desc_t conv;
	dnnl_inner_product_desc_t dense;
	dnnl_primitive_desc_t back;

	sums_weights_back(a);
	if (oracle_is_dense(a))
		dnnl_must(dnnl_inner_product_backward_data_desc_init(&dense,
			  &a->x, &a->w, &y), "its input");
	else
		dnnl_must(dnnl_convolution_backward_data_desc_init(&conv,
			  dnnl_convolution_direct, &a->x, &a->w, &y,
			  a->stride, a->before, a->behind), "its input");
	back = dnnl_describe(&a->o->d, oracle_is_dense(a) ? (void *)&dense :
			     (void *)&conv, a->node->kind);
	RUN(a, back, { DNNL_ARG_DIFF_DST, &y, a->node->dz },
	    { DNNL_ARG_WEIGHTS, &a->w, a->weights },
	    { DNNL_ARG_DIFF_SRC, &a->x, a->from->dy });
	dnnl_primitive_desc_destroy(back);
}
