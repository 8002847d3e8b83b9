/*
 * exp_f32 - e^x for x <= 0 as a fixed sequence of IEEE operations, the same
 * bits on every machine.
 *
 * x = n ln 2 + r with |r| <= ln 2 / 2 (Cody and Waite, two-part ln 2), then
 * the Taylor polynomial of degree 7 by Horner's rule with fused
 * multiply-adds, then an exact multiplication by 2^n.  Within 1 ulp; below
 * -87.3, where the result would leave the normal numbers, it is 0.
 */
#ifndef TINYML_KERN_F32_EXP_F32_H
#define TINYML_KERN_F32_EXP_F32_H

float exp_f32(float x);

#endif
