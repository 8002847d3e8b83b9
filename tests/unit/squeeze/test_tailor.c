#include <criterion/criterion.h>
#include <string.h>

#include "squeeze/tailor.h"

/* Three variants, one of which was not made, for a large and a small target. */
static void fill(struct compare *c)
{
	static const struct compare_row rows[3] = {
		{ .name = "int8", .section = "equalise: yes", .made = true,
		  .score = { 90, 100 },
		  .targets = { { .arena_room = 100, .image_room = 100,
				 .arena_bytes = 60, .image_bytes = 60 },
			       { .arena_room = 50, .image_room = 100,
				 .arena_bytes = 60, .image_bytes = 60 } } },
		{ .name = "int16x8", .section = "format: int16x8",
		  .made = true, .score = { 99, 100 },
		  .targets = { { .arena_room = 100, .image_room = 100,
				 .arena_bytes = 90, .image_bytes = 60 },
			       { .arena_room = 50, .image_room = 100,
				 .arena_bytes = 90, .image_bytes = 60 } } },
		{ .name = "broken", .section = "" },
	};

	*c = (struct compare){ .part = "validation", .has_labels = true,
			       .as_float = { 99, 100 }, .target_count = 2,
			       .count = 3, .names = { "large", "small" } };
	memcpy(c->rows, rows, sizeof(rows));
}

Test(tailor, only_auto_asks_for_it)
{
	struct project_squeeze how = { .format = "auto" };

	cr_assert(tailor_is_asked(&how));
	how.format = "int16x8";
	cr_assert_not(tailor_is_asked(&how));
}

Test(tailor, says_what_fits_and_what_was_better)
{
	static struct compare c;
	struct squeeze_target t = { 0 };

	fill(&c);
	tailor_tell(&c, 0, 0, &t);
	cr_assert_str_eq(t.variant, "int8");
	cr_assert_str_eq(t.section, "equalise: yes");
	cr_assert_str_eq(t.why, "2 of 3 fit, validation part 90 of 100 "
			 "(best 99), cheapest of equals");
	tailor_tell(&c, 1, 0, &t);
	cr_assert_not_null(strstr(t.why, "0 of 3 fit"));
}
