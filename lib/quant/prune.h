/*
 * prune - take whole channels out of a float model.
 *
 * Structured pruning by magnitude (Li et al. 2017, "Pruning Filters for
 * Efficient ConvNets", arXiv 1608.08710): of a layer's output channels, those
 * whose filters have the least L1 norm go (batch norm is folded into them, so
 * its scale counts), and with them what they feed: the same channels of
 * depthwise layers, pools and functions of one value behind them, and the
 * inputs of the layer at the end.  What such a channel gave on average, as
 * calibrated, goes into that layer's bias.
 *
 * Channels that meet in ADD or CONCATENATION, are read twice or are outputs
 * of the model stay.  The model is smaller afterwards, and runs anywhere; it
 * is not trained again.
 */
#ifndef TINYML_QUANT_PRUNE_H
#define TINYML_QUANT_PRUNE_H

#include "quant/quant.h"

/* Channels are kept in multiples of this, as many as fast kernels take at
 * once. */
enum { PRUNE_MULTIPLE = 4 };

/*
 * Take percent (0 to 90) of the channels out of every layer where that is
 * possible, in place.  Errors of quant_calibrate; on failure the model is
 * undefined but may be released.
 */
int quant_prune(struct model *model, int percent,
		const struct quant_samples *samples,
		const struct progress *progress, struct err *err);

#endif
