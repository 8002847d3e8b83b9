/*
 * exp_s8 - the exponential and reciprocal of gemmlowp's fixedpoint.h, on raw
 * int32 numbers.  "Q a" means that a bits stand before the point: the value
 * is raw * 2^(a - 31).
 */
#ifndef TINYML_KERN_REF_EXP_S8_H
#define TINYML_KERN_REF_EXP_S8_H

#include <stdint.h>

/* exp(x) for x <= 0 in Q5; the result is in Q0, and exp(0) is INT32_MAX. */
int32_t exp_s8(int32_t x);

/* 1 / (1 + x) for x in [0, 1] in Q0; result in Q0, three Newton steps. */
int32_t exp_s8_reciprocal(int32_t x);

/* 1 / (1 + exp(-x)) and tanh(x) for x in Q4, not INT32_MIN; result in Q0. */
int32_t exp_s8_logistic(int32_t x);
int32_t exp_s8_tanh(int32_t x);

#endif
