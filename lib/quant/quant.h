/*
 * quant - from a float graph to the int8 graph that boards run.
 *
 * Full integer post-training quantisation in TensorFlow Lite's scheme (Jacob
 * et al., arXiv 1712.05877; "TensorFlow Lite 8-bit quantization
 * specification"):
 *
 *     activations   int8, per tensor, asymmetric: the observed range, widened
 *                   to hold 0, is divided into 255 steps; the zero point is
 *                   where 0 falls
 *     weights       int8 in [-127, 127], symmetric; one scale per output
 *                   channel for convolutions, one for all in FULLY_CONNECTED
 *                   (so that older readers open the file)
 *     biases        int32, scale = input scale x weight scale
 *     RESHAPE and pools keep their input's scale; SOFTMAX gives 1/256, -128
 *
 * Everything is double arithmetic in a fixed order, rounded half away from
 * zero: the same model and samples give the same bytes on every machine.
 */
#ifndef TINYML_QUANT_QUANT_H
#define TINYML_QUANT_QUANT_H

#include <stddef.h>

#include "base/error.h"
#include "base/progress.h"
#include "model/model.h"

/*
 * How the range of an activation is taken from what was seen of it.
 *
 *     minmax      from the smallest to the largest value
 *     percentile  without (100 - percentile) / 2 percent at each end
 *     mse         the range with the least squared error between the values
 *                 and their int8 (histogram.h says how it is searched)
 *     auto        tensor by tensor the one of these three whose int8 values
 *                 have the least squared error over all samples, the values
 *                 themselves compared, not their histogram; among equals the
 *                 first
 *
 * Ranges are minmax's wherever int8's are not asked for.
 */
enum quant_method { QUANT_MINMAX, QUANT_PERCENTILE, QUANT_MSE, QUANT_AUTO };

struct quant_calibration {
	enum quant_method method;
	double percentile;	/* 50 to 100; of PERCENTILE and AUTO */
};

#define QUANT_PERCENTILE_USUAL 99.99

/* What was seen of one tensor; 0, 0 for constants. */
struct quant_range {
	float min, max;
};

/* Inputs of a model: count samples of numbers each, one after another; a
 * sample holds all inputs in the model's order. */
struct quant_samples {
	const float *x;
	size_t count, numbers;
};

/* "minmax", "percentile", "mse", "auto"; ERR_USAGE names the choices. */
int quant_method_parse(const char *name, enum quant_method *method,
		       struct err *err);

/*
 * Run the float model over the samples and find the range of every tensor:
 * ranges has room for tensor_count of them.
 * ERR_RANGE: no samples, samples of another size than the model's inputs, or a
 * value that is not finite; ERR_UNSUPPORTED: inputs that are not float, or an
 * operation without float kernel; ERR_MEM.
 */
int quant_calibrate(const struct model *model,
		    const struct quant_samples *samples,
		    const struct quant_calibration *how,
		    const struct progress *progress,
		    struct quant_range *ranges, struct err *err);

/*
 * The int8 twin of a float model: the same operations, tensors under the same
 * indices and names.  out passes model_check; the caller releases it.
 * ERR_UNSUPPORTED: a constant in two roles; ERR_RANGE: a weight or bias that
 * is not finite or a bias that leaves int32 (the hint says which layer's
 * ranges are too small); ERR_MEM.  On failure out is empty.
 */
int quant_int8(const struct model *model, const struct quant_range *ranges,
	       struct model *out, struct err *err);

#endif
