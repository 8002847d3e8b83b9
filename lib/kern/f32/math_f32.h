/*
 * math_f32 - functions of float32 as fixed sequences of IEEE operations; each
 * within 4 ulp or 2^-22 of the true value.
 */
#ifndef TINYML_KERN_F32_MATH_F32_H
#define TINYML_KERN_F32_MATH_F32_H

/* e^x for any x; 0 below -87.3 and infinity above 87.3. */
float any_exp_f32(float x);

/* x < 0 gives NaN, 0 minus infinity. */
float log_f32(float x);

float logistic_f32(float x);
float tanh_f32(float x);

/* To nearest, halves to even. */
float round_f32(float x);
float floor_f32(float x);

#endif
