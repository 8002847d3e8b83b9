/*
 * correct - take back the shift that quantisation gives a layer's sums.
 *
 * Empirical bias correction (Nagel et al. 2019, arXiv 1906.04721, section
 * 4.2), from calibration samples: for each output channel of a layer, the
 * mean over samples and positions of
 *
 *     quantised weights x quantised inputs  -  weights x inputs
 *
 * is taken off its bias.  Both sums are linear in the inputs, so they are
 * computed once, from mean inputs.  Inputs are those of the float model: each
 * layer is corrected for itself.
 */
#ifndef TINYML_QUANT_CORRECT_H
#define TINYML_QUANT_CORRECT_H

#include "quant/quant.h"

/*
 * Correct the biases of quantised, which quant_model made of model.  Layers
 * without bias, and biases shared by several, stay.
 * Errors of quant_calibrate.
 */
int quant_correct(const struct model *model,
		  const struct quant_samples *samples,
		  const struct progress *progress, struct model *quantised,
		  struct err *err);

#endif
