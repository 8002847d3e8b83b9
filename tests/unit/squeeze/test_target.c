#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "sample_model.h"
#include "squeeze/target.h"

/* One fully connected int8 layer: the arena holds both ends, the image the
 * weights. */
static void layer(struct model *m, int inputs, int outputs)
{
	const int32_t shape[2] = { outputs, inputs };
	int x, w, y;

	model_init(m, "layer");
	x = model_add_tensor(m, "x", KERN_S8, MODEL_SHAPE(1, inputs));
	model_set_quant(m, x, 0.05f, 3);
	w = model_add_const(m, "w", KERN_S8, 2, shape, NULL);
	for (int i = 0; i < inputs * outputs; i++)
		((int8_t *)m->tensors[w].data)[i] = (int8_t)(i % 200 - 100);
	model_set_quant(m, w, 0.01f, 0);
	y = model_add_tensor(m, "y", KERN_S8, MODEL_SHAPE(1, outputs));
	model_set_quant(m, y, 0.1f, 0);
	model_add_op(m, KERN_FULLY_CONNECTED, NULL, (int[]){ x, w }, 2, y);
	model_add_input(m, x);
	model_add_output(m, y);
	cr_assert_eq(model_check(m, NULL), 0);
}

struct made {
	struct target_files files;
	struct err err;
};

static int make(struct made *made, const char *board, const struct model *m)
{
	const struct target_parts parts = {
		.source_id = "abc", .name = "p", .with_c = true,
		.memory = { .streaming = PLAN_STREAM_SHORT },
	};

	*made = (struct made){ 0 };
	return target_make(board, m, &parts, &made->files, &made->err);
}

static void drop(struct made *made, struct model *m)
{
	target_files_release(&made->files);
	model_release(m);
}

Test(target, what_fits_is_planned_emitted_and_described)
{
	struct made made;
	struct model m;

	sample_model(&m, KERN_S8);
	cr_assert_eq(make(&made, "microbit", &m), 0, "%s", made.err.text);
	cr_assert_str_eq(made.files.fit.name, "microbit");
	cr_assert_eq(made.files.fit.image_bytes, made.files.image.len);
	cr_assert_leq(made.files.fit.arena_bytes, made.files.fit.arena_room);
	cr_assert_leq(made.files.fit.bound_bytes, made.files.fit.arena_bytes);
	cr_assert_gt(made.files.fit.const_bytes, 0);
	cr_assert_gt(made.files.plan.len, 0);
	cr_assert_not_null(strstr((char *)made.files.c.data, "model_invoke"));
	drop(&made, &m);
}

Test(target, too_little_ram_says_how_much_is_missing)
{
	struct made made;
	struct model m;

	layer(&m, 8192, 4);	/* 8192 for x, 16 for y; 8192 are there */
	cr_assert_eq(make(&made, "microbit", &m), ERR_NOFIT);
	cr_assert_str_eq(made.err.text, "the model does not fit 'microbit': "
			 "its arena needs 8208 bytes of RAM, 8192 are there, "
			 "16 are missing");
	cr_assert_str_eq(made.err.hint, "train a smaller network ('filters', "
			 "'blocks') or choose a board with more RAM");
	drop(&made, &m);
}

Test(target, what_is_short_of_ram_runs_in_stripes)
{
	struct made made;
	struct model m;

	sample_wide(&m, 32, 20);	/* 10,240 bytes between both */
	cr_assert_eq(make(&made, "microbit", &m), 0, "%s", made.err.text);
	cr_assert_leq(made.files.fit.arena_bytes, 8192);
	cr_assert_not_null(strstr((char *)made.files.plan.data,
				  "stream       operations 0 to 1"));
	drop(&made, &m);
}

Test(target, too_little_slow_memory_says_how_much_is_missing)
{
	const char *const names[] = { "a" };
	struct target_parts parts = {
		.source_id = "abc", .name = "p",
		.memory = { .slow = names, .slow_count = 1,
			    .slow_room = 10000 },
	};
	struct made made = { 0 };
	struct model m;

	sample_wide(&m, 32, 20);	/* 10,240 bytes of a */
	cr_assert_eq(target_make("microbit", &m, &parts, &made.files,
				 &made.err), ERR_NOFIT);
	cr_assert_str_eq(made.err.text, "the model does not fit 'microbit': "
			 "the tensors in slow memory need 10240 bytes, 10000 "
			 "are there, 240 are missing");
	target_files_release(&made.files);
	made = (struct made){ 0 };
	parts.memory.slow_room = 10240;
	cr_assert_eq(target_make("microbit", &m, &parts, &made.files,
				 &made.err), 0, "%s", made.err.text);
	cr_assert_eq(made.files.fit.slow_bytes, 10240);
	cr_assert_leq(made.files.fit.arena_bytes, 4000);
	drop(&made, &m);
}

Test(target, too_little_flash_says_how_much_is_missing)
{
	char want[200];
	struct made made;
	struct model m;

	layer(&m, 4096, 16);	/* 64 kB of weights, as large as the slot */
	cr_assert_eq(make(&made, "microbit", &m), ERR_NOFIT);
	cr_assert_gt(made.files.image.len, 65536);
	snprintf(want, sizeof(want), "the model does not fit 'microbit': its "
		 "image needs %zu bytes of flash, a slot has 65024, %zu are "
		 "missing", made.files.image.len, made.files.image.len - 65024);
	cr_assert_str_eq(made.err.text, want);
	drop(&made, &m);
}

Test(target, the_last_byte_of_ram_may_be_used)
{
	struct made made;
	struct model m;

	layer(&m, 8176, 4);
	cr_assert_eq(make(&made, "microbit", &m), 0, "%s", made.err.text);
	cr_assert_eq(made.files.fit.arena_bytes, made.files.fit.arena_room);
	drop(&made, &m);
}

Test(target, an_unknown_board_is_said_with_the_near_one)
{
	struct made made;
	struct model m;

	sample_model(&m, KERN_S8);
	cr_assert_eq(make(&made, "microbitt", &m), ERR_MISSING);
	cr_assert_str_eq(made.err.hint, "did you mean 'microbit'?");
	drop(&made, &m);
}
