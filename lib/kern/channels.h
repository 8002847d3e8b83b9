/*
 * channels - bias and requantisation of a layer's output channels in one
 * table, as small as stays exact.
 *
 * A multiplier takes 31 bits of which the top one is always set, but most of
 * the others are never seen: the output is one of 256 values, and a whole
 * range of multipliers gives the same one for every sum that the weights allow.
 * The packer finds that range and takes the multiplier out of it whose low bits
 * happen to spell the shift and the low bits of the bias.
 *
 * A table is 32-bit words, aligned to 4, little-endian.  Word 0 holds the form
 * in bits 0 ... 7 and a shift in bits 8 ... 15; the rest is 0.  A factor is
 * twice the multiplier, as a signed number: 2^31 ... 2^32 - 1 less 2^32.
 *
 *   SHARED  word 1: the factor of all channels; the shift is word 0's
 *           then a bias of 32 bits for each channel
 *   NARROW  6 bytes a channel, filled up to a word at the end
 *           u32  factor; bits 0 ... 1 are the shift less word 0's, bits
 *                2 ... 4 the low bits of the bias
 *           i16  the bias without them
 *   WIDE    8 bytes a channel
 *           u32  factor
 *           i32  bias << 5 | shift
 *
 * The output of a sum (its bias included) is
 *     p = round(sum * factor / 2^32) + sum           halves upward
 *     out = clamp(out_zero + round(p / 2^shift))     halves away from zero
 * with shifts 1 ... 22, and shifts to the right only.
 */
#ifndef TINYML_KERN_CHANNELS_H
#define TINYML_KERN_CHANNELS_H

#include <stdbool.h>

#include "kern/kern.h"

enum kern_channels_form {
	KERN_CHANNELS_SHARED = 1,
	KERN_CHANNELS_NARROW = 2,
	KERN_CHANNELS_WIDE = 3,
};

enum {
	KERN_CHANNELS_SHIFT_MIN = 1,
	KERN_CHANNELS_SHIFT_MAX = 22,
	KERN_CHANNELS_SPREAD = 3,	/* of shifts in the narrow form */
};

struct kern_channel {
	int32_t bias, factor;
	unsigned shift;
};

/* Bytes of the table of so many channels that starts with this word; 0 when
 * it starts none.  64 bits, for shapes not yet checked. */
uint64_t kern_channels_bytes(uint32_t head, uint32_t channels);

/* Is every shift of a table of that size in range? */
bool kern_channels_valid(const uint32_t *table, uint32_t channels);

static inline struct kern_channel kern_channel_narrow(const uint32_t *table,
						      int32_t o)
{
	const int16_t *entry = (const int16_t *)(table + 1) + 3 * o;
	uint32_t word;

	__builtin_memcpy(&word, entry, sizeof(word));
	return (struct kern_channel){
		entry[2] * 8 + (int32_t)(word >> 2 & 7), (int32_t)word,
		(table[0] >> 8) + (word & KERN_CHANNELS_SPREAD),
	};
}

/* Channel o of a table. */
static inline struct kern_channel kern_channel(const uint32_t *table,
					       int32_t o)
{
	const int32_t *words = (const int32_t *)table;

	switch (table[0] & 0xff) {
	case KERN_CHANNELS_NARROW:
		return kern_channel_narrow(table, o);
	case KERN_CHANNELS_SHARED:
		return (struct kern_channel){ words[2 + o], words[1],
					      table[0] >> 8 };
	default:
		return (struct kern_channel){ words[2 + 2 * o] >> 5,
					      words[1 + 2 * o],
					      table[2 + 2 * o] & 31 };
	}
}

#endif
