/*
 * curve_s16 - logistic and tanh in 16 bits, as TensorFlow Lite's reference
 * kernels for int16 compute them (integer_ops/logistic.h and tanh.h).
 *
 * x is in steps of 1 / 12288; |x| is below 2^31.  Between the entries of a
 * table of the logistic function, 24 for each unit and 10.6 units long, lies
 * a straight line; tanh(x) = 2 logistic(2 x) - 1.
 */
#ifndef TINYML_KERN_REF_CURVE_S16_H
#define TINYML_KERN_REF_CURVE_S16_H

#include <stdint.h>

/* In steps of 2^-15. */
int16_t curve_s16_logistic(int32_t x);
int16_t curve_s16_tanh(int32_t x);

/* An int16 x times multiplier / 2^shift, halves upward; multiplier is 0 ...
 * 49152, shift 0 ... 31. */
int32_t curve_s16_scaled(int32_t x, int32_t multiplier, int32_t shift);

#endif
