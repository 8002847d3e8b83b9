#include <criterion/criterion.h>

#include "base/file.h"
#include "model/cut.h"
#include "model/text.h"
#include "plan/runner.h"
#include "sample_model.h"

static void infer(const struct model *m, const void *in, void *out)
{
	struct plan_runner r;
	struct err err = { 0 };

	cr_assert_eq(plan_runner_open_model(&r, m, &err), 0, "%s", err.text);
	plan_runner_infer(&r, in, out);
	plan_runner_close(&r);
}

static size_t out_bytes(const struct model *m)
{
	size_t n = 0;

	for (int i = 0; i < m->output_count; i++)
		n += model_bytes(&m->tensors[m->outputs[i]]);
	return n;
}

Test(cut, any_two_parts_give_the_bytes_of_the_whole)
{
	struct model whole, head, tail;
	struct err err = { 0 };
	uint8_t in[60], middle[400], want[3], got[3];

	sample_model(&whole, KERN_S8);
	for (size_t i = 0; i < sizeof(in); i++)
		in[i] = (uint8_t)(i * 37);
	infer(&whole, in, want);
	for (int k = 1; k < whole.op_count; k++) {
		cr_assert_eq(model_cut(&head, &whole, 0, k, &err), 0);
		cr_assert_eq(model_cut(&tail, &whole, k, whole.op_count,
				       &err), 0);
		cr_assert_eq(head.output_count, tail.input_count);
		for (int i = 0; i < tail.input_count; i++)
			cr_assert_str_eq(tail.tensors[tail.inputs[i]].name,
					 head.tensors[head.outputs[i]].name);
		cr_assert_leq(out_bytes(&head), sizeof(middle));
		infer(&head, in, middle);
		infer(&tail, middle, got);
		cr_assert_arr_eq(got, want, sizeof(want), "cut at %d", k);
		model_release(&head);
		model_release(&tail);
	}
	model_release(&whole);
}

/* A state stays in the part of its operation and is no port. */
Test(cut, states_stay_inside)
{
	struct buf file = BUF_INIT;
	struct model whole, part;
	struct err err = { 0 };

	cr_assert_eq(file_read(TESTDATA "/model/text/states.txt", 1 << 20,
			       &file, &err), 0);
	cr_assert_eq(model_parse(&whole, (const char *)file.data, file.len,
				 &err), 0, "%s", err.text);
	for (int k = 0; k < whole.op_count; k++) {
		cr_assert_eq(model_cut(&part, &whole, k, k + 1, &err), 0,
			     "%s", err.text);
		cr_assert_eq(part.input_count, 1);
		cr_assert_eq(part.output_count, 1);
		model_release(&part);
	}
	model_release(&whole);
	buf_release(&file);
}

Test(cut, an_empty_range_is_refused)
{
	struct model whole, part;
	struct err err = { 0 };

	sample_model(&whole, KERN_S8);
	cr_assert_eq(model_cut(&part, &whole, 2, 2, &err),
		     ERR_RANGE);
	cr_assert_eq(model_cut(&part, &whole, 0, 99, NULL),
		     ERR_RANGE);
	cr_assert_eq(part.op_count, 0);
	model_release(&whole);
}
