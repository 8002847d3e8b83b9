/*
 * train - the native training engine: the DS-CNN of MLPerf Tiny, f32, the
 * same bytes on every machine.
 *
 * Axes: N samples, K variants of a sample, H rows (time), W columns
 * (coefficients), C channels, M classes.  All arrays are C-contiguous with the
 * last axis fastest.
 *
 * The network (keyword spotting net of MLCommons' tiny benchmark, after Zhang
 * et al., "Hello Edge", arXiv 1711.07128):
 *
 *     conv kernel_h x kernel_w / stride, SAME      H x W -> H' x W' x filters
 *     blocks times: depthwise 3x3 SAME, pointwise 1x1
 *         each of these convolutions: batch norm, ReLU
 *     average over all H' x W' positions, dropout, dense, softmax
 *
 * Arithmetic is specified, not compiled.  Vector lanes run over channels,
 * padded with zeros to a multiple of TRAIN_LANES; a sum over positions, taps
 * or input channels is one chain of fused multiply-adds per lane in ascending
 * order, and lanes are never added to each other in vector code.  So the width
 * of the machine's vectors, the tiles and the number of threads cannot show in
 * a result: AVX-512, AVX2 and plain fmaf give equal bytes.
 *
 * Batches are cut into shards of at most TRAIN_SHARD samples, a rule of
 * sample counts alone.  Threads take whole shards; shard gradients are added
 * in shard order.  Batch-norm statistics are those of the shard ("ghost batch
 * norm", Hoffer et al., arXiv 1705.08741); the running statistics used after
 * training follow the mean over a step's shards with TRAIN_BN_MOMENTUM.
 *
 * Inputs are multiplied by one constant, 1 / RMS of the training inputs, and
 * no mean is taken off: a scale folds exactly into the first convolution, whose
 * zero padding stays zero, so the exported net takes the raw features and the
 * board repeats nothing.
 */
#ifndef TINYML_TRAIN_TRAIN_H
#define TINYML_TRAIN_TRAIN_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/progress.h"

enum {
	TRAIN_LANES = 16,
	TRAIN_SHARD = 8,
	TRAIN_FILTERS_MAX = 1024,
	TRAIN_BLOCKS_MAX = 32,
	TRAIN_KERNEL_MAX = 64,
	TRAIN_CLASSES_MAX = 4096,
	TRAIN_EPOCHS_MAX = 100000,
	TRAIN_BATCH_MAX = 65536,
	TRAIN_INPUT_MAX = 1 << 22,	/* H * W * C */
};

#define TRAIN_BN_MOMENTUM 0.9f
#define TRAIN_BN_EPSILON 1e-3f

struct model;			/* model/model.h */

struct train_network {
	int h, w, c, classes;
	int filters, blocks;
	int kernel_h, kernel_w, stride_h, stride_w;	/* first convolution */
};

/* The caller's; K variants of each sample (time shifts), all of class y.
 * Training picks one variant per epoch and sample; validation and inference
 * use variant 0, the sample as it is. */
struct train_data {
	const float *x;		/* (N, K, H, W, C) */
	const int32_t *y;	/* (N), 0 to classes - 1 */
	size_t n;
	int k;
};

enum train_isa_choice {
	TRAIN_ISA_BEST, TRAIN_ISA_PLAIN, TRAIN_ISA_AVX2, TRAIN_ISA_AVX512
};

struct train_options {
	int epochs, batch;
	int patience;		/* epochs without a better validation loss
				   before stopping; 0: never */
	double rate;		/* peak of the one-cycle schedule */
	double weight_decay;	/* AdamW; not on batch norm and biases */
	double dropout;		/* of the pooled features, [0, 0.95] */
	double label_smoothing;	/* [0, 0.9] */
	uint64_t seed;
	/* These do not change a byte of the result. */
	int threads;		/* 0: one per processor */
	enum train_isa_choice isa;
};

/* One epoch. Without validation data its figures are NaN. */
struct train_row {
	int epoch;		/* from 1 */
	double loss, accuracy;	/* over the epoch's steps, as trained */
	double validation_loss, validation_accuracy;
	double rate;		/* of the epoch's last step */
};

/* What training made: parameters, statistics, history. */
struct train_model;

/*
 * Train.  The parameters kept are those of the epoch with the best validation
 * accuracy (among equals the lower loss), or of the last epoch without
 * validation data (validation NULL or empty).
 *
 * ERR_RANGE   no training samples; a shape, class or option out of range; an
 *             input that is not finite; a loss that is not finite any more
 *             (step, rate, hint)
 * ERR_UNSUPPORTED  the processor lacks the instruction set asked for
 * ERR_MEM
 */
int train_run(struct train_model **out, const struct train_network *network,
	      const struct train_data *data,
	      const struct train_data *validation,
	      const struct train_options *options,
	      const struct progress *progress, struct err *err);
void train_model_close(struct train_model *model);

const struct train_row *train_model_history(const struct train_model *model,
					    size_t *rows);
int train_model_best_epoch(const struct train_model *model);

/* Weights and biases of the exported net, padding not counted. */
size_t train_model_parameters(const struct train_model *model);

/* Class probabilities (N, M) of variant 0 of every sample. Of options only
 * threads and isa matter; NULL: the defaults. data->y may be NULL. */
int train_infer(const struct train_model *model, const struct train_data *data,
		const struct train_options *options, float *probabilities,
		struct err *err);

/*
 * The float graph with batch norm folded into weights and biases:
 * CONV_2D, (DEPTHWISE_CONV_2D, CONV_2D) ..., AVERAGE_POOL_2D, RESHAPE,
 * FULLY_CONNECTED, SOFTMAX; input (1, H, W, C), output (1, M).  Its outputs
 * equal train_infer's within 1e-4.  The caller frees out by model_release; on
 * failure it is empty.
 */
int train_export(const struct train_model *model, struct model *out,
		 struct err *err);

/* "best", "plain", "avx2", "avx512"; ERR_USAGE names the choices. */
int train_isa_parse(const char *name, enum train_isa_choice *isa,
		    struct err *err);

#endif
