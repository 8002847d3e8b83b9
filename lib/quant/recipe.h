/*
 * recipe - all steps from a trained float model to the one that boards run.
 *
 *     1. take out what computes nothing, fuse   graph/graph.h
 *     2. take out channels                      quant/prune.h
 *     3. equalise channels between layers       quant/equalise.h
 *     4. find the ranges of the activations     quant/quant.h
 *     5. quantise                               quant/quant.h
 *     6. correct biases                         quant/correct.h
 *
 * Batch norm is folded into the layer before it by training and by the import
 * of ONNX files, and by the first step where it came as a product and a sum.
 */
#ifndef TINYML_QUANT_RECIPE_H
#define TINYML_QUANT_RECIPE_H

#include "quant/quant.h"

struct quant_recipe {
	struct quant_calibration calibration;	/* minmax for int16 */
	struct quant_format format;
	int prune_percent;	/* 0 ... 90 */
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
