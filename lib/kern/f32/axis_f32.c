#include <string.h>

#include "kern/f32/exp_f32.h"
#include "kern/f32/f32.h"
#include "kern/f32/math_f32.h"

static int64_t index_at(const void *indices, size_t bytes, size_t i)
{
	int64_t wide = 0;
	int32_t narrow = 0;

	if (bytes == sizeof(wide)) {
		memcpy(&wide, (const uint8_t *)indices + i * bytes, bytes);
		return wide;
	}
	memcpy(&narrow, (const uint8_t *)indices + i * bytes, sizeof(narrow));
	return narrow;
}

void kern_arg_max_f32(const struct kern_axis *k, size_t index_bytes,
		      const float *in, void *out)
{
	uint8_t *to = out;

	for (int32_t o = 0; o < k->outer; o++)
		for (int32_t i = 0; i < k->inner; i++, to += index_bytes) {
			const float *row = in + (size_t)o * k->size * k->inner +
					   i;
			int64_t best = 0;

			for (int32_t s = 1; s < k->size; s++)
				if (row[(size_t)s * k->inner] >
				    row[(size_t)best * k->inner])
					best = s;
			memcpy(to, &best, index_bytes);
		}
}

static int64_t inside(int64_t i, int64_t size)
{
	i += i < 0 ? size : 0;
	return i < 0 ? 0 : i >= size ? size - 1 : i;
}

void kern_take(const struct kern_take *k, const void *in, const void *indices,
	       void *out)
{
	const struct kern_axis *a = &k->axis;
	size_t inner = (size_t)a->inner;
	const uint8_t *from = in;
	uint8_t *to = out;

	for (int32_t o = 0; o < a->outer; o++, from += inner * (size_t)a->size)
		for (int32_t i = 0; i < k->count; i++, to += inner) {
			int64_t at = index_at(indices, k->index_bytes,
					      (size_t)i);

			memcpy(to, from + (size_t)inside(at, a->size) * inner,
			       inner);
		}
}

void kern_shape_of(const struct kern_shape *shape, int32_t count,
		   size_t index_bytes, void *out)
{
	int64_t sizes[] = { shape->n, shape->h, shape->w, shape->c };
	uint8_t *to = out;

	for (int32_t i = 4 - count; i < 4; i++, to += index_bytes)
		memcpy(to, &sizes[i], index_bytes);
}

void kern_log_softmax_f32(int32_t rows, int32_t depth, const float *in,
			  float *out)
{
	for (int32_t r = 0; r < rows; r++, in += depth, out += depth) {
		float max = in[0], sum = 0;

		for (int32_t c = 1; c < depth; c++)
			max = in[c] > max ? in[c] : max;
		for (int32_t c = 0; c < depth; c++)
			sum += exp_f32(in[c] - max);
		sum = log_f32(sum);
		for (int32_t c = 0; c < depth; c++)
			out[c] = in[c] - max - sum;
	}
}
