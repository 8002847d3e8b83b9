/*
 * quant - from a float graph to the integer graph that boards run.
 *
 * Full integer post-training quantisation in TensorFlow Lite's scheme (Jacob
 * et al., arXiv 1712.05877; "TensorFlow Lite 8-bit quantization
 * specification"):
 *
 *     activations   int8, per tensor, asymmetric: the range, widened to hold
 *                   0, is divided into 255 steps; the zero point is where 0
 *                   falls.  Or int16, symmetric: the larger end is 32767
 *     weights       int8 in [-127, 127], symmetric; one scale per output
 *                   channel for convolutions, one for all in FULLY_CONNECTED
 *                   (so that older readers open the file)
 *                   With 4 bits [-7, 7], one scale per output channel in
 *                   FULLY_CONNECTED too: of the scales from all of the range
 *                   down to QUANT_S4_CUT of it the one with the least squared
 *                   error
 *     biases        int32, or int64 beside int16 activations; scale = input
 *                   scale x weight scale
 *     SOFTMAX and LOGISTIC give 1/256, -128, TANH 1/128, 0; LOGISTIC and TANH
 *     in int16 1/32768; operations that
 *     hand on numbers as they are (RESHAPE, pools, PAD, CONCATENATION,
 *     MINIMUM ...) have one scale for all their inputs and outputs
 *
 * Where an operation wants another type or scale than its input has, a
 * QUANTIZE stands between: so operations without int16 kernel (SOFTMAX among
 * them) run in int8 inside an int16 model.
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

/* Which integers. */
struct quant_format {
	bool has_s16;		/* activations are int16 where they can be */
	bool has_s8_ports;	/* inputs and outputs are int8 all the same */
	/* filters of CONV_2D and FULLY_CONNECTED take the values -7 ... 7, or
	 * any 16 int8 values that suit them (quant/cluster.h) */
	bool has_s4_weights, has_clusters;
};

#define QUANT_S4_CUT 0.5	/* tried in QUANT_S4_STEPS steps */
enum { QUANT_S4_STEPS = 50 };

extern const struct quant_format quant_int8, quant_int16x8;

/*
 * The integer twin of a float model: its tensors keep their numbers and names,
 * QUANTIZEs come in between.  out passes model_check; the caller releases it.
 * ERR_UNSUPPORTED: a constant in two roles, an operation without integer
 * kernel; ERR_RANGE: a weight or bias that is not finite or a bias that leaves
 * its type (the hint says which layer's ranges are too small); ERR_MEM.  On
 * failure out is empty.
 */
int quant_model(const struct model *model, const struct quant_range *ranges,
		const struct quant_format *format, struct model *out,
		struct err *err);

#endif
