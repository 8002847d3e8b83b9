#include "kern/channels.h"

static bool shift_valid(unsigned shift, unsigned max)
{
	return shift >= KERN_CHANNELS_SHIFT_MIN && shift <= max;
}

uint64_t kern_channels_bytes(uint32_t head, uint32_t channels)
{
	switch (head & 0xff) {
	case KERN_CHANNELS_SHARED:
		return 8 + 4 * (uint64_t)channels;
	case KERN_CHANNELS_NARROW:
		return 4 + (3 * (uint64_t)channels + 1) / 2 * 4;
	case KERN_CHANNELS_WIDE:
		return 4 + 8 * (uint64_t)channels;
	default:
		return 0;
	}
}

bool kern_channels_valid(const uint32_t *table, uint32_t channels)
{
	unsigned shift = table[0] >> 8;

	switch (table[0] & 0xff) {
	case KERN_CHANNELS_SHARED:
		return shift_valid(shift, KERN_CHANNELS_SHIFT_MAX);
	case KERN_CHANNELS_NARROW:
		return shift_valid(shift, KERN_CHANNELS_SHIFT_MAX -
				   KERN_CHANNELS_SPREAD);
	default:
		for (uint32_t o = 0; o < channels; o++)
			if (!shift_valid(table[2 + 2 * o] & 31,
					 KERN_CHANNELS_SHIFT_MAX))
				return false;
		return shift == 0;
	}
}
