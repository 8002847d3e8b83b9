/*
 * recipe - all steps from a trained float model to the one that boards run.
 *
 *     1. equalise channels between layers       quant/equalise.h
 *     2. find the ranges of the activations     quant/quant.h
 *     3. quantise                               quant/quant.h
 *     4. correct biases                         quant/correct.h
 *
 * Batch norm is no step: import and training fold it into the layer before.
 */
#ifndef TINYML_QUANT_RECIPE_H
#define TINYML_QUANT_RECIPE_H

#include "quant/quant.h"

struct quant_recipe {
	struct quant_calibration calibration;
	bool equalise, correct_bias;
};

/* The defaults of tinyml.yaml. */
struct quant_recipe quant_recipe_usual(void);

/*
 * model is left as it is; the caller releases out.  Errors of the steps; on
 * failure out is empty.
 */
int quant_make(const struct model *model, const struct quant_recipe *recipe,
	       const struct quant_samples *samples,
	       const struct progress *progress, struct model *out,
	       struct err *err);

#endif
