#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdio.h>

#include "cli/cli.h"

TestSuite(say, .init = cr_redirect_stderr);

Test(say, an_error_has_place_and_hint_and_a_status)
{
	struct err err = { 0 };

	err_set(&err, ERR_FORMAT, "cannot read 'a'");
	err_at(&err, "line 3");
	err_hint(&err, "write it again");
	cr_assert_eq(cli_finish(&err), 3);
	fflush(stderr);
	cr_assert_stderr_eq_str("error: cannot read 'a': line 3\n"
				"hint: write it again\n");
}

Test(say, foreign_bytes_cannot_repaint_the_terminal)
{
	cli_warn("file '%s'", "a\033[2J\nerror: fake");
	fflush(stderr);
	cr_assert_stderr_eq_str("warning: file 'a?[2J?error: fake'\n");
}

Test(say, success_is_silent)
{
	struct err err = { 0 };

	cr_assert_eq(cli_finish(&err), 0);
	cli_note("wrote '%s'", "x");
	fflush(stderr);
	cr_assert_stderr_eq_str("wrote 'x'\n");
}

Test(say, endless_words_are_cut)
{
	char text[3000];

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = 'x';
	text[sizeof(text) - 1] = '\0';
	cli_warn("%s", text);
	fflush(stderr);
}

Test(say, unknown_words_are_named_with_a_near_one)
{
	static const char *const words[] = { "train", "label" };
	struct err err = { 0 };

	cr_assert_eq(cli_unknown("command", "trian", words, 2, &err),
		     ERR_USAGE);
	cr_assert_str_eq(err.text, "'trian' is not a command");
	cr_assert_str_eq(err.hint, "did you mean 'train'?");
	fflush(stderr);
}

Test(say, a_closed_standard_output_is_an_error)
{
	struct err err = { 0 };
	FILE *full = fopen("/dev/full", "w");

	if (!full)
		cr_skip_test("no /dev/full");
	stdout = full;
	cli_print("product");
	cr_assert_eq(cli_finish(&err), 4);
	cr_assert_eq(err.kind, ERR_FULL);
}
