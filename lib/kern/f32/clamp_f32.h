/*
 * clamp_f32 - the activation at the end of a float kernel; NaN passes.
 */
#ifndef TINYML_KERN_F32_CLAMP_F32_H
#define TINYML_KERN_F32_CLAMP_F32_H

static inline float clamp_f32(float x, float min, float max)
{
	return x < min ? min : x > max ? max : x;
}

#endif
