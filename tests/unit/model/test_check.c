#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "refused.h"
#include "sample_model.h"

#define REFUSED(type, kind, words, damage) \
	REFUSED_MODEL(sample_model(m, type), kind, words, damage)

static struct model_tensor *out(struct model *m, int op)
{
	return &m->tensors[m->ops[op].output];
}

enum { CONV, DEPTHWISE, POINT, MAX_POOL, ADD, AVERAGE, RESHAPE, FC, SOFTMAX };

Test(check, the_sample_is_sound)
{
	REFUSED(KERN_S8, 0, "", (void)0);
	REFUSED(KERN_F32, 0, "", (void)0);
}

Test(check, indices_and_order)
{
	REFUSED(KERN_S8, ERR_RANGE, "operation 3", m->ops[3].inputs[0] = 999);
	REFUSED(KERN_S8, ERR_RANGE, "operation 3", m->ops[3].inputs[0] = -1);
	REFUSED(KERN_S8, ERR_RANGE, "operation 3", m->ops[3].output = -1);
	REFUSED(KERN_S8, ERR_FORMAT, "before it is written",
		m->ops[1].inputs[0] = m->ops[4].output);
	REFUSED(KERN_S8, ERR_FORMAT, "written before",
		m->ops[3].output = m->ops[0].output);
	REFUSED(KERN_S8, ERR_FORMAT, "is used by nothing", m->op_count = 8;
		m->outputs[0] = m->ops[6].output);
	REFUSED(KERN_S8, ERR_FORMAT, "no input", m->input_count = 0);
	REFUSED(KERN_S8, ERR_FORMAT, "no output", m->output_count = 0);
	REFUSED(KERN_S8, ERR_FORMAT, "constant",
		m->inputs[0] = m->ops[0].inputs[1]);
	REFUSED(KERN_S8, ERR_UNSUPPORTED, "unknown number",
		m->ops[2].op = 200);
	REFUSED(KERN_S8, ERR_FORMAT, "inputs", m->ops[4].input_count = 1);
}

/* An operation between two tensors that nothing else touches. */
static void add_island(struct model *m)
{
	int in = model_add_tensor(m, "p", KERN_S8, MODEL_SHAPE(1, 4));
	int out = model_add_tensor(m, "q", KERN_S8, MODEL_SHAPE(1, 4));

	model_set_quant(m, in, 0.05f, 0);
	model_set_quant(m, out, 0.05f, 0);
	model_add_op(m, KERN_RESHAPE, NULL, &in, 1, out);
}

Test(check, cycles_and_islands)
{
	REFUSED(KERN_S8, ERR_FORMAT, "before it is written",
		m->ops[POINT].inputs[0] = m->ops[POINT].output);
	REFUSED(KERN_S8, ERR_FORMAT, "before it is written",
		m->ops[DEPTHWISE].inputs[0] = m->ops[POINT].output);
	REFUSED(KERN_S8, ERR_FORMAT, "'p' is read before it is written",
		add_island(m));
	REFUSED(KERN_S8, ERR_FORMAT, "'q' is used by nothing", add_island(m);
		model_add_input(m, m->tensor_count - 2));
	REFUSED(KERN_S8, ERR_FORMAT, "'lost' is never written",
		model_set_quant(m, model_add_tensor(m, "lost", KERN_S8,
						    MODEL_SHAPE(1, 4)),
				0.05f, 0));
}

Test(check, types)
{
	REFUSED(KERN_F32, ERR_UNSUPPORTED, "hybrid",
		in(m, CONV, 1)->type = KERN_S8);
	REFUSED(KERN_S8, ERR_UNSUPPORTED, "no kernel",
		out(m, MAX_POOL)->type = KERN_S16);
	REFUSED(KERN_S8, ERR_FORMAT, "bias",
		in(m, CONV, 2)->type = KERN_F32);
	REFUSED(KERN_S8, ERR_UNSUPPORTED, "not a constant",
		in(m, FC, 1)->data = NULL);
}

Test(check, shapes)
{
	REFUSED(KERN_S8, ERR_RANGE, "dimension", out(m, ADD)->dims[1] = 0);
	REFUSED(KERN_S8, ERR_FORMAT, "add up", out(m, MAX_POOL)->dims[1] = 2;
		m->ops[MAX_POOL].attr.stride_h = 2);
	REFUSED(KERN_S8, ERR_FORMAT, "shape 1x6x5x3",
		out(m, CONV)->dims[2] = 4);
	REFUSED(KERN_S8, ERR_FORMAT, "elements",
		out(m, RESHAPE)->dims[1] = 5);
	REFUSED(KERN_S8, ERR_FORMAT, "fits",
		out(m, FC)->dims[1] = 4);
	REFUSED(KERN_S8, ERR_FORMAT, "shape", out(m, SOFTMAX)->dims[1] = 2);
	REFUSED(KERN_S8, ERR_LIMIT, "larger",
		for (int i = 1; i < 4; i++) out(m, CONV)->dims[i] = 1 << 20);
}

Test(check, attributes)
{
	REFUSED(KERN_S8, ERR_RANGE, "stride",
		m->ops[CONV].attr.stride_h = -1);
	REFUSED(KERN_S8, ERR_RANGE, "padding", m->ops[CONV].attr.padding = 9);
	REFUSED(KERN_S8, ERR_RANGE, "activation", m->ops[FC].attr.act = 77);
	REFUSED(KERN_S8, ERR_RANGE, "dilation",
		m->ops[AVERAGE].attr.dilation_w = 2);
	REFUSED(KERN_S8, ERR_FORMAT, "input channels",
		m->ops[DEPTHWISE].attr.depth_multiplier = 3);
	REFUSED(KERN_S8, ERR_RANGE, "beta",
		m->ops[SOFTMAX].attr.beta = -1);
	REFUSED(KERN_S8, ERR_FORMAT, "larger than its input",
		m->ops[AVERAGE].attr.filter_h = 4);
}

Test(check, quantisation)
{
	REFUSED(KERN_S8, ERR_RANGE, "without a scale",
		out(m, CONV)->quant.n = 0);
	REFUSED(KERN_S8, ERR_RANGE, "without a scale",
		out(m, ADD)->quant.scales[0] = 0);
	REFUSED(KERN_S8, ERR_RANGE, "not finite",
		out(m, ADD)->quant.scales[0] = NAN);
	REFUSED(KERN_S8, ERR_RANGE, "zero point 128",
		out(m, ADD)->quant.zeros[0] = 128);
	REFUSED(KERN_S8, ERR_FORMAT, "one per channel",
		in(m, CONV, 1)->quant.n = 2);
	REFUSED(KERN_S8, ERR_FORMAT, "one per output channel",
		in(m, DEPTHWISE, 1)->quant.axis = 1;
		in(m, DEPTHWISE, 1)->quant.n = 3);
	REFUSED(KERN_S8, ERR_UNSUPPORTED, "symmetric",
		in(m, FC, 1)->quant.zeros[1] = 1);
	REFUSED(KERN_S8, ERR_UNSUPPORTED, "differ in scale",
		out(m, RESHAPE)->quant.scales[0] *= 2);
	REFUSED(KERN_S8, ERR_UNSUPPORTED, "1/256",
		out(m, SOFTMAX)->quant.zeros[0] = 0);
	REFUSED(KERN_S8, ERR_RANGE, "too small",
		out(m, ADD)->quant.scales[0] = 1e-9f);
}

Test(check, a_builder_failure_is_reported_once)
{
	struct err err = { 0 };
	struct model m;

	model_init(&m, "m");
	cr_assert_eq(model_add_tensor(&m, "x", KERN_F32, MODEL_SHAPE(1, 0)),
		     -1);
	cr_assert_eq(model_add_tensor(&m, "y", KERN_F32, MODEL_SHAPE(1)), -1);
	cr_assert_eq(model_check(&m, &err), ERR_RANGE);
	model_release(&m);
}

Test(check, same_and_valid_padding_as_tensorflow_defines_them)
{
	struct model_window w;
	struct model m;

	sample_model(&m, KERN_S8);
	w = model_window(&m, DEPTHWISE);
	cr_assert(w.out_h == 3 && w.out_w == 3 && w.pad_top == 0 &&
		  w.pad_left == 1);
	w = model_window(&m, AVERAGE);
	cr_assert(w.out_h == 1 && w.out_w == 1 && w.pad_top == 0);
	model_release(&m);
}
