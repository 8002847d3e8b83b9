/*
 * params - the type, scale and zero point of every activation.
 */
#ifndef TINYML_QUANT_PARAMS_H
#define TINYML_QUANT_PARAMS_H

#include "quant/scale.h"

/* Of one tensor, in the model to be. */
struct quant_params {
	enum kern_type type;	/* KERN_S8 or KERN_S16 */
	struct quant_scale scale;
	struct quant_range range;	/* of all that share its scale */
};

/*
 * Decide for all tensors of a float model; all has room for tensor_count.
 * What flows through an operation without kernel for 16 bits has 8.
 * ERR_UNSUPPORTED: an operation without integer kernel, or a tensor that is
 * neither float nor a constant that says a shape; ERR_MEM.
 */
int quant_params(const struct model *model, const struct quant_range *ranges,
		 const struct quant_format *format, struct quant_params *all,
		 struct err *err);

/* What operation op wants its activation input k to be. */
struct quant_params quant_wanted(const struct model *model, int op, int k,
				 const struct quant_params *all);

/* Scale and zero point of a range in a type. */
struct quant_scale quant_scale_in(enum kern_type type,
				  struct quant_range range);

#endif
