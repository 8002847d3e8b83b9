#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "onnx_text.h"
#include "plan/runner.h"

/* Small nets with answers computed by hand, for machines without the node
 * tests of the ONNX project. */

static void open_net(struct plan_runner *r, const char *text)
{
	struct buf file = BUF_INIT;
	struct err err = { 0 };

	onnx_from_text(&file, text);
	cr_assert_eq(plan_runner_open(r, file.data, file.len, &err), 0, "%s",
		     err.text);
	buf_release(&file);
}

static void answers(const char *text, const float *in, const float *want,
		    size_t n)
{
	struct plan_runner r;
	float got[64];

	open_net(&r, text);
	cr_assert_eq(r.output_bytes, n * sizeof(float), "%s", text);
	plan_runner_infer(&r, in, got);
	for (size_t i = 0; i < n; i++)
		cr_expect_float_eq(got[i], want[i], 1e-6f, "%s: value %zu is "
				   "%g, not %g", text, i, (double)got[i],
				   (double)want[i]);
	cr_assert(plan_runner_guards_hold(&r));
	plan_runner_close(&r);
}

#define ANSWERS(text, in, ...) \
	answers(text, in, (float[]){ __VA_ARGS__ }, \
		sizeof((float[]){ __VA_ARGS__ }) / sizeof(float))

static const float count[] = { 0, 1, 2, 3, 4, 5, 6, 7 };

Test(onnx_ops, moves)
{
	ANSWERS("input x float 2,4\nTranspose x : y\noutput y", count,
		0, 4, 1, 5, 2, 6, 3, 7);
	ANSWERS("input x float 2,4\nSlice x : y axes=1, starts=1, ends=3,\n"
		"output y", count, 1, 2, 5, 6);
	ANSWERS("input x float 2,4\nConcat x x x x x : y axis=0\n"
		"Split y : a b axis=1\nGather b i : c axis=0\n"
		"const i int64 1 4\noutput c", count, 2, 3);
	ANSWERS("input x float 1,2,2\nPad x : y pads=0,0,1,0,0,1 mode=edge\n"
		"output y", count, 0, 0, 1, 1, 2, 2, 3, 3);
	ANSWERS("input x float 1,2\nPad x : y pads=0,1,0,0 value=9.0\n"
		"output y", count, 9, 0, 1);
}

Test(onnx_ops, channels_and_images)
{
	ANSWERS("input x float 1,2,1,2\nconst s float 4 1 1 2 1\n"
		"Resize x - s : y coordinate_transformation_mode=asymmetric "
		"nearest_mode=floor\noutput y", count,
		0, 1, 0, 1, 2, 3, 2, 3);
	ANSWERS("input x float 1,1,2,2\nconst w float 1,1,2,2 1 2 3 4\n"
		"ConvTranspose x w : y\noutput y", count,
		0, 1, 2, 2, 10, 10, 6, 17, 12);
	ANSWERS("input x float 1,2,2,2\nReduceMean x : y axes=1, keepdims=0\n"
		"output y", count, 2, 3, 4, 5);
	ANSWERS("input x float 1,1,2,2\nMaxPool x : v y kernel_shape=2,2 "
		"pads=1,1,0,0\nCast y : z to=1\noutput z", count, 0, 1, 2, 3);
}

Test(onnx_ops, functions)
{
	ANSWERS("input x float 2\nHardSigmoid x : y\noutput y", count, 0.5f,
		0.7f);
	ANSWERS("input x float 2\nconst c float . 4\nSub c x : a\n"
		"Div a c : b\nLeakyRelu b : y alpha=0.5\noutput y", count,
		1, 0.75f);
	ANSWERS("input x float 2\nSub x o : d\nconst o float 2 1 3\n"
		"PRelu d p : y\nconst p float 2 0.5 0.25\noutput y", count,
		-0.5f, -0.5f);
	ANSWERS("input x float 1,2\nLogSoftmax x : y\noutput y", count,
		-1.31326169f, -0.31326169f);
	ANSWERS("input x float 2\nClip x a b : y\nconst a float . 2\n"
		"const b float . 1\noutput y", count, 1, 1);
}

Test(onnx_ops, matrices)
{
	ANSWERS("input x float 2,1,2\nconst b float 2,2,1 1 2 3 4\n"
		"MatMul x b : y\noutput y", count, 2, 18);
	ANSWERS("input x float 2,2\nconst b float 2,1 1 10\n"
		"const c float 2,1 100 200\n"
		"Gemm x b c : y transA=1 alpha=2.0\noutput y", count,
		140, 262);
}

/* ---- integers ------------------------------------------------------------ */

/* Values of 1/2; weights 1 and -2 of 1/4, a bias of 3 of 1/8; values of 1. */
static const char qdq[] =
	"input x float 1,1,1,2\n"
	"const s float . 0.5\nconst z int8 . 0\n"
	"const ws float 1 0.25\nconst wz int8 1 0\n"
	"const bs float . 0.125\nconst one float . 1\n"
	"const w int8 1,1,1,2 1 -2\nconst b int32 1 3\n"
	"QuantizeLinear x s z : q\nDequantizeLinear q s z : d\n"
	"DequantizeLinear w ws wz : fw axis=0\nDequantizeLinear b bs : fb\n"
	"Conv d fw fb : c\nRelu c : r\n"
	"QuantizeLinear r one z : p\nDequantizeLinear p one z : y\noutput y";

Test(onnx_ops, quantised_layers_are_integer)
{
	struct plan_runner r;
	float in[] = { 20, 3 }, out;
	int layers = 0;

	open_net(&r, qdq);
	plan_runner_infer(&r, in, &out);
	/* 40 x 1 - 6 x 2 + 3 = 31 eighths, 3.875 */
	cr_assert_eq(out, 4);
	for (int i = 0; i < r.model.op_count; i++)
		if (r.model.ops[i].op == KERN_CONV_2D) {
			layers++;
			cr_assert_eq(r.model.tensors[r.model.ops[i].output]
				     .type, KERN_S8);
			cr_assert_eq(r.model.ops[i].attr.rounds_once, 1);
		}
	cr_assert_eq(layers, 1);
	plan_runner_close(&r);
}

static int count_ops(const struct plan_runner *r, enum kern_op op,
		     enum kern_type type)
{
	int n = 0;

	for (int i = 0; i < r->model.op_count; i++)
		n += r->model.ops[i].op == op &&
		     r->model.tensors[r->model.ops[i].output].type == type;
	return n;
}

/* Halves and quarters joined as wholes, behind a RESHAPE that stands between
 * the join and its QUANTIZE. */
Test(onnx_ops, joined_values_have_scales_of_their_own)
{
	float in[] = { 1, 2.4f, 3, 8 }, out[4];
	struct plan_runner r;

	open_net(&r, "input x float 1,1,2\ninput y float 1,1,2\n"
		 "const h float . 0.5\nconst z int8 . 0\n"
		 "const q float . 0.25\nconst one float . 1\n"
		 "const n int64 2 1 4\n"
		 "QuantizeLinear x h z : a\nDequantizeLinear a h z : fa\n"
		 "QuantizeLinear y q z : b\nDequantizeLinear b q z : fb\n"
		 "Concat fa fb : c axis=2\nReshape c n : d\n"
		 "QuantizeLinear d one z : e\nDequantizeLinear e one z : v\n"
		 "output v");
	plan_runner_infer(&r, in, out);
	cr_assert_eq(out[0], 1);
	cr_assert_eq(out[1], 3);	/* 2.5, half away from 0 */
	cr_assert_eq(out[2], 3);
	cr_assert_eq(out[3], 8);
	cr_assert_eq(count_ops(&r, KERN_CONCATENATION, KERN_S8), 1);
	cr_assert_eq(count_ops(&r, KERN_CONCATENATION, KERN_F32), 0);
	cr_assert_eq(count_ops(&r, KERN_DEQUANTIZE, KERN_F32), 1);
	plan_runner_close(&r);
}

/* Products and sums behind a layer, where batch norm was; weights 1 and -2 of
 * 1/4 as above, then of -1/8. */
Test(onnx_ops, products_of_channels_go_into_quantised_layers)
{
	float in[] = { 20, 3 }, out;
	struct plan_runner r;

	open_net(&r, "input x float 1,1,1,2\n"
		 "const s float . 0.5\nconst z int8 . 0\n"
		 "const ws float 1 0.25\nconst wz int8 1 0\n"
		 "const one float . 1\nconst b float 1 0.375\n"
		 "const w int8 1,1,1,2 1 -2\n"
		 "const k float 1,1,1,1 -2\nconst a float 1,1,1,1 -1\n"
		 "QuantizeLinear x s z : q\nDequantizeLinear q s z : d\n"
		 "DequantizeLinear w ws wz : fw axis=0\nConv d fw b : c\n"
		 "Div c k : e\nSub e a : f\n"
		 "QuantizeLinear f one z : p\nDequantizeLinear p one z : y\n"
		 "output y");
	plan_runner_infer(&r, in, &out);
	cr_assert_eq(out, -1);		/* 3.875 / -2 + 1 */
	cr_assert_eq(count_ops(&r, KERN_CONV_2D, KERN_S8), 1);
	cr_assert_eq(count_ops(&r, KERN_CONV_2D, KERN_F32), 0);
	cr_assert_eq(count_ops(&r, KERN_DIV, KERN_F32), 0);
	cr_assert_eq(count_ops(&r, KERN_SUB, KERN_F32), 0);
	plan_runner_close(&r);
}

Test(onnx_ops, images_that_repeat_are_resized_as_boards_can)
{
	static const char text[] = "input x float 1,1,2,2\n"
		"const w float 1,1,1,1 1\nconst s float 4 1 1 2 3\n"
		"Conv x w : c\nResize c - s : y nearest_mode=floor "
		"coordinate_transformation_mode=asymmetric\noutput y";
	struct plan_runner r;

	ANSWERS(text, count, 0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1,
		2, 2, 2, 3, 3, 3, 2, 2, 2, 3, 3, 3);
	open_net(&r, text);
	cr_assert_eq(count_ops(&r, KERN_RESIZE_NEAREST_NEIGHBOR, KERN_F32), 1);
	cr_assert_eq(count_ops(&r, KERN_GATHER, KERN_F32), 0);
	plan_runner_close(&r);
}

Test(onnx_ops, bytes_are_computed_with_and_wrap)
{
	uint8_t in[] = { 200, 3 }, out[2];
	struct plan_runner r;

	open_net(&r, "input x uint8 2\nAdd x x : y\noutput y");
	plan_runner_infer(&r, in, out);
	cr_assert_eq(out[0], 144);
	cr_assert_eq(out[1], 6);
	plan_runner_close(&r);
}

Test(onnx_ops, shapes_and_constants_may_go_out)
{
	float in[6] = { 0 }, five;
	struct plan_runner r;
	int64_t shape[2];

	open_net(&r, "input x float 2,3\nShape x : y\noutput y");
	plan_runner_infer(&r, in, shape);
	cr_assert_eq(shape[0], 2);
	cr_assert_eq(shape[1], 3);
	plan_runner_close(&r);
	open_net(&r, "const c float 1 5\nIdentity c : y\noutput y");
	cr_assert_eq(r.input_bytes, 0);
	plan_runner_infer(&r, NULL, &five);
	cr_assert_eq(five, 5);
	plan_runner_close(&r);
}
