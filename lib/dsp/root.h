/* root - the square root of an integer, rounded down, bit by bit. */
#ifndef TINYML_DSP_ROOT_H
#define TINYML_DSP_ROOT_H

#include <stdint.h>

static inline uint32_t dsp_root64(uint64_t v)
{
	uint64_t y = 0;

	for (uint64_t bit = (uint64_t)1 << 62; bit; bit >>= 2) {
		uint64_t try = y + bit;

		y >>= 1;
		if (v >= try) {
			v -= try;
			y += bit;
		}
	}
	return (uint32_t)y;
}

#endif
