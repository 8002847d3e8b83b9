/*
 * open - checks of untrusted numbers and tables that the kinds share.
 */
#ifndef TINYML_DSP_OPEN_H
#define TINYML_DSP_OPEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool dsp_within(uint32_t value, uint32_t low, uint32_t high);

/* No twiddle factor of the quarter wave (quarter + 1 entries) is longer than
 * 1 and a little for rounding: then no FFT step makes numbers longer. */
bool dsp_cosine_fits(const int32_t *cosine, size_t quarter);

/* n >= 1 entries rise to at most limit. */
bool dsp_table_rises(const uint32_t *table, size_t n, uint32_t limit);

#endif
