/*
 * equalise - make the channels between two layers alike in size.
 *
 * Cross-layer equalisation (Nagel et al. 2019, "Data-Free Quantization
 * Through Weight Equalization and Bias Correction", arXiv 1906.04721,
 * section 4.1).  Where the output of one layer goes to one other layer only,
 * and nothing but functions with f(s x) = s f(x), s > 0, lies between, channel
 * c can be made smaller by s in the first layer and larger by s in the second:
 * the model computes the same.
 *
 *     s(c) = sqrt(r1(c) / r2(c)), rounded to a power of two
 *     r1   largest |value| of the channel between the two, as calibrated
 *     r2   largest |weight| of the second layer for that channel
 *
 * The paper takes the first layer's weights for r1; here every output channel
 * has a weight scale of its own, and what all channels share is the scale of
 * the activation.  Powers of two change no float result by a bit (unless a
 * number leaves the range of normal floats), so the model can be compared.
 *
 * Layers: CONV_2D, DEPTHWISE_CONV_2D, FULLY_CONNECTED.  Between them: their
 * activations none and ReLU, RELU, LEAKY_RELU, pools, zero padding, and a
 * RESHAPE that keeps the last axis.  ReLU6 is no such function; layers that
 * end in it are left alone.
 */
#ifndef TINYML_QUANT_EQUALISE_H
#define TINYML_QUANT_EQUALISE_H

#include "quant/quant.h"

/*
 * Equalise all pairs of a float model in place.  samples as for
 * quant_calibrate; *pairs, which may be NULL, counts pairs that changed.
 * Errors of quant_calibrate.
 */
int quant_equalise(struct model *model, const struct quant_samples *samples,
		   const struct progress *progress, int *pairs,
		   struct err *err);

#endif
