/*
 * pack - what the packers of the kernel sets share: which output channels can
 * be requantised fast, and the bias that has the input's zero point inside.
 *
 * Fast requantisation doubles the sum, takes the upper half of one 64-bit
 * product and shifts it to the right, rounding.  That is exact when no sum
 * leaves [-2^30, 2^30) and the shift is in PACK_SHIFT_MIN ... PACK_SHIFT_MAX.
 * The weights say how far sums go.  A channel whose output is the same for
 * every input (trained models have such dead channels, with biases near 2^30)
 * becomes a bias without weights, if it has a factor of its own or the factor
 * is 0.  Any other outside these limits is refused, and its operation keeps its
 * reference kernel.
 *
 * Packing happens on the host.
 */
#ifndef TINYML_KERN_PACK_H
#define TINYML_KERN_PACK_H

#include <stdbool.h>

#include "kern/kern.h"

enum { PACK_SHIFT_MIN = -22, PACK_SHIFT_MAX = -1 };

/* What the sums of a channel, bias included, stay between. */
struct kern_sums {
	int32_t low, high;
};

/* Where packed constants go: bytes of weights as the packing wants them, one
 * bias an output channel, and as many multipliers and shifts as the layer
 * has.  For sets that decode them from a table (kern/channels.h) also room for
 * that: KERN_CHANNELS_WORDS, and ranges of sums, one a channel. */
struct kern_packed {
	int8_t *weights;
	int32_t *bias, *multiplier;
	int8_t *shift;
	struct kern_sums *sums;		/* or NULL */
	uint32_t *channels;		/* or NULL */
};

/* The largest table of so many channels. */
#define KERN_CHANNELS_WORDS(channels) (2 + 2 * (size_t)(channels))

/* A layer for the reference kernel; weight i of output channel o is
 * weights[o * channel_step + i * step]. */
struct kern_layer {
	const int8_t *weights;
	const int32_t *bias;		/* or NULL */
	const struct kern_requant *requant;
	int32_t channels, in_zero, out_zero;
	size_t n, step, channel_step;
};

struct kern_layer kern_conv_layer(const struct kern_conv_s8 *k);
struct kern_layer kern_depthwise_layer(const struct kern_conv_s8 *k);
struct kern_layer kern_fc_layer(const struct kern_fc_s8 *k);

/*
 * Write multiplier, shift and bias of channel o; the bias becomes
 *     bias - in_zero * SUM weight
 * *keeps_weights is false for a dead channel, whose weights must be packed as
 * zeros.  False when the channel is refused.
 */
bool kern_pack_channel(const struct kern_layer *layer, int32_t o,
		       const struct kern_packed *to, bool *keeps_weights);

/* Where among the packed weights weight i of output channel o goes. */
typedef size_t kern_place_fn(const struct kern_layer *layer, int32_t o,
			     size_t i);

/* Pack every channel, weights that are kept each to its place, and 0 in all
 * other of the bytes.  False when a channel is refused. */
bool kern_pack_layer(const struct kern_layer *layer,
		     const struct kern_packed *to, uint64_t bytes,
		     kern_place_fn *place);

/*
 * Make the table of a layer whose channels are all packed, in the smallest
 * form that is exact: for every sum between a channel's ends the output is that
 * of its multiplier and shift, proven here threshold by threshold.  False when
 * a bias is too large for any.
 */
bool kern_pack_channels(const struct kern_layer *layer,
			const struct kern_packed *to);

#endif
