/*
 * The kernels of a core against kern/ref on that core, bare: the instructions
 * themselves, which no host has.  core.h, chosen by the include path, says
 * whose.  Prints how many of CASES seeded cases each differed or wrote
 * outside.
 */
#include <string.h>

#include "bare.h"
#include "core.h"
#include "kern/kern.h"

enum { CASES = 150, CHANNELS = 24, SIDE = 9, BYTES = 1 << 13, GUARD = 0xa5 };

static int8_t in[BYTES], weights[BYTES], want[BYTES], got[BYTES];
static int8_t packed[BYTES] __attribute__((aligned(4)));
static uint8_t scratch[BYTES] __attribute__((aligned(16)));
static int32_t bias[CHANNELS], folded[CHANNELS];
static int32_t multiplier[CHANNELS], new_multiplier[CHANNELS];
static int8_t shift[CHANNELS], new_shift[CHANNELS];
static struct kern_sums sums[CHANNELS];
static uint32_t channels[KERN_CHANNELS_WORDS(CHANNELS)];
static uint32_t seed = 1;

static int32_t pick(int32_t min, int32_t max)
{
	seed = seed * 1664525 + 1013904223;
	return min + (int32_t)((seed >> 8) % (uint32_t)(max - min + 1));
}

/* All over, or at both ends only. */
static void fill(int8_t *bytes)
{
	int ends = pick(0, 2) == 0;

	for (int i = 0; i < BYTES; i++) {
		int32_t v = pick(-128, 127);

		bytes[i] = (int8_t)(ends ? (v & 1 ? 127 : -128) : v);
	}
}

static struct kern_conv_s8 pick_conv(int depthwise)
{
	int32_t kh = depthwise ? pick(CORE_TAPS) : pick(1, 3);
	int32_t kw = depthwise ? pick(CORE_TAPS) : pick(1, 3);
	int32_t h = pick(1, SIDE), w = pick(1, SIDE), stride = pick(1, 3);
	int32_t top = pick(0, kh - 1), left = pick(0, kw - 1);
	int32_t depth = pick(depthwise ? 4 : 1, CHANNELS);

	fill(in);
	fill(weights);
	for (int i = 0; i < CHANNELS; i++) {
		bias[i] = pick(-30000, 30000);
		multiplier[i] = (1 << 30) + pick(0, 1 << 23) * 100;
		shift[i] = (int8_t)pick(-14, -4);
	}
	return (struct kern_conv_s8){
		.win = {
			.in = { 1, h, w, depth },
			.out = { 1, (h + top - 1) / stride + 1,
				 (w + left - 1) / stride + 1,
				 depthwise ? depth : pick(1, CHANNELS) },
			.kernel_h = kh, .kernel_w = kw,
			.stride_h = stride, .stride_w = stride,
			.dilation_h = 1, .dilation_w = 1,
			.pad_top = top, .pad_left = left,
		},
		.weights = weights, .bias = bias,
		.requant = { multiplier, shift, 1 },
		.in_zero = pick(-128, 127),
		.out_zero = pick(0, 1) ? pick(-128, 127) : -128, /* a ReLU */
		.act_min = -128, .act_max = 127,
	};
}

/* Are n bytes equal, and those behind and scratch's n_scratch untouched? */
static int is_same(size_t n, size_t n_scratch)
{
	return !memcmp(want, got, n) && (uint8_t)got[n] == GUARD &&
	       scratch[n_scratch] == GUARD;
}

static const struct kern_packed to = { packed, folded, new_multiplier,
				       new_shift, sums, channels };

static void use_packed(struct kern_conv_s8 *k)
{
	k->weights = packed;
	k->channels = channels;
	k->bias = folded;
	k->requant = (struct kern_requant){ new_multiplier, new_shift, 1 };
	memset(got, GUARD, sizeof(got));
	memset(scratch, GUARD, sizeof(scratch));
}

static int run_conv(int depthwise)
{
	struct kern_conv_s8 k = pick_conv(depthwise);
	const struct kern_shape *o = &k.win.out;
	size_t n = (size_t)o->h * o->w * o->c;

	if (depthwise) {
		kern_depthwise_s8(&k, in, want, scratch);
		if (!CORE(depthwise_s8_pack)(&k, &to))
			return 0;
		use_packed(&k);
		CORE(depthwise_s8)(&k, in, got, scratch);
		return is_same(n, CORE(depthwise_s8_scratch_bytes)(&k));
	}
	kern_conv_s8(&k, in, want, scratch);
	if (!CORE(conv_s8_pack)(&k, &to))
		return 0;
	use_packed(&k);
	CORE(conv_s8)(&k, in, got, scratch);
	return is_same(n, CORE(conv_s8_scratch_bytes)(&k));
}

static struct kern_fc_s8 fc_of(const struct kern_conv_s8 *k, int32_t depth)
{
	return (struct kern_fc_s8){
		.batches = 2, .in_depth = depth, .out_depth = k->win.out.c,
		.weights = k->weights, .bias = k->bias,
		.requant = k->requant, .channels = k->channels,
		.in_zero = k->in_zero,
		.out_zero = k->out_zero, .act_min = -100, .act_max = 100,
	};
}

static int run_fc(void)
{
	struct kern_conv_s8 conv = pick_conv(0);
	int32_t depth = pick(1, 200);
	struct kern_fc_s8 k = fc_of(&conv, depth);

	kern_fc_s8(&k, in, want, scratch);
	if (!CORE(fc_s8_pack)(&k, &to))
		return 0;
	use_packed(&conv);
	k = fc_of(&conv, depth);
	CORE(fc_s8)(&k, in, got, scratch);
	return is_same(2 * (size_t)k.out_depth, 0);
}

static int run_add(void)
{
	struct kern_shape shape = { 1, 1, pick(1, 20), pick(1, CHANNELS) };
	struct kern_add_s8 k = {
		shape, shape, shape, pick(-128, 127), pick(-128, 127),
		pick(-128, 127), 20, pick(1 << 30, INT32_MAX), pick(-4, -1),
		pick(1 << 30, INT32_MAX), pick(-4, -1),
		pick(1 << 30, INT32_MAX), pick(-20, -14), -128, 127,
	};

	if (pick(0, 3)) {
		k.a_multiplier = 1 << 30;
		k.a_shift = 0;
	}
	if (pick(0, 1))
		k.out_zero = k.act_min;		/* a ReLU */
	fill(in);
	fill(weights);
	memset(got, GUARD, sizeof(got));
	memset(scratch, GUARD, sizeof(scratch));
	kern_add_s8(&k, in, weights, want);
	CORE(add_s8)(&k, in, weights, got);
	return is_same((size_t)shape.w * shape.c, 0);
}

static int run_average_pool(void)
{
	struct kern_conv_s8 conv = pick_conv(0);
	struct kern_pool_s8 k = { conv.win, -128, 127 };
	const struct kern_shape *o = &k.win.out;

	k.win.out.c = k.win.in.c;
	memset(got, GUARD, sizeof(got));
	memset(scratch, GUARD, sizeof(scratch));
	kern_average_pool_s8(&k, in, want);
	core_average_pool_s8(&k, in, got);
	return is_same((size_t)o->h * o->w * o->c, 0);
}

int main(void)
{
	uint32_t wrong[5] = { 0 };

	for (int i = 0; i < CASES; i++) {
		wrong[0] += !run_conv(0);
		wrong[1] += !run_conv(1);
		wrong[2] += !run_fc();
		wrong[3] += !run_add();
		wrong[4] += !run_average_pool();
	}
	for (int i = 0; i < 5; i++)
		bare_print_hex(wrong[i]);
	return 0;
}
