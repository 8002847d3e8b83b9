/*
 * Two memories: what is told to lie in the second one does, both arenas are
 * exact, and nothing changes but addresses.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "plan/plan.h"
#include "plan/runner.h"
#include "sample_model.h"

static int plan_slow(struct plan *plan, const struct model *m,
		     const char *const *names, int n, struct err *err)
{
	const struct plan_options options = {
		.set = KERN_SET_M4, .slow = names, .slow_count = n,
	};

	return plan_init_options(plan, m, &options, err);
}

static void emit(const struct plan *plan, struct buf *image)
{
	image->len = 0;
	cr_assert_eq(plan_emit_image(plan, NULL, image, NULL), 0);
}

/* The answer to the input 11, 48, 85 ... */
static void answer(const struct buf *image, uint8_t *out)
{
	struct err err = { 0 };
	struct plan_runner r;
	uint8_t in[4000];

	cr_assert_eq(plan_runner_open(&r, image->data, image->len, &err), 0,
		     "%s", err.text);
	for (size_t i = 0; i < r.input_bytes; i++)
		in[i] = (uint8_t)(11 + 37 * i);
	plan_runner_infer(&r, in, out);
	cr_assert(plan_runner_guards_hold(&r));
	plan_runner_close(&r);
}

Test(slow, each_memory_has_an_exact_arena)
{
	const char *const names[] = { "a" };
	struct err err = { 0 };
	struct plan plan, whole;
	struct model m;

	sample_wide(&m, 24, 10);	/* x 960, a 3840, b 960 */
	cr_assert_eq(plan_init(&whole, &m, KERN_SET_M4, &err), 0);
	cr_assert_eq(plan_slow(&plan, &m, names, 1, &err), 0, "%s", err.text);
	cr_assert_eq(plan_check(&plan, &err), 0, "%s", err.text);
	cr_assert_eq(whole.slow_bytes, 0);
	cr_assert_eq(plan.slow_bytes, 3840, "a and nothing else");
	cr_assert_lt(plan.arena_bytes - plan.slow_bytes, 1500,
		     "x, then b in its place, and scratch");
	cr_assert(plan.is_optimal);
	cr_assert_eq(plan.arena_bytes, plan.bound_bytes);
	plan_release(&whole);
	plan_release(&plan);
	model_release(&m);
}

Test(slow, the_answer_is_the_same)
{
	const char *const names[] = { "a" };
	static uint8_t want[4000], got[4000];
	struct buf image = BUF_INIT;
	struct plan plan;
	struct model m;

	sample_wide(&m, 24, 10);
	cr_assert_eq(plan_init(&plan, &m, KERN_SET_M4, NULL), 0);
	emit(&plan, &image);
	answer(&image, want);
	plan_release(&plan);
	cr_assert_eq(plan_slow(&plan, &m, names, 1, NULL), 0);
	emit(&plan, &image);
	answer(&image, got);
	cr_assert_arr_eq(got, want, 12 * 5 * 16);
	plan_release(&plan);
	model_release(&m);
	buf_release(&image);
}

/* Two blocks of memory far apart, each exactly as large as need be. */
Test(slow, the_two_memories_may_lie_anywhere)
{
	const char *const names[] = { "a" };
	_Alignas(16) static uint8_t fast[2000], slow[3840], bytes[20000];
	struct buf image = BUF_INIT;
	uint32_t room;
	struct plan plan;
	struct model m;
	struct run run;

	sample_wide(&m, 24, 10);
	cr_assert_eq(plan_slow(&plan, &m, names, 1, NULL), 0);
	emit(&plan, &image);
	room = plan.arena_bytes - plan.slow_bytes;
	memcpy(bytes, image.data, image.len);
	cr_assert_eq(run_open(&run, &run_m4, bytes, image.len, fast, 2000),
		     ERR_NOFIT, "there is no second memory");
	cr_assert_eq(run_open_slow(&run, &run_m4, bytes, image.len, fast,
				   room, slow, 3836), ERR_NOFIT);
	cr_assert_eq(run_open_slow(&run, &run_m4, bytes, image.len, fast,
				   room - 4, slow, 3840), ERR_NOFIT);
	cr_assert_eq(run_open_slow(&run, &run_m4, bytes, image.len, fast,
				   room, slow, 3840), 0);
	memset(slow, 0x55, sizeof(slow));
	run_invoke(&run);
	cr_assert_neq(slow[0] == 0x55 && slow[3839] == 0x55, true);
	cr_assert_eq(fast[room], 0);
	plan_release(&plan);
	model_release(&m);
	buf_release(&image);
}

Test(slow, a_tensor_in_both_memories_is_refused)
{
	const char *const names[] = { "a" };
	struct buf image = BUF_INIT;
	struct plan_runner r;
	struct plan plan;
	struct model m;

	sample_wide(&m, 24, 10);
	cr_assert_eq(plan_slow(&plan, &m, names, 1, NULL), 0);
	plan.slow_bytes -= PLAN_ALIGN;
	cr_assert_eq(plan_check(&plan, NULL), ERR_RANGE);
	emit(&plan, &image);
	cr_assert_neq(plan_runner_open(&r, image.data, image.len, NULL), 0);
	plan_release(&plan);
	model_release(&m);
	buf_release(&image);
}

Test(slow, names_that_are_not_there_are_refused)
{
	const char *const unknown[] = { "nobody" }, *const weights[] = { "aw" };
	struct err err = { 0 };
	struct plan plan;
	struct model m;

	sample_wide(&m, 24, 10);
	cr_assert_eq(plan_slow(&plan, &m, unknown, 1, &err), ERR_MISSING);
	cr_assert_str_eq(err.text, "the model has no tensor 'nobody' that "
			 "could lie in slow memory");
	cr_assert_eq(plan_slow(&plan, &m, weights, 1, NULL), ERR_MISSING);
	model_release(&m);
}
