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

enum quant_method {
	QUANT_MINMAX,		/* the smallest and largest value seen */
	QUANT_PERCENTILE,	/* without QUANT_TAIL of them at each end */
};

#define QUANT_TAIL 5e-5

/* What was seen of one tensor; 0, 0 for constants. */
struct quant_range {
	float min, max;
};

/* "minmax", "percentile"; ERR_USAGE names the choices. */
int quant_method_parse(const char *name, enum quant_method *method,
		       struct err *err);

/*
 * Run the float model over count samples (each the model's single input, one
 * after another) and note the range of every tensor: ranges has room for
 * tensor_count of them.
 * ERR_RANGE: no samples, or a value that is not finite; ERR_UNSUPPORTED: more
 * than one input, not float, or an operation without float kernel; ERR_MEM.
 */
int quant_calibrate(const struct model *model, const float *samples,
		    size_t count, enum quant_method method,
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
