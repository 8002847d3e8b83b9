#include <criterion/criterion.h>
#include <math.h>

#include "bits/err.h"
#include "guarded.h"
#include "run/run.h"
#include "small_image.h"

/*
 * One float operation as an image, against the kernel called by hand: the
 * loaders hand over what the parameter block says.
 */

enum { VALUES = 24, ARENA = 4 * VALUES * 3 };

static struct small_image image;
static float constants[64], input[2][VALUES];

static void fill(void)
{
	for (int i = 0; i < 64; i++)
		constants[i] = (float)(i % 7 - 3) / 4;
	for (int i = 0; i < VALUES; i++) {
		input[0][i] = (float)(i % 5) - 1.75f;
		input[1][i] = (float)(i % 3) * 0.5f;
	}
}

static uint32_t bits(float x)
{
	uint32_t b;

	memcpy(&b, &x, sizeof(b));
	return b;
}

static void float_tensor(struct small_maker *m, const int32_t dims[4],
			 uint32_t offset)
{
	struct model_image_tensor t = {
		.type = KERN_F32, .rank = 4, .offset = offset,
		.bytes = 4 * (uint32_t)(dims[0] * dims[1] * dims[2] * dims[3]),
	};

	memcpy(t.dims, dims, sizeof(t.dims));
	m->tensors_n += model_image_put_tensor(m->tensors + m->tensors_n, &t);
}

/* Tensors 0 and 1 are inputs of one shape, 2 is the output. */
static void make(unsigned op, const int32_t in[4], const int32_t out[4],
		 const void *block, size_t n)
{
	static struct small_maker m;
	uint16_t tensors[] = { 0, op == KERN_ADD ? 1 : MODEL_IMAGE_NONE, 2 };
	struct small_section sections[] = {
		{ MODEL_IMAGE_TENSORS, 3, m.tensors, 0 },
		{ MODEL_IMAGE_OPS, 1, m.ops, 0 },
		{ MODEL_IMAGE_PARAMS, 0, m.params, 0 },
		{ MODEL_IMAGE_CONST, 0, constants, sizeof(constants) },
	};

	memset(&m, 0, sizeof(m));
	float_tensor(&m, in, 0);
	float_tensor(&m, in, 4 * VALUES);
	float_tensor(&m, out, 8 * VALUES);
	small_op(&m, op, tensors, block, n);
	sections[0].n = m.tensors_n;
	sections[1].n = m.ops_n;
	sections[2].n = m.params_n;
	small_layout(&image, sections, 4);
	le_put32(image.bytes + 20, KERN_SET_HOST);
	le_put32(image.bytes + 24, ARENA);
	le_put32(image.bytes + 28, 2);		/* two inputs */
	le_put32(image.bytes + 40, 0x00010000);
	le_put16(image.bytes + 48, 2);
}

static void expect(const float *want, size_t n)
{
	struct guarded arena = guarded_init(ARENA);
	struct run run;

	cr_assert_eq(run_open(&run, &run_ref, image.bytes, image.n, arena.data,
			      arena.n), ERR_UNSUPPORTED);
	cr_assert_eq(run_open(&run, &run_host, image.bytes, image.n,
			      arena.data, arena.n), 0);
	for (unsigned i = 0; i < 2; i++)
		memcpy(run_input(&run, i).data, input[i],
		       run_input(&run, i).desc.bytes);
	run_invoke(&run);
	cr_assert_eq(run_output(&run, 0).desc.bytes, n * 4);
	cr_assert_eq(memcmp(run_output(&run, 0).data, want, n * 4), 0);
	cr_assert(guarded_intact(&arena));
	guarded_release(&arena);
}

#define MAKE(op, in, out, block) make(op, in, out, block, sizeof(*(block)))

static const int32_t plane[] = { 1, 4, 3, 2 }, half[] = { 1, 2, 2, 2 },
		     row[] = { 1, 1, 1, 24 }, pair[] = { 1, 1, 1, 2 };

/* 3x2 window, stride 2, one row of padding: 4x3 to 2x2. */
static const struct kern_window window = {
	{ 1, 4, 3, 2 }, { 1, 2, 2, 2 }, 3, 2, 2, 2, 1, 1, 1, 0,
};

static struct model_image_conv conv_block(uint32_t weights)
{
	return (struct model_image_conv){
		.kernel_h = 3, .kernel_w = 2, .stride_h = 2, .stride_w = 2,
		.dilation_h = 1, .dilation_w = 1, .pad_top = 1, .pad_left = 0,
		.act_min = (int32_t)bits(-1),
		.act_max = (int32_t)bits(INFINITY),
		.constants = { 16, 4 * weights, 0, MODEL_IMAGE_NOWHERE,
			       MODEL_IMAGE_NOWHERE, 0 },
	};
}

Test(float_ops, convolutions, .init = fill)
{
	struct kern_conv_f32 k = { window, constants + 4, constants, -1,
				   INFINITY };
	struct model_image_conv p = conv_block(24);
	float want[8];

	kern_conv_f32(&k, input[0], want);
	MAKE(KERN_CONV_2D, plane, half, &p);
	expect(want, 8);
	p = conv_block(12);
	kern_depthwise_f32(&k, input[0], want);
	MAKE(KERN_DEPTHWISE_CONV_2D, plane, half, &p);
	expect(want, 8);
}

Test(float_ops, fully_connected, .init = fill)
{
	struct kern_fc_f32 k = { 1, 24, 2, constants + 4, NULL, 0, 6 };
	struct model_image_fc p = {
		(int32_t)bits(0), (int32_t)bits(6),
		{ 16, 4 * 48, MODEL_IMAGE_NOWHERE, MODEL_IMAGE_NOWHERE,
		  MODEL_IMAGE_NOWHERE, 0 },
	};
	float want[2];

	kern_fc_f32(&k, input[0], want);
	MAKE(KERN_FULLY_CONNECTED, plane, pair, &p);
	expect(want, 2);
}

Test(float_ops, pools, .init = fill)
{
	struct kern_pool_f32 k = { window, -INFINITY, 1 };
	struct model_image_pool p = {
		3, 2, 2, 2, 1, 0, (int32_t)bits(-INFINITY), (int32_t)bits(1),
	};
	float want[8];

	kern_average_pool_f32(&k, input[0], want);
	MAKE(KERN_AVERAGE_POOL_2D, plane, half, &p);
	expect(want, 8);
	kern_max_pool_f32(&k, input[0], want);
	MAKE(KERN_MAX_POOL_2D, plane, half, &p);
	expect(want, 8);
}

Test(float_ops, add_reshape_softmax, .init = fill)
{
	struct kern_shape shape = { 1, 4, 3, 2 };
	struct kern_add_f32 add = { shape, shape, shape, 0, 2 };
	struct kern_softmax_f32 softmax = { 12, 2, 0.5f };
	struct model_image_add a = { .act_max = (int32_t)bits(2) };
	struct model_image_softmax s = { .beta = bits(0.5f) };
	float want[VALUES];

	kern_add_f32(&add, input[0], input[1], want);
	MAKE(KERN_ADD, plane, plane, &a);
	expect(want, VALUES);
	kern_softmax_f32(&softmax, input[0], want);
	MAKE(KERN_SOFTMAX, plane, plane, &s);
	expect(want, VALUES);
	make(KERN_RESHAPE, plane, row, NULL, 0);
	expect(input[0], VALUES);
}

Test(float_ops, blocks_that_lie_are_refused, .init = fill)
{
	struct model_image_softmax s = { .beta = bits(-1) };
	struct model_image_conv p = conv_block(24);
	struct guarded arena = guarded_init(ARENA);
	struct run run;

	MAKE(KERN_SOFTMAX, plane, plane, &s);
	cr_assert_eq(run_open(&run, &run_host, image.bytes, image.n,
			      arena.data, arena.n), ERR_RANGE);
	p.act_min = (int32_t)bits(NAN);
	MAKE(KERN_CONV_2D, plane, half, &p);
	cr_assert_eq(run_open(&run, &run_host, image.bytes, image.n,
			      arena.data, arena.n), ERR_RANGE);
	p = conv_block(24);
	p.constants.weights_at = 256 - 92;
	MAKE(KERN_CONV_2D, plane, half, &p);
	cr_assert_eq(run_open(&run, &run_host, image.bytes, image.n,
			      arena.data, arena.n), ERR_RANGE);
	guarded_release(&arena);
}
