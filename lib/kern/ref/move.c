#include <string.h>

#include "kern/kern.h"

void kern_lookup_s8(size_t n, const int8_t table[KERN_LOOKUP_BYTES],
		    const int8_t *in, int8_t *out)
{
	for (size_t i = 0; i < n; i++)
		out[i] = table[in[i] + 128];
}

void kern_gather(const struct kern_gather *k, const void *in, void *out)
{
	const struct kern_shape *o = &k->out;
	size_t size = (size_t)k->element_bytes;
	const uint8_t *from = in;
	uint8_t *to = out;

	for (int32_t i = 0; i < o->n * o->h * o->w; i++) {
		int32_t w = i % o->w, h = i / o->w % o->h, n = i / o->w / o->h;
		int32_t at = k->start + n * k->step.n + h * k->step.h +
			     w * k->step.w;

		for (int32_t c = 0; c < o->c; c++, to += size)
			memcpy(to, from + (size_t)(at + c * k->step.c) * size,
			       size);
	}
}

/* Elements of an output row left of, from and right of the input. */
static uint8_t *fill(uint8_t *to, int32_t count, const struct kern_pad *k)
{
	for (; count > 0; count--, to += k->element_bytes)
		memcpy(to, &k->value, (size_t)k->element_bytes);
	return to;
}

static uint8_t *pad_row(const struct kern_pad *k, const uint8_t *from,
			uint8_t *to)
{
	size_t n = (size_t)k->in.c * (size_t)k->element_bytes;

	to = fill(to, k->before.c, k);
	memcpy(to, from, n);
	return fill(to + n, k->out.c - k->before.c - k->in.c, k);
}

void kern_pad(const struct kern_pad *k, const void *in, void *out)
{
	const struct kern_shape *i = &k->in, *o = &k->out;
	size_t row_bytes = (size_t)i->c * (size_t)k->element_bytes;
	const uint8_t *from = in;
	uint8_t *to = out;

	for (int32_t r = 0; r < o->n * o->h * o->w; r++) {
		int32_t w = r % o->w - k->before.w;
		int32_t h = r / o->w % o->h - k->before.h;
		int32_t n = r / o->w / o->h - k->before.n;

		if (n < 0 || n >= i->n || h < 0 || h >= i->h || w < 0 ||
		    w >= i->w) {
			to = fill(to, o->c, k);
			continue;
		}
		to = pad_row(k, from, to);
		from += row_bytes;
	}
}

void kern_concat(const struct kern_concat *k,
		 const void *const in[KERN_CONCAT_INPUTS], void *out)
{
	uint8_t *to = out;

	for (int32_t r = 0; r < k->rows; r++)
		for (int32_t i = 0; i < k->count; i++) {
			size_t n = (size_t)k->bytes[i];

			memcpy(to, (const uint8_t *)in[i] + (size_t)r * n, n);
			to += n;
		}
}
