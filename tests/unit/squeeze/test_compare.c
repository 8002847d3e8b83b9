#include <criterion/criterion.h>
#include <string.h>

#include "squeeze/compare.h"

/* Three variants on one board of 1000 bytes RAM and 2000 flash. */
static struct compare sample(void)
{
	const struct squeeze_target room = {
		.name = "board", .arena_room = 1000, .image_room = 2000 };
	struct compare c = {
		.part = "validation", .has_labels = true,
		.as_float = { 390, 400 },
		.float_bytes = 9000, .calibrated = 50, .target_count = 1,
		.count = 3, .names = { "board" },
	};

	for (int i = 0; i < 3; i++) {
		c.rows[i] = (struct compare_row){
			.name = (const char *[]){ "small", "good", "large" }[i],
			.section = "format: int8", .made = true,
			.score = { 300, 400 }, .macs = 77,
		};
		c.rows[i].targets[0] = room;
		c.rows[i].targets[0].arena_bytes = 500;
		c.rows[i].targets[0].image_bytes = 900;
		c.rows[i].targets[0].instructions = 1000 * (unsigned)(i + 1);
	}
	return c;
}

Test(compare, among_equals_the_fewest_instructions_win)
{
	struct compare c = sample();

	cr_assert_eq(compare_choose(&c, 0), 0);
	c.rows[1].targets[0].instructions = 999;
	cr_assert_eq(compare_choose(&c, 0), 1);
	c.rows[1].targets[0].instructions = 1000;
	cr_assert_eq(compare_choose(&c, 0), 0, "the first of true equals");
	c.rows[1].targets[0].image_bytes = 899;
	cr_assert_eq(compare_choose(&c, 0), 1);
}

Test(compare, half_a_percent_of_400_is_two_recordings)
{
	struct compare c = sample();

	c.rows[2].score.right = 302;
	cr_assert_eq(compare_choose(&c, 0), 0);
	c.rows[2].score.right = 303;
	cr_assert_eq(compare_choose(&c, 0), 2);
}

Test(compare, what_does_not_fit_or_was_not_made_is_not_chosen)
{
	struct compare c = sample();

	c.rows[0].targets[0].arena_bytes = 1001;
	cr_assert_eq(compare_choose(&c, 0), 1);
	c.rows[1].targets[0].image_bytes = 2001;
	cr_assert_eq(compare_choose(&c, 0), 2);
	c.rows[2].made = false;
	cr_assert_eq(compare_choose(&c, 0), -1);
}

/* The best answers count only if their variant fits. */
Test(compare, a_variant_too_large_does_not_set_the_mark)
{
	struct compare c = sample();

	c.rows[2].score.right = 400;
	c.rows[2].targets[0].image_bytes = 5000;
	cr_assert_eq(compare_choose(&c, 0), 0);
}

Test(compare, the_table_marks_fit_and_choice_and_says_why)
{
	struct compare c = sample();
	struct buf out = BUF_INIT;
	const char *text;

	c.rows[2].targets[0].image_bytes = 5000;
	c.rows[1].made = false;
	strcpy(c.rows[1].why, "no reason");
	compare_print(&c, &out);
	text = (const char *)out.data;
	cr_assert_not_null(strstr(text, "* small                 75.00%"));
	cr_assert_not_null(strstr(text, "  good                 not made: no "
				  "reason\n"));
	cr_assert_not_null(strstr(text, "too large\n"));
	cr_assert_not_null(strstr(text, "Chosen: small."));
	cr_assert_not_null(strstr(text, "500 of 1000 bytes of RAM and 1100 "
				  "of 2000 of flash"));
	cr_assert_not_null(strstr(text, "    squeeze: {format: int8}\n"));
	buf_release(&out);
}

Test(compare, nothing_that_fits_is_said_with_the_boards_room)
{
	struct compare c = sample();
	struct buf out = BUF_INIT;

	for (int i = 0; i < 3; i++)
		c.rows[i].targets[0].arena_bytes = 5000;
	compare_print(&c, &out);
	cr_assert_not_null(strstr((const char *)out.data, "No variant fits "
		"'board': it has 1000 bytes of RAM for an arena and 2000 of "
		"flash for an image.\n"));
	buf_release(&out);
}

Test(compare, json_names_what_was_chosen)
{
	struct compare c = sample();
	struct buf out = BUF_INIT;

	compare_json(&c, &out);
	cr_assert_not_null(strstr((const char *)out.data,
		"  \"chosen\": [\n"
		"    {\n"
		"      \"target\": \"board\",\n"
		"      \"variant\": \"small\"\n"
		"    }\n"
		"  ]\n"));
	buf_release(&out);
}
