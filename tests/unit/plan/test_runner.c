#include <criterion/criterion.h>
#include <stdio.h>

#include "base/file.h"
#include "model/text.h"
#include "model/tflite.h"
#include "plan/runner.h"
#include "sample_model.h"

static void load(struct buf *out, const char *name, const char *end)
{
	char path[200];
	struct err err = { 0 };

	snprintf(path, sizeof(path), TESTDATA "/model/%s%s", name, end);
	cr_assert_eq(file_read(path, 1 << 20, out, &err), 0, "%s", err.text);
}

static void check_vectors(struct plan_runner *r, const struct buf *in,
			  const struct buf *out)
{
	size_t n = in->len / r->input_bytes;
	uint8_t got[256];

	cr_assert_eq(n * r->input_bytes, in->len);
	cr_assert_eq(n * r->output_bytes, out->len);
	for (size_t i = 0; i < n; i++) {
		plan_runner_infer(r, in->data + i * r->input_bytes, got);
		cr_assert_arr_eq(got, out->data + i * r->output_bytes,
				 r->output_bytes, "input %zu", i);
	}
	cr_assert(plan_runner_guards_hold(r));
}

/* The answers were computed by testdata/model/make.py. */
static void check_model(const char *name)
{
	struct buf file = BUF_INIT, in = BUF_INIT, out = BUF_INIT;
	struct err err = { 0 };
	struct plan_runner r;

	load(&file, name, ".tflite");
	load(&in, name, ".in.bin");
	load(&out, name, ".out.bin");
	cr_assert_eq(plan_runner_open(&r, file.data, file.len, &err), 0,
		     "%s", err.text);
	check_vectors(&r, &in, &out);
	plan_runner_close(&r);
	buf_release(&file);
	buf_release(&in);
	buf_release(&out);
}

/* What the image says of its operations is what the plan says. */
static void check_macs(const char *name)
{
	struct buf file = BUF_INIT;
	struct err err = { 0 };
	struct plan_runner r;

	load(&file, name, ".tflite");
	cr_assert_eq(plan_runner_open_isa(&r, "ref", file.data, file.len,
					  &err), 0, "%s", err.text);
	cr_assert_eq(run_op_count(&r.run), r.plan.model->op_count);
	for (int i = 0; i < r.plan.model->op_count; i++)
		cr_assert_eq(plan_runner_macs(&r, (unsigned)i),
			     r.plan.ops[i].macs, "%s %d", name, i);
	plan_runner_close(&r);
	buf_release(&file);
}

Test(runner, images_tell_their_multiplications)
{
	check_macs("chain");
	check_macs("branch");
}

Test(runner, chain_gives_the_independent_answers)
{
	check_model("chain");
}

Test(runner, branch_gives_the_independent_answers)
{
	check_model("branch");
}

Test(runner, curves_give_the_independent_answers)
{
	check_model("curves");
}

Test(runner, moves_give_the_independent_answers)
{
	check_model("moves");
}

/* NAME.tflite or text/NAME.txt. */
static void open_model(struct model *m, const char *name, const char *end)
{
	struct buf file = BUF_INIT;
	struct err err = { 0 };

	load(&file, name, end);
	if (model_is_tflite(file.data, file.len))
		model_read_tflite(m, file.data, file.len, &err);
	else
		model_parse(m, (const char *)file.data, file.len, &err);
	cr_assert_eq(err.kind, 0, "%s", err.text);
	buf_release(&file);
}

/* Read, print, parse, write, read: the same graph and the same file. */
static void check_round_trip(const char *name, const char *end)
{
	struct buf text[2] = { BUF_INIT, BUF_INIT };
	struct buf written[2] = { BUF_INIT, BUF_INIT };
	struct err err = { 0 };
	struct model m[2];

	open_model(&m[0], name, end);
	model_print(&m[0], false, &text[0]);
	cr_assert_eq(model_parse(&m[1], (const char *)text[0].data,
				 text[0].len, &err), 0, "%s", err.text);
	model_print(&m[1], false, &text[1]);
	cr_assert_eq(text[0].len, text[1].len);
	cr_assert_arr_eq(text[0].data, text[1].data, text[0].len);
	cr_assert_eq(model_write_tflite(&m[1], &written[0], &err), 0);
	model_release(&m[1]);
	cr_assert_eq(model_read_tflite(&m[1], written[0].data, written[0].len,
				       &err), 0, "%s", err.text);
	cr_assert_eq(model_write_tflite(&m[1], &written[1], &err), 0);
	cr_assert_eq(written[0].len, written[1].len);
	cr_assert_arr_eq(written[0].data, written[1].data, written[0].len);
	for (int i = 0; i < 2; i++) {
		model_release(&m[i]);
		buf_release(&text[i]);
		buf_release(&written[i]);
	}
}

Test(runner, operations_survive_text_and_tflite)
{
	check_round_trip("curves", ".tflite");
	check_round_trip("moves", ".tflite");
	check_round_trip("text/int16", ".txt");
	check_round_trip("text/types", ".txt");
	check_round_trip("text/sample", ".txt");
	check_round_trip("text/plain", ".txt");
	check_round_trip("text/states", ".txt");
	check_round_trip("text/states-float", ".txt");
}

Test(runner, tflite_text_and_image_give_the_same_answers)
{
	struct buf files[3] = { BUF_INIT, BUF_INIT, BUF_INIT };
	uint8_t in[60], want[3], got[3];
	struct err err = { 0 };
	struct plan_runner r;
	struct plan plan;
	struct model m;

	sample_model(&m, KERN_S8);
	for (size_t i = 0; i < sizeof(in); i++)
		in[i] = (uint8_t)(i * 59);
	cr_assert_eq(model_write_tflite(&m, &files[0], &err), 0);
	model_print(&m, false, &files[1]);
	cr_assert_eq(plan_init(&plan, &m, KERN_SET_REF, &err), 0);
	cr_assert_eq(plan_emit_image(&plan, NULL, &files[2], &err), 0);
	plan_release(&plan);
	cr_assert_eq(plan_runner_open_model(&r, &m, &err), 0);
	plan_runner_infer(&r, in, want);
	plan_runner_close(&r);
	for (int i = 0; i < 3; i++) {
		cr_assert_eq(plan_runner_open(&r, files[i].data, files[i].len,
					      &err), 0, "%s", err.text);
		plan_runner_infer(&r, in, got);
		cr_assert_arr_eq(got, want, 3);
		plan_runner_close(&r);
		buf_release(&files[i]);
	}
	model_release(&m);
}

/* A stream differs from its inputs alone, and begins as they do. */
Test(runner, states_are_kept_until_a_reset)
{
	struct buf file = BUF_INIT;
	struct err err = { 0 };
	struct plan_runner r;
	uint8_t in[12] = { 60, 200, 3, 90, 17, 40, 250, 99, 1, 2, 130, 70 };
	uint8_t alone[24], first[24], second[24];

	load(&file, "text/states", ".txt");
	cr_assert_eq(plan_runner_open(&r, file.data, file.len, &err), 0,
		     "%s", err.text);
	cr_assert_eq(r.input_bytes, sizeof(in));
	cr_assert_eq(r.output_bytes, sizeof(alone));
	plan_runner_infer(&r, in, alone);
	plan_runner_infer(&r, in, first);
	cr_assert_arr_eq(first, alone, sizeof(alone));
	run_reset(&r.run);
	plan_runner_stream(&r, in, first);
	plan_runner_stream(&r, in, second);
	cr_assert_arr_eq(first, alone, sizeof(alone));
	cr_assert_arr_neq(second, alone, sizeof(alone));
	cr_assert(plan_runner_guards_hold(&r));
	plan_runner_close(&r);
	buf_release(&file);
}

/* A file may have more inputs than a kernel: it joins them in steps. */
Test(runner, twenty_inputs_are_concatenated)
{
	enum { INPUTS = 20 };
	const struct model_attr attr = { .axis = 1 };
	struct buf file = BUF_INIT;
	struct err err = { 0 };
	uint8_t in[2] = { 100, 200 }, out[2 * INPUTS];
	int inputs[INPUTS], y;
	struct plan_runner r;
	struct model m;

	model_init(&m, "many");
	for (int i = 0; i < INPUTS; i++) {
		const int8_t data[] = { (int8_t)i, (int8_t)-i };

		inputs[i] = i ? model_add_const(&m, "c", KERN_S8,
						MODEL_SHAPE(2, 1), data) :
			model_add_tensor(&m, "x", KERN_S8, MODEL_SHAPE(2, 1));
		model_set_quant(&m, inputs[i], 0.5f, 3);
	}
	y = model_add_tensor(&m, "y", KERN_S8, MODEL_SHAPE(2, INPUTS));
	model_set_quant(&m, y, 0.5f, 3);
	model_add_op(&m, KERN_CONCATENATION, &attr, inputs, INPUTS, y);
	model_add_input(&m, inputs[0]);
	model_add_output(&m, y);
	cr_assert_eq(model_write_tflite(&m, &file, &err), 0);
	model_release(&m);
	cr_assert_eq(plan_runner_open(&r, file.data, file.len, &err), 0,
		     "%s", err.text);
	plan_runner_infer(&r, in, out);
	for (int i = 1; i < INPUTS; i++) {
		cr_assert_eq((int8_t)out[i], i);
		cr_assert_eq((int8_t)out[INPUTS + i], -i);
	}
	cr_assert_eq(out[0], 100);
	cr_assert_eq(out[INPUTS], 200);
	plan_runner_close(&r);
	buf_release(&file);
}

enum { SMALL_BYTES = 1 << 20 };

/* Whatever still opens runs and stays inside its arena. */
static void run_damaged(const uint8_t *bytes, size_t n)
{
	struct err err = { 0 };
	struct plan_runner r;
	uint8_t *in, *out;

	if (plan_runner_open(&r, bytes, n, &err)) {
		cr_assert_neq(err.kind, 0);
		cr_assert_neq(err.text[0], '\0');
		return;
	}
	in = calloc(1, r.input_bytes);
	out = calloc(1, r.output_bytes);
	if (r.plan.macs < SMALL_BYTES && r.arena_bytes < SMALL_BYTES)
		plan_runner_infer(&r, in, out);
	cr_assert(plan_runner_guards_hold(&r));
	plan_runner_close(&r);
	free(in);
	free(out);
}

Test(runner, every_flipped_bit_is_refused_or_runs_inside_the_guards)
{
	struct buf file = BUF_INIT;

	load(&file, "chain", ".tflite");
	for (size_t bit = 0; bit < file.len * 8; bit++) {
		file.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
		run_damaged(file.data, file.len);
		file.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	buf_release(&file);
}

Test(runner, every_truncation_is_refused_or_runs_inside_the_guards)
{
	struct buf file = BUF_INIT;

	load(&file, "branch", ".tflite");
	for (size_t n = 0; n < file.len; n++)
		run_damaged(file.data, n);
	buf_release(&file);
}

Test(runner, a_damaged_image_is_not_trusted)
{
	struct buf image = BUF_INIT;
	struct err err = { 0 };
	struct plan_runner r;
	struct plan plan;
	struct model m;

	sample_model(&m, KERN_S8);
	cr_assert_eq(plan_init(&plan, &m, KERN_SET_REF, &err), 0);
	cr_assert_eq(plan_emit_image(&plan, NULL, &image, &err), 0);
	plan_release(&plan);
	model_release(&m);
	for (size_t at = 4; at < image.len; at++) {
		image.data[at] ^= 0x10;
		cr_assert_neq(plan_runner_open(&r, image.data, image.len,
					       NULL), 0, "byte %zu", at);
		image.data[at] ^= 0x10;
	}
	buf_release(&image);
}
