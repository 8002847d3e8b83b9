/*
 * log - logarithms to base 2 in Q20, from a table of 2^bits steps with linear
 * interpolation: table[i] = log2(1 + i / 2^bits), 2^bits + 1 entries that
 * rise to at most 1.
 */
#ifndef TINYML_DSP_LOG_H
#define TINYML_DSP_LOG_H

#include <stdint.h>

enum { DSP_LOG2_Q = 20 };

/* v > 0; error 1 / (8 ln 2) 4^-bits */
static inline int32_t dsp_log2(const uint32_t *table, int bits, uint64_t v)
{
	int shift = __builtin_clzll(v);
	uint32_t top = (uint32_t)(v << shift >> 32) << 1;
	uint32_t fraction = top << bits >> 16;

	table += top >> (32 - bits);
	return ((63 - shift) << DSP_LOG2_Q) +
	       (int32_t)(table[0] +
			 ((uint64_t)(table[1] - table[0]) * fraction >> 16));
}

#endif
