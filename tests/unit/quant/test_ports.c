#include <criterion/criterion.h>
#include <string.h>

#include "model/text.h"
#include "model/tflite.h"
#include "plan/runner.h"
#include "quant/ports.h"

/* A float end, an int8 middle, a float end: x - QUANTIZE - [ops] - y. */
static void parse(struct model *m, const char *text)
{
	struct err err = { 0 };

	cr_assert_eq(model_parse(m, text, strlen(text), &err), 0, "%s: %s",
		     err.text, err.place);
}

static void expect_ops(const struct model *m, const char *want)
{
	char got[256] = "";

	for (int i = 0; i < m->op_count; i++) {
		strcat(got, i ? " " : "");
		strcat(got, model_op_name(m->ops[i].op));
	}
	cr_assert_str_eq(got, want);
}

static void expect_port(const struct model *m, int tensor, const char *name,
			float scale, int zero)
{
	const struct model_tensor *t = &m->tensors[tensor];

	cr_assert_str_eq(t->name, name);
	cr_assert_eq(t->type, KERN_S8);
	cr_assert_eq(t->quant.scales[0], scale);
	cr_assert_eq(t->quant.zeros[0], zero);
}

static void open_ports(struct model *m, const char *text, const char *want)
{
	struct err err = { 0 };

	parse(m, text);
	cr_assert(quant_is_done(m));
	cr_assert_eq(quant_ports(m, &err), 0, "%s", err.text);
	expect_ops(m, want);
}

Test(ports, quantize_and_dequantize_go)
{
	struct model m;

	open_ports(&m, "model \"m\"\n"
		"tensor 0 \"x\" float32[1x4]\n"
		"tensor 1 \"x_q\" int8[1x4] scale 0.5 zero 3\n"
		"tensor 2 \"y_q\" int8[1x4] scale 0.25 zero -1\n"
		"tensor 3 \"y\" float32[1x4]\n"
		"op QUANTIZE 0 -> 1\nop RELU 1 -> 2\nop DEQUANTIZE 2 -> 3\n"
		"input 0\noutput 3\n", "RELU");
	expect_port(&m, m.inputs[0], "x", 0.5f, 3);
	expect_port(&m, m.outputs[0], "y", 0.25f, -1);
	model_release(&m);
}

Test(ports, what_moves_values_changes_sides)
{
	struct model m;

	open_ports(&m, "model \"m\"\n"
		"tensor 0 \"x\" float32[1x4]\n"
		"tensor 1 \"r\" float32[1x2x2x1]\n"
		"tensor 2 \"q\" int8[1x2x2x1] scale 0.5 zero 3\n"
		"tensor 3 \"u\" int8[1x2x2x1] scale 0.5 zero 3\n"
		"tensor 4 \"f\" float32[1x2x2x1]\n"
		"tensor 5 \"y\" float32[1x4]\n"
		"op RESHAPE 0 -> 1\nop QUANTIZE 1 -> 2\nop RELU 2 -> 3\n"
		"op DEQUANTIZE 3 -> 4\nop RESHAPE 4 -> 5\n"
		"input 0\noutput 5\n", "RESHAPE RELU RESHAPE");
	expect_port(&m, m.inputs[0], "x", 0.5f, 3);
	expect_port(&m, m.outputs[0], "y", 0.5f, 3);
	model_release(&m);
}

Test(ports, readers_in_one_scale_share_the_input)
{
	struct model m;

	open_ports(&m, "model \"m\"\n"
		"tensor 0 \"x\" float32[1x4]\n"
		"tensor 1 \"a\" int8[1x4] scale 0.5 zero 3\n"
		"tensor 2 \"b\" int8[1x4] scale 0.5 zero 3\n"
		"tensor 3 \"y\" int8[1x4] scale 0.25 zero -1\n"
		"op QUANTIZE 0 -> 1\nop QUANTIZE 0 -> 2\nop ADD 1 2 -> 3\n"
		"input 0\noutput 3\n", "ADD");
	cr_assert_eq(m.ops[0].inputs[0], m.inputs[0]);
	cr_assert_eq(m.ops[0].inputs[1], m.inputs[0]);
	model_release(&m);
}

Test(ports, a_softmax_left_in_float_becomes_int8)
{
	static const int8_t in[4] = { -128, 0, 40, 127 };
	uint8_t out[4];
	struct plan_runner r;
	struct model m;

	open_ports(&m, "model \"m\"\n"
		"tensor 0 \"x\" int8[1x4] scale 0.02 zero 0\n"
		"tensor 1 \"q\" int8[1x4] scale 0.02 zero 0\n"
		"tensor 2 \"f\" float32[1x4]\n"
		"tensor 3 \"y\" float32[1x4]\n"
		"op RELU 0 -> 1\nop DEQUANTIZE 1 -> 2\nop SOFTMAX 2 -> 3\n"
		"input 0\noutput 3\n", "RELU SOFTMAX");
	expect_port(&m, m.outputs[0], "y", 1.0f / 256, -128);
	cr_assert_eq(plan_runner_open_model(&r, &m, NULL), 0);
	plan_runner_infer(&r, in, out);
	cr_assert_eq((int8_t)out[3], -128 + 192);	/* e^2.54 / 16.9 */
	plan_runner_close(&r);
	model_release(&m);
}

static void refused(const char *text, const char *words)
{
	struct err err = { 0 };
	struct model m;

	parse(&m, text);
	cr_assert_eq(quant_ports(&m, &err), ERR_UNSUPPORTED);
	cr_assert_not_null(strstr(err.text, words), "%s", err.text);
	cr_assert_not_null(strstr(err.hint, "quantise it too"));
	model_release(&m);
}

Test(ports, a_layer_left_in_float_is_refused_by_name)
{
	refused("model \"m\"\n"
		"tensor 0 \"x\" int8[1x2] scale 0.02 zero 0\n"
		"tensor 1 \"q\" int8[1x2] scale 0.02 zero 0\n"
		"tensor 2 \"f\" float32[1x2]\n"
		"const 3 \"w\" float32[1x2]\ndata 0000803f0000803f\n"
		"tensor 4 \"dense\" float32[1x1]\n"
		"op RELU 0 -> 1\nop DEQUANTIZE 1 -> 2\n"
		"op FULLY_CONNECTED 2 3 -> 4\n"
		"input 0\noutput 4\n", "FULLY_CONNECTED ('dense'), is float");
}

Test(ports, an_output_that_is_read_in_float_too_is_refused)
{
	refused("model \"m\"\n"
		"tensor 0 \"x\" int8[1x2] scale 0.02 zero 0\n"
		"tensor 1 \"q\" int8[1x2] scale 0.02 zero 0\n"
		"tensor 2 \"f\" float32[1x2]\n"
		"tensor 3 \"g\" float32[1x2]\n"
		"op RELU 0 -> 1\nop DEQUANTIZE 1 -> 2\nop EXP 2 -> 3\n"
		"input 0\noutput 2\noutput 3\n", "EXP ('g')");
}

Test(ports, float_models_were_not_quantised)
{
	struct model m;

	parse(&m, "model \"m\"\n"
	      "tensor 0 \"x\" float32[1x2]\n"
	      "tensor 1 \"q\" int8[1x2] scale 0.02 zero 0\n"
	      "op QUANTIZE 0 -> 1\ninput 0\noutput 1\n");
	cr_assert_not(quant_is_done(&m));
	model_release(&m);
}
