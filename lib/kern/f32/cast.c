#include <string.h>

#include "kern/f32/f32.h"

static int64_t whole(float x)
{
	if (x >= 0x1p63f)
		return INT64_MAX;
	if (x < -0x1p63f)
		return INT64_MIN;
	return x == x ? (int64_t)x : 0;
}

static int64_t load(enum kern_type type, const uint8_t *in)
{
	int64_t wide;
	int32_t narrow;
	int16_t half;

	switch (type) {
	case KERN_S8: return (int8_t)*in;
	case KERN_S16: memcpy(&half, in, sizeof(half)); return half;
	case KERN_S32: memcpy(&narrow, in, sizeof(narrow)); return narrow;
	case KERN_S64: memcpy(&wide, in, sizeof(wide)); return wide;
	default: return *in;
	}
}

static size_t size_of(enum kern_type type)
{
	return type == KERN_S64 ? 8 : type == KERN_S16 ? 2 :
	       type == KERN_S8 || type == KERN_U8 ? 1 : 4;
}

void kern_cast(const struct kern_cast *k, const void *in, void *out)
{
	size_t from = size_of(k->from), to = size_of(k->to);
	const uint8_t *x = in;
	uint8_t *y = out;

	for (size_t i = 0; i < k->count; i++, x += from, y += to) {
		int64_t number = 0;
		float real = 0;

		if (k->from == KERN_F32)
			memcpy(&real, x, sizeof(real));
		else
			number = load(k->from, x);
		if (k->to != KERN_F32) {
			number = k->from == KERN_F32 ? whole(real) : number;
			memcpy(y, &number, to);	/* little-endian */
			continue;
		}
		real = k->from == KERN_F32 ? real : (float)number;
		memcpy(y, &real, sizeof(real));
	}
}

void kern_quantize_f32(const struct kern_scale *k, const float *in,
		       int8_t *out)
{
	for (size_t i = 0; i < k->count; i++) {
		double x = (double)(in[i] / k->scale);
		int32_t q = k->zero;

		if (x > 1000 || x < -1000)
			q += x > 0 ? 1000 : -1000;
		else if (x == x)
			q += (int32_t)(x < 0 ? x - 0.5 : x + 0.5);
		out[i] = (int8_t)(q < INT8_MIN ? INT8_MIN :
				  q > INT8_MAX ? INT8_MAX : q);
	}
}

void kern_dequantize_s8(const struct kern_scale *k, const int8_t *in,
			float *out)
{
	for (size_t i = 0; i < k->count; i++)
		out[i] = k->scale * (float)(in[i] - k->zero);
}
