#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "onnx/onnx_priv.h"
#include "onnx_writer.h"
#include "plan/runner.h"

/* x[1x2x2x3] - Conv 1 x 1 - Relu - Flatten - Gemm - y[1x2]. */
static void write_net(struct buf *out)
{
	static const float conv[] = { 1, 2, -1, 1, 0, -3 };
	static const float bias[] = { 0.5f, -1, 2 };
	struct buf graph = BUF_INIT;
	float gemm[18 * 2];

	for (int i = 0; i < 36; i++)
		gemm[i] = (float)(i % 7) - 3;
	put_node(&graph, "Conv", (const char *[]){ "x", "w", "b", NULL }, "c");
	put_node(&graph, "Relu", (const char *[]){ "c", NULL }, "r");
	put_node(&graph, "Flatten", (const char *[]){ "r", NULL }, "f");
	put_node(&graph, "Gemm", (const char *[]){ "f", "g", NULL }, "y");
	put_floats(&graph, "w", (int[]){ 3, 2, 1, 1 }, 4, conv);
	put_floats(&graph, "b", (int[]){ 3 }, 1, bias);
	put_floats(&graph, "g", (int[]){ 18, 2 }, 2, gemm);
	put_value(&graph, 11, "x", (int[]){ 1, 2, 2, 3 }, 4);
	put_value(&graph, 12, "y", (int[]){ 1, 2 }, 2);
	put_model(out, &graph);
}

/* The same net, as ONNX defines it. */
static void compute_net(const float *x, float y[2])
{
	static const float conv[] = { 1, 2, -1, 1, 0, -3 };
	static const float bias[] = { 0.5f, -1, 2 };

	y[0] = y[1] = 0;
	for (int k = 0; k < 18; k++) {
		int c = k / 6, p = k % 6;
		float r = bias[c] + conv[2 * c] * x[p] +
			  conv[2 * c + 1] * x[6 + p];

		for (int n = 0; n < 2 && r > 0; n++)
			y[n] += r * (float)((2 * k + n) % 7 - 3);
	}
}

Test(onnx, a_net_is_turned_to_nhwc_and_keeps_its_ports)
{
	struct buf file = BUF_INIT;
	struct err err = { 0 };
	struct plan_runner r;
	float x[12], y[2], want[2];

	for (int i = 0; i < 12; i++)
		x[i] = (float)(i * 5 % 11) - 4;
	write_net(&file);
	cr_assert_eq(plan_runner_open(&r, file.data, file.len, &err), 0, "%s",
		     err.text);
	cr_assert_eq(r.input_bytes, sizeof(x));
	cr_assert_eq(r.output_bytes, sizeof(y));
	plan_runner_infer(&r, x, y);
	compute_net(x, want);
	for (int i = 0; i < 2; i++)
		cr_assert_float_eq(y[i], want[i], 1e-4f);
	/* turned once on the way in; Relu and Flatten cost nothing */
	cr_assert_eq(r.model.op_count, 5);
	cr_assert_eq(r.model.tensors[r.model.inputs[0]].dims[1], 2);
	plan_runner_close(&r);
	buf_release(&file);
}

/* ---- bad files --------------------------------------------------------- */

/* Refused in words, or a model that can run. */
static void try_bytes(const uint8_t *bytes, size_t n)
{
	uint8_t *own = malloc(n + !n);	/* so that an over-read is seen */
	struct err err = { 0 };
	struct model m;

	memcpy(own, bytes, n);
	if (onnx_read_model(&m, own, n, &err)) {
		cr_assert_neq(err.kind, 0);
		cr_assert_neq(err.text[0], 0);
	} else {
		cr_assert_eq(model_check(&m, &err), 0, "%s", err.text);
		model_release(&m);
	}
	free(own);
}

Test(onnx, every_truncation_is_safe)
{
	struct buf file = BUF_INIT;

	write_net(&file);
	for (size_t n = 0; n < file.len; n++)
		try_bytes(file.data, n);
	buf_release(&file);
}

Test(onnx, every_flipped_bit_is_safe)
{
	struct buf file = BUF_INIT;

	write_net(&file);
	for (size_t i = 0; i < 8 * file.len; i++) {
		file.data[i / 8] ^= (uint8_t)(1 << i % 8);
		try_bytes(file.data, file.len);
		file.data[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	buf_release(&file);
}

static void refuses(struct buf *graph, int kind, const char *words)
{
	struct buf file = BUF_INIT;
	struct err err = { 0 };
	struct model m;

	put_model(&file, graph);
	cr_assert_eq(onnx_read_model(&m, file.data, file.len, &err), kind,
		     "%s", err.text);
	cr_assert(strstr(err.text, words), "'%s'", err.text);
	buf_release(&file);
}

Test(onnx, an_unknown_operator_is_named_with_its_place)
{
	struct buf graph = BUF_INIT;

	put_value(&graph, 11, "x", (int[]){ 1, 4 }, 2);
	put_value(&graph, 12, "y", (int[]){ 1, 4 }, 2);
	put_node(&graph, "Relu", (const char *[]){ "x", NULL }, "r");
	put_node(&graph, "Gru", (const char *[]){ "r", NULL }, "y");
	refuses(&graph, ERR_UNSUPPORTED, "node 1 (Gru");
}

Test(onnx, a_cycle_is_refused)
{
	struct buf graph = BUF_INIT;

	put_value(&graph, 11, "x", (int[]){ 1, 4 }, 2);
	put_value(&graph, 12, "y", (int[]){ 1, 4 }, 2);
	put_node(&graph, "Add", (const char *[]){ "x", "y", NULL }, "z");
	put_node(&graph, "Relu", (const char *[]){ "z", NULL }, "y");
	refuses(&graph, ERR_FORMAT, "from a later node");
}

Test(onnx, an_open_dimension_is_refused)
{
	struct buf graph = BUF_INIT;

	put_value(&graph, 11, "x", (int[]){ 1, 0 }, 2);
	put_value(&graph, 12, "y", (int[]){ 1, 4 }, 2);
	put_node(&graph, "Relu", (const char *[]){ "x", NULL }, "y");
	refuses(&graph, ERR_UNSUPPORTED, "dimension without a size");
}

Test(onnx, a_pool_over_one_axis_is_refused)
{
	struct buf graph = BUF_INIT;

	put_value(&graph, 11, "x", (int[]){ 4 }, 1);
	put_value(&graph, 12, "y", (int[]){ 4 }, 1);
	put_node(&graph, "GlobalMaxPool", (const char *[]){ "x", NULL }, "y");
	refuses(&graph, ERR_UNSUPPORTED, "1 axes instead of 4");
}

Test(onnx, a_huge_shape_is_refused)
{
	struct buf graph = BUF_INIT;

	put_value(&graph, 11, "x", (int[]){ 16000, 16000, 16000 }, 3);
	put_value(&graph, 12, "y", (int[]){ 1, 4 }, 2);
	put_node(&graph, "Relu", (const char *[]){ "x", NULL }, "y");
	refuses(&graph, ERR_LIMIT, "too large");
}
