/*
 * quantise_priv - shared by quantise.c and constants.c: one model in the
 * making.
 */
#ifndef TINYML_QUANT_QUANTISE_PRIV_H
#define TINYML_QUANT_QUANTISE_PRIV_H

#include "quant/params.h"

/* What a tensor is to the operations that read it. */
enum role { ROLE_ACTIVATION, ROLE_SHAPE, ROLE_WEIGHTS, ROLE_BIAS };

struct use {
	enum role role;
	int op;			/* the operation whose constant it is */
};

struct job {
	const struct model *from;
	const struct quant_format *format;
	struct model *to;
	struct use *uses;
	struct quant_params *params;	/* of activations */
	struct err *err;
};

/*
 * Constants of layers (quant/constants.c); t is a tensor of the model they
 * come from.  Weights stand before their bias or after it, so biases are
 * filled when all tensors are there.  ERR_RANGE for what is not finite or does
 * not fit, ERR_MEM.
 */
int quant_add_weights(struct job *j, int t);
void quant_add_bias(struct job *j, int t);
int quant_fill_bias(struct job *j, int t);

#endif
