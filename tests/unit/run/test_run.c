#include <criterion/criterion.h>

#include "bits/err.h"
#include "guarded.h"
#include "run/run.h"
#include "small_image.h"

static struct small_image image;

static int open_into(struct run *run, struct guarded *arena)
{
	return run_open(run, &run_ref, image.bytes, image.n, arena->data,
			arena->n);
}

static void fill_input(struct run *run)
{
	struct run_tensor in = run_input(run, 0);

	for (uint32_t i = 0; i < in.desc.bytes; i++)
		in.data[i] = (uint8_t)(i * 37 + 11);
}

Test(run, executes_all_operations_inside_the_arena)
{
	struct guarded arena = guarded_init(SMALL_IMAGE_ARENA);
	struct run_tensor out;
	struct run run;
	int sum = 0;

	small_image_make(&image);
	cr_assert_eq(open_into(&run, &arena), 0);
	cr_assert_leq(sizeof(run), 200);
	cr_assert_eq(run_op_count(&run), SMALL_IMAGE_OPS);
	cr_assert_eq(run_input_count(&run), 1);
	cr_assert_eq(run_output_count(&run), 1);
	cr_assert_eq(run_input(&run, 0).desc.bytes, SMALL_IMAGE_INPUT);
	fill_input(&run);
	run_invoke(&run);
	out = run_output(&run, 0);
	for (int i = 0; i < SMALL_IMAGE_OUTPUT; i++)
		sum += (int8_t)out.data[i] + 128;
	cr_assert(sum >= 250 && sum <= 258, "softmax sums to %d", sum);
	cr_assert(guarded_intact(&arena));
	guarded_release(&arena);
}

static int count_steps(void *ctx, struct run *run, unsigned op)
{
	unsigned *next = ctx;

	(void)run;
	cr_assert_eq(op, *next);
	return ++*next == 6 ? 77 : 0;
}

Test(run, parts_one_after_another_equal_the_whole)
{
	struct guarded a = guarded_init(SMALL_IMAGE_ARENA);
	struct guarded b = guarded_init(SMALL_IMAGE_ARENA);
	struct run whole, parts;
	unsigned next = 0;

	small_image_make(&image);
	cr_assert_eq(open_into(&whole, &a), 0);
	cr_assert_eq(open_into(&parts, &b), 0);
	fill_input(&whole);
	fill_input(&parts);
	run_invoke(&whole);
	cr_assert_eq(run_steps(&parts, 0, 3, count_steps, &next), 0);
	cr_assert_eq(run_steps(&parts, 3, 8, count_steps, &next), 77);
	cr_assert_eq(next, 6);
	cr_assert_eq(run_steps(&parts, 6, 8, NULL, NULL), 0);
	cr_assert_arr_eq(run_output(&whole, 0).data,
			 run_output(&parts, 0).data, SMALL_IMAGE_OUTPUT);
	guarded_release(&a);
	guarded_release(&b);
}

Test(run, host_set_gives_the_same_bytes)
{
	struct guarded a = guarded_init(SMALL_IMAGE_ARENA);
	struct guarded b = guarded_init(SMALL_IMAGE_ARENA);
	struct run board, host;

	small_image_make(&image);
	cr_assert_eq(open_into(&board, &a), 0);
	cr_assert_eq(run_open(&host, &run_host, image.bytes, image.n, b.data,
			      b.n), 0);
	fill_input(&board);
	fill_input(&host);
	run_invoke(&board);
	run_invoke(&host);
	cr_assert_arr_eq(run_output(&board, 0).data, run_output(&host, 0).data,
			 SMALL_IMAGE_OUTPUT);
	guarded_release(&a);
	guarded_release(&b);
}

Test(run, refuses_what_it_cannot_hold_or_run)
{
	struct guarded arena = guarded_init(SMALL_IMAGE_ARENA);
	struct run run;

	small_image_make(&image);
	arena.n--;
	cr_assert_eq(open_into(&run, &arena), ERR_NOFIT);
	arena.n++;
	cr_assert_eq(run_open(&run, &run_ref, image.bytes, image.n,
			      arena.data + 4, arena.n), ERR_FORMAT);
	le_put32(image.bytes + 16, RUN_VERSION + 1);
	cr_assert_eq(open_into(&run, &arena), ERR_UNSUPPORTED);
	le_put32(image.bytes + 16, RUN_VERSION);
	le_put32(image.bytes + 20, KERN_SET_M4);
	cr_assert_eq(open_into(&run, &arena), ERR_UNSUPPORTED);
	guarded_release(&arena);
}
