#include <string.h>

#include "kern/requant.h"
#include "kern/x86/shape.h"

static size_t place(size_t quad, size_t lane)
{
	return (quad * X86_LANES + lane) * 4;
}

static int32_t folded(const int32_t *bias, int32_t o, int32_t in_zero,
		      uint32_t total)
{
	uint32_t zero = (uint32_t)(in_zero - INT8_MIN);

	return (int32_t)((bias ? (uint32_t)bias[o] : 0) - zero * total);
}

/* One output channel; returns the sum of its weights modulo 2^32. */
static uint32_t pack_channel(const struct x86_conv *c, const int8_t *from,
			     int8_t *block, size_t lane)
{
	uint32_t total = 0;
	size_t quad = 0;

	for (uint64_t run = 0; run < c->rows * c->runs; run++) {
		for (uint64_t i = 0; i < c->run_bytes; i++) {
			block[place(quad + i / 4, lane) + i % 4] = *from;
			total += (uint32_t)*from++;
		}
		quad += c->quads;
	}
	return total;
}

static void copy_factors(const struct kern_requant *from, int32_t channels,
			 const struct kern_packed *to)
{
	size_t n = from->step ? (size_t)channels : 1;

	memcpy(to->multiplier, from->multiplier, n * sizeof(int32_t));
	memcpy(to->shift, from->shift, n);
}

bool kern_x86_conv_pack(const struct kern_conv_s8 *k,
			const struct kern_packed *to)
{
	struct x86_conv c = x86_conv(&k->win);
	size_t quads = (size_t)(c.rows * c.runs * c.quads);
	size_t depth = (size_t)(c.rows * c.runs * c.run_bytes);

	memset(to->weights, 0, (size_t)c.blocks * place(quads, 0));
	for (int32_t o = 0; o < k->win.out.c; o++) {
		size_t block = (size_t)o / X86_LANES;
		uint32_t total = pack_channel(&c, k->weights + o * depth,
					      to->weights + block *
					      place(quads, 0),
					      (size_t)o % X86_LANES);

		to->bias[o] = folded(k->bias, o, k->in_zero, total);
	}
	copy_factors(&k->requant, k->win.out.c, to);
	return true;
}

bool kern_x86_fc_pack(const struct kern_fc_s8 *k, const struct kern_packed *to)
{
	const struct kern_conv_s8 conv = {
		.win = x86_fc_window(k->in_depth, k->out_depth),
		.weights = k->weights, .bias = k->bias,
		.requant = k->requant, .in_zero = k->in_zero,
	};

	return kern_x86_conv_pack(&conv, to);
}

bool kern_x86_depthwise_pack(const struct kern_conv_s8 *k,
			     const struct kern_packed *to)
{
	const struct kern_window *win = &k->win;
	struct x86_depthwise d = x86_depthwise(win);
	size_t channels = (size_t)win->out.c, table = (size_t)d.table * 4;
	int32_t width = win->kernel_w;

	memset(to->weights, 0, (size_t)win->kernel_h * (size_t)d.quads * table);
	for (int32_t i = 0; i < win->kernel_h * width; i++) {
		size_t quad = (size_t)(i / width) * (size_t)d.quads +
			      (size_t)(i % width) / 4;
		int8_t *at = to->weights + quad * table + i % width % 4;

		for (size_t e = 0; e < d.table; e++)
			at[e * 4] = k->weights[i * channels + e % channels];
	}
	for (int32_t o = 0; o < win->out.c; o++) {
		uint32_t total = 0;

		for (int32_t i = 0; i < win->kernel_h * width; i++)
			total += (uint32_t)k->weights[i * channels + o];
		to->bias[o] = folded(k->bias, o, k->in_zero, total);
	}
	copy_factors(&k->requant, win->out.c, to);
	return true;
}
