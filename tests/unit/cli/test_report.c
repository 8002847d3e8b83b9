#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdio.h>

#include "cli/cli.h"

static void redirect(void)
{
	cr_redirect_stdout();
	cr_redirect_stderr();
}

TestSuite(report, .init = redirect);

static void report(const char *output)
{
	struct buf text = BUF_INIT;

	buf_adds(&text, "one\n\ntwo\033\nlast");
	cli_report(&text, output);
	fflush(stdout);
	fflush(stderr);
	buf_release(&text);
}

Test(report, is_the_product_when_standard_output_is_free)
{
	report("x.tar");
	cr_assert_stdout_eq_str("one\n\ntwo\033\nlast");
}

Test(report, without_output_too)
{
	report(NULL);
	cr_assert_stdout_eq_str("one\n\ntwo\033\nlast");
}

Test(report, is_talk_beside_an_artifact)
{
	report("-");
	cr_assert_stderr_eq_str("one\n\ntwo?\nlast\n");
}

Test(report, nothing_to_report_is_fine)
{
	const struct buf empty = BUF_INIT;

	cli_report(&empty, "-");
	cli_report(&empty, NULL);
	cli_warn_lines(NULL, 0);
	cli_warn_lines("", 0);
	fflush(stderr);
	fprintf(stderr, "end");
	fflush(stderr);
	cr_assert_stderr_eq_str("end");
}

Test(report, warnings_line_by_line_and_how_many_more)
{
	cli_warn_lines("a\nb\n", 3);
	fflush(stderr);
	cr_assert_stderr_eq_str("warning: a\nwarning: b\n"
				"warning: and 3 more\n");
}
