#include <criterion/criterion.h>
#include <string.h>

#include "labels/pattern.h"

static struct pattern p;
static struct pattern_match m;

static bool match(const char *pattern, const char *name)
{
	cr_assert_eq(pattern_init(&p, "label.pattern", pattern, NULL), 0);
	return pattern_match(&p, name, &m);
}

static bool is(int field, const char *text)
{
	return m.value[field].n == strlen(text) &&
	       memcmp(m.value[field].text, text, m.value[field].n) == 0;
}

Test(pattern, fields_come_out_of_the_base_name)
{
	cr_assert(match("{label}_{speaker}_{index}", "rec/7_jackson_32.wav"));
	cr_assert(is(0, "7") && is(1, "jackson") && is(2, "32"));
	cr_assert(match("take-{n}.{label}", "take-3.yes.wav"));
	cr_assert(is(0, "3") && is(1, "yes"));
	cr_assert(match("{label}!", "stop!.wav"));
	cr_assert(match("{label}", ".hidden"));
}

Test(pattern, with_a_slash_the_whole_name_counts)
{
	cr_assert(match("{part}/{label}/{index}", "test/yes/7.wav"));
	cr_assert(is(0, "test") && is(1, "yes") && is(2, "7"));
	cr_assert_not(match("{part}/{label}/{index}", "a/test/yes/7.wav"));
	cr_assert_not(match("{part}/{label}/{index}", "yes/7.wav"));
}

Test(pattern, nothing_is_guessed)
{
	cr_assert_not(match("{label}_{speaker}_{index}", "turn_on_anna_3.wav"));
	cr_assert_not(match("{label}_{speaker}_{index}", "yes_3.wav"));
	cr_assert_not(match("{label}_{speaker}_{index}", "_anna_3.wav"));
	cr_assert_not(match("{label}_{speaker}_{index}", "yes_anna_.wav"));
	cr_assert_not(match("x{label}", "yes.wav"));
	cr_assert_not(match("{label}x", "yes.wav"));
}

Test(pattern, mistakes_are_named_with_their_column)
{
	static const struct {
		const char *text, *place;
	} bad[] = {
		{ "{label", "column 1" }, { "label}", "column 6" },
		{ "{}", "column 1" }, { "{a}{b}", "column 4" },
		{ "{a}_{a}", "column 5" }, { "{a b}", "column 3" },
		{ "label", "column 1" }, { "", "column 1" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct err err = { 0 };

		cr_assert_eq(pattern_init(&p, "label.pattern", bad[i].text,
					  &err), ERR_FORMAT, "%zu", i);
		cr_assert_str_eq(err.place, bad[i].place, "%s", bad[i].text);
	}
}

static bool where(const char *condition, const char *name)
{
	struct pattern_where w;

	cr_assert(match("{label}_{speaker}_{index}", name));
	cr_assert_eq(pattern_where_init(&w, "label.test_where", condition, &p,
					NULL), 0);
	return pattern_where_holds(&w, &m);
}

Test(pattern, conditions_are_ranges_numbers_and_words)
{
	cr_assert(where("index=0-4", "7_anna_4.wav"));
	cr_assert(where("index=0-4", "7_anna_004.wav"));
	cr_assert_not(where("index=0-4", "7_anna_5.wav"));
	cr_assert_not(where("index=0-4", "7_anna_x.wav"));
	cr_assert(where("index=0-4,9", "7_anna_9.wav"));
	cr_assert(where("speaker=ben,anna", "7_anna_9.wav"));
	cr_assert(where("speaker=an-na", "7_an-na_9.wav"));
	cr_assert_not(where("speaker=ann", "7_anna_9.wav"));
	cr_assert_not(where("", "7_anna_9.wav"));
}

Test(pattern, conditions_that_say_nothing_are_refused)
{
	static const char *const bad[] = { "index", "index=", "index=1,,2",
					   "index=4-0", "=3", "voice=1" };
	struct pattern_where w;

	match("{label}_{speaker}_{index}", "7_anna_9.wav");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert_lt(pattern_where_init(&w, "label.test_where", bad[i],
						&p, NULL), 0, "%s", bad[i]);
}
