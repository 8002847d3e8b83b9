/*
 * watch - run a float model over samples and look at every tensor.
 */
#ifndef TINYML_QUANT_WATCH_H
#define TINYML_QUANT_WATCH_H

#include "quant/quant.h"

/* Called for each input of the model and each output of an operation, in the
 * order they come to be, sample after sample: n elements of a tensor. */
typedef void quant_note(void *ctx, int tensor, const float *x, size_t n);

/* As quant_calibrate refuses: no samples, wrong size, not float. */
int quant_check_samples(const struct model *model,
			const struct quant_samples *samples, struct err *err);

/* ERR_RANGE: as above, or a tensor that is not finite (which one, in which
 * sample); ERR_UNSUPPORTED, ERR_MEM as plan_runner_open_model. */
int quant_watch(const struct model *model, const struct quant_samples *samples,
		quant_note *note, void *ctx, const struct progress *progress,
		struct err *err);

#endif
