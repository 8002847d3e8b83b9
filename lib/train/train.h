/*
 * train - the native training engine: a network of train/net.h, f32, the same
 * bytes on every machine.
 *
 * Axes: N samples, H rows (time), W columns (coefficients), C channels, M
 * classes.  All arrays are C-contiguous with the last axis fastest.
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
 * no mean is taken off: a scale folds exactly into the weights that read the
 * input, whose zero padding stays zero, so the exported net takes the raw
 * features and the board repeats nothing.  Where something without weights
 * reads the input, or a rebuilt output does not come from linear weights, the
 * constant is 1.
 */
#ifndef TINYML_TRAIN_TRAIN_H
#define TINYML_TRAIN_TRAIN_H

#include <stddef.h>
#include <stdint.h>

#include "artifact/digest.h"
#include "base/error.h"
#include "base/progress.h"
#include "base/rng.h"
#include "train/net.h"

enum {
	TRAIN_LANES = 16,
	TRAIN_SHARD = 8,
	TRAIN_EPOCHS_MAX = 100000,
	TRAIN_BATCH_MAX = 65536,
	TRAIN_PARAMETERS_MAX = 1 << 26,	/* padded channels counted */
};

#define TRAIN_BN_MOMENTUM 0.9f
#define TRAIN_BN_EPSILON 1e-3f

struct model;			/* model/model.h */

/*
 * Write one sample (H, W, C) to out.  Called by several threads at once, each
 * with its own rng and out; it must always write the same for the same sample
 * and rng.  rng NULL: the sample as it is (validation, inference).  Otherwise
 * the sample is augmented by draws from rng, a stream of (seed, epoch, sample)
 * of its own.
 */
typedef void train_fetch(void *ctx, size_t sample, struct rng *rng,
			 float *out);

/* The caller's. */
struct train_data {
	size_t n;
	train_fetch *fetch;
	void *ctx;
	const int32_t *y;	/* (N), 0 to M - 1; NET_REBUILD: not used */
	const float *soft;	/* (N, M) targets that sum to 1 (a teacher's
				   probabilities) in place of y, or NULL */
	const float *class_weights;	/* (M): a sample's loss is multiplied
					   by that of its class y; or NULL */
};

/* A ctx for train_fetch_rows: x (N, K, values), K variants of each sample, of
 * which training takes one by chance; variant 0 is the sample as it is. */
struct train_rows {
	const float *x;
	size_t values;		/* H * W * C */
	int k;			/* 1 or more */
};

train_fetch train_fetch_rows;

enum train_isa_choice {
	TRAIN_ISA_BEST, TRAIN_ISA_PLAIN, TRAIN_ISA_AVX2, TRAIN_ISA_AVX512,
	TRAIN_ISA_NEON
};

enum train_optimiser { TRAIN_ADAMW, TRAIN_SGD };
enum train_schedule { TRAIN_ONE_CYCLE, TRAIN_CONSTANT, TRAIN_STEP,
		      TRAIN_COSINE };

struct train_options {
	int epochs, batch;
	int patience;		/* epochs without a better validation loss
				   before stopping; 0: never */
	enum train_optimiser optimiser;
	double momentum;	/* of sgd, [0, 1) */
	enum train_schedule schedule;
	double rate;		/* the schedule's peak */
	double warm_up;		/* share of the steps, [0, 0.9]; 0: 0.3 for
				   one-cycle, none for the others */
	double weight_decay;	/* not on batch norm and biases */
	double clip;		/* largest norm of a gradient; 0: any */
	double ema;		/* of the weights, [0, 1); 0: none is kept */
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

/* Where a training is kept while it runs. */
struct train_keep {
	const char *path;	/* a file; its folder is made */
	struct digest key;	/* of all that shapes the result */
	long interval_ms;	/* write after an epoch that ends so long after
				   the last write */
};

struct train_job {
	const struct net *net;
	const struct train_data *data;
	const struct train_data *validation;	/* NULL or empty: none */
	const struct train_options *options;
	/* Layers of equal kind and shape at the same place of the list take
	 * its parameters, the others random ones; NULL: all random. */
	const struct train_model *start;
	/* Layers 0 to freeze - 1 keep the weights, biases, gammas and betas
	 * that they start with, bit for bit, and in the exported graph too. */
	int freeze;
	const struct progress *progress;	/* or NULL */
	/* Go on from the file when it has this key, to the same result; NULL:
	 * keep nothing.  A file that cannot be written is told of as progress.
	 * The caller removes it when the result is safe. */
	const struct train_keep *keep;
};

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
int train_run(struct train_model **out, const struct train_job *job,
	      struct err *err);
void train_model_close(struct train_model *model);

/* A model at the random start of seed. ERR_UNSUPPORTED, ERR_MEM. */
int train_untrained(struct train_model **out, const struct net *net,
		    uint64_t seed, struct err *err);

const struct train_row *train_model_history(const struct train_model *model,
					    size_t *rows);
int train_model_best_epoch(const struct train_model *model);

/* Weights and biases of the exported net, padding not counted. */
size_t train_model_parameters(const struct train_model *model);

/* Class probabilities (N, M) of every sample as it is. Of options only
 * threads and isa matter; NULL: the defaults. data->y may be NULL. */
int train_infer(const struct train_model *model, const struct train_data *data,
		const struct train_options *options, float *probabilities,
		struct err *err);

/*
 * The float graph with batch norm folded into weights and biases: CONV_2D,
 * DEPTHWISE_CONV_2D, FULLY_CONNECTED, MAX_POOL_2D, AVERAGE_POOL_2D (a global
 * pool too), ADD, CONCATENATION, UNIDIRECTIONAL_SEQUENCE_LSTM with
 * STRIDED_SLICE where only its last step is read, RESHAPE between planes and
 * rows, and SOFTMAX at the end of a classifier; nothing for dropout.  Input
 * (1, H, W, C), output (1, M), or what was rebuilt.  Its outputs equal
 * train_infer's within 1e-4.  The caller frees out by model_release; on
 * failure it is empty.
 */
int train_export(const struct train_model *model, struct model *out,
		 struct err *err);

/* "best", "plain", "avx2", "avx512", "neon"; ERR_USAGE names the choices. */
int train_isa_parse(const char *name, enum train_isa_choice *isa,
		    struct err *err);

#endif
