#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "model/tflite.h"
#include "onnx/onnx.h"
#include "onnx_text.h"
#include "plan/runner.h"
#include "train/foreign.h"

/* Features of 4 frames, 3 coefficients, 1 channel; 2 classes. */
static const struct foreign_shape shape = { { 4, 3, 1 }, 2,
					     KERN_F32 };

static int read_text(struct model *m, const char *text, struct err *err)
{
	struct buf file = BUF_INIT;
	int ret;

	*err = (struct err){ 0 };
	onnx_from_text(&file, text);
	ret = foreign_read(m, file.data, file.len, "model.onnx", &shape, err);
	buf_release(&file);
	return ret;
}

static void accepted(const char *text)
{
	struct model m;
	struct err err;

	cr_assert_eq(read_text(&m, text, &err), 0, "%s\n%s", text, err.text);
	model_release(&m);
}

static void refused(const char *text, const char *words)
{
	struct model m;
	struct err err;

	cr_assert_eq(read_text(&m, text, &err), ERR_FORMAT, "%s\n%s", text,
		     err.text);
	cr_assert(strstr(err.text, words), "'%s' lacks '%s'", err.text, words);
}

#define DENSE(dims) \
	"input x float " dims "\nconst s int64 2 1 12\n" \
	"Reshape x s : f\nconst w float 12,2 0.5 -0.25 0.125\n" \
	"MatMul f w : y\noutput y\n"

Test(foreign, shapes_that_mean_the_same_are_taken)
{
	accepted(DENSE("1,4,3,1"));
	accepted(DENSE("1,1,4,3"));	/* as PyTorch has images */
	accepted(DENSE("1,4,3"));
	accepted(DENSE("4,3"));
	accepted(DENSE("1,12"));
}

Test(foreign, other_shapes_are_refused_with_both)
{
	refused(DENSE("1,3,4"), "the features are 4 x 3 x 1");
	refused(DENSE("1,2,6"), "the features are 4 x 3 x 1");
	refused("input x float 1,10\nconst w float 10,2 1\nMatMul x w : y\n"
		"output y\n", "float32[1x10], the features are 4 x 3 x 1");
	refused("input x float 1,12\nconst w float 12,5 1\nMatMul x w : y\n"
		"output y\n", "float32[1x5], there are 2 classes");
}

static void answer(const struct model *m, const float in[60], float out[2])
{
	struct plan_runner r;

	cr_assert_eq(plan_runner_open_model(&r, m, NULL), 0);
	cr_assert_eq(r.input_bytes, 60 * sizeof(float));
	cr_assert_eq(r.output_bytes, 2 * sizeof(float));
	plan_runner_infer(&r, in, out);
	plan_runner_close(&r);
}

/* A pixel's channels are beside each other in features, apart in ONNX. */
Test(foreign, an_image_in_the_order_of_onnx_is_taken_in_ours)
{
	const struct foreign_shape image = { { 4, 5, 3 }, 2, KERN_F32 };
	float ours[60], theirs[60], a[2], b[2];
	struct buf file = BUF_INIT;
	struct err err = { 0 };
	struct model m, as_is;

	onnx_from_text(&file, "input x float 1,3,4,5\n"
		       "const w float 2,3,3,3 0.5 -0.25 0.125 1 -0.75\n"
		       "Conv x w : c\nRelu c : r\nGlobalAveragePool r : g\n"
		       "Flatten g : y\noutput y\n");
	cr_assert_eq(foreign_read(&m, file.data, file.len, "model.onnx",
				  &image, &err), 0, "%s", err.text);
	cr_assert_eq(onnx_read_model(&as_is, file.data, file.len, &err), 0);
	for (int i = 0; i < 60; i++) {
		ours[i] = (float)(i * 37 % 23) / 8;
		theirs[i % 3 * 20 + i / 3] = ours[i];
	}
	answer(&m, ours, a);
	answer(&as_is, theirs, b);
	cr_assert_eq(memcmp(a, b, sizeof(a)), 0);
	cr_assert_neq(a[0], a[1]);
	for (int i = 0; i < m.op_count; i++)
		cr_assert_neq(m.ops[i].op, KERN_TRANSPOSE);
	model_release(&as_is);
	model_release(&m);
	buf_release(&file);
}

Test(foreign, one_input_and_one_output)
{
	refused("input x float 1,12\ninput z float 1,12\nAdd x z : a\n"
		"const w float 12,2 1\nMatMul a w : y\noutput y\n",
		"has 2 inputs instead of one");
	refused("input x float 1,12\nconst w float 12,2 1\nMatMul x w : y\n"
		"Relu y : z\noutput y\noutput z\n",
		"has 2 outputs instead of one");
}

/* Two samples: all 0, and all 1. */
static struct features_items items(float x[24], int32_t y[2])
{
	for (int i = 0; i < 24; i++)
		x[i] = i < 12 ? 0 : 1;
	y[0] = 1;
	y[1] = 0;
	return (struct features_items){ .x = x, .y = y, .n = 2, .k = 1 };
}

Test(foreign, answers_that_are_no_probabilities_get_a_softmax)
{
	float x[24];
	int32_t y[2];
	const struct features_items two = items(x, y);
	struct train_metrics metrics;
	struct buf file = BUF_INIT;
	struct err err;
	struct model m;

	cr_assert_eq(read_text(&m, "input x float 1,12\n"
			       "const w float 12,2 0.25 0\nMatMul x w : y\n"
			       "output y\n", &err), 0);
	cr_assert_eq(foreign_finish(&m, &two, 2, &err), 0, "%s", err.text);
	cr_assert_eq(m.ops[m.op_count - 1].op, KERN_SOFTMAX);
	cr_assert_eq(train_metrics_init(&metrics, 2, &err), 0);
	cr_assert_eq(foreign_measure(&m, &two, &metrics, &err), 0);
	/* even: the first wins, which is wrong; e^3 against 1 is right */
	cr_assert_eq(metrics.right, 1);
	cr_assert_float_eq(metrics.loss_sum, log(2) + log(1 + exp(-3)), 1e-5);
	cr_assert_eq(foreign_parameters(&m), 24);
	cr_assert_eq(model_write_tflite(&m, &file, &err), 0);
	train_metrics_release(&metrics);
	buf_release(&file);
	model_release(&m);
}

Test(foreign, probabilities_stay_as_they_are)
{
	float x[24];
	int32_t y[2];
	const struct features_items two = items(x, y);
	struct err err;
	struct model m;
	int ops;

	cr_assert_eq(read_text(&m, "input x float 1,12\n"
			       "const w float 12,2 0.25 0\nMatMul x w : y\n"
			       "Softmax y : z axis=1\noutput z\n", &err), 0);
	ops = m.op_count;
	cr_assert_eq(foreign_finish(&m, &two, 2, &err), 0);
	cr_assert_eq(m.op_count, ops);
	model_release(&m);
}

Test(foreign, an_answer_that_is_not_finite_is_refused)
{
	float x[24];
	int32_t y[2];
	const struct features_items two = items(x, y);
	struct err err;
	struct model m;

	cr_assert_eq(read_text(&m, "input x float 1,12\n"
			       "const w float 12,2 3e38\nMatMul x w : y\n"
			       "output y\n", &err), 0);
	cr_assert_eq(foreign_finish(&m, &two, 2, &err), ERR_RANGE);
	cr_assert(strstr(err.text, "training sample 1 is not finite"), "%s",
		  err.text);
	model_release(&m);
}

Test(foreign, a_file_that_cannot_be_read_is_named)
{
	struct err err = { 0 };
	struct model m;

	cr_assert_lt(foreign_read(&m, "nonsense", 8, "model.tflite", &shape,
				  &err), 0);
	cr_assert(strstr(err.text, "'model.tflite' that the command left: "));
}
