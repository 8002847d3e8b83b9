/*
 * scale - a range of real values as an int8 scale and zero point.
 */
#ifndef TINYML_QUANT_SCALE_H
#define TINYML_QUANT_SCALE_H

#include "quant/quant.h"

/* real = scale x (q - zero) */
struct quant_scale {
	float scale;
	int32_t zero;
};

/* Halves away from zero. */
double quant_round(double x);

/* 255 steps over the range, widened to hold 0; a range of nothing but 0 has
 * scale 1 and zero point 0. */
struct quant_scale quant_scale_s8(struct quant_range range);

/* x as int8; min is -128, or -127 for weights. */
int8_t quant_s8(struct quant_scale s, double x, int min);

/* The real value that x becomes. */
double quant_nearest(struct quant_scale s, double x);

#endif
