#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdio.h>

#include "cli/cli.h"

struct args {
	bool loud;
	const char *output;
	long number;
	struct opt_list inputs;
};

/* Parse words (a NULL behind the last) as `tinyml demo`. */
static bool parse(struct args *args, char **words, int *argc,
		  bool leading, struct err *err)
{
	struct opt options[] = {
		OPT_FLAG('l', "loud", "say more", &args->loud),
		OPT_TEXT('o', "output", "FILE", "write to FILE",
			 &args->output),
		OPT_NUMBER('n', "number", "N", "how many", &args->number,
			   -5, 100),
		OPT_LIST(0, "input", "FILE", "one more input", &args->inputs),
		OPT_END
	};
	struct cli cli = { "demo", "[options] FILE\n-x", "does nothing",
			   options };

	*args = (struct args){ 0 };
	*argc = 0;
	while (words[*argc])
		++*argc;
	return leading ? cli_parse_leading(&cli, argc, &words, err) :
			 cli_parse(&cli, argc, &words, err);
}

#define WORDS(...) \
	(char *[]){ (char *)(size_t)"tinyml-demo", __VA_ARGS__, NULL }
#define W(text) ((char *)(size_t)(text))

Test(options, every_spelling)
{
	char **words = WORDS(W("-lofile"), W("a"), W("--number=7"),
			     W("--input"), W("x"), W("b"), W("--input=y"));
	struct err err = { 0 };
	struct args args;
	int argc;

	cr_assert(parse(&args, words, &argc, false, &err));
	cr_assert(args.loud);
	cr_assert_str_eq(args.output, "file");
	cr_assert_eq(args.number, 7);
	cr_assert_eq(args.inputs.n, 2);
	cr_assert_str_eq(args.inputs.items[0], "x");
	cr_assert_str_eq(args.inputs.items[1], "y");
	cr_assert_eq(argc, 2);
	cr_assert_str_eq(words[0], "a");
	cr_assert_str_eq(words[1], "b");
	cr_assert_null(words[2]);
}

Test(options, two_dashes_end_them_and_one_is_an_operand)
{
	char **words = WORDS(W("-"), W("--"), W("--loud"), W("-n"));
	struct args args;
	int argc;

	cr_assert(parse(&args, words, &argc, false, NULL));
	cr_assert_not(args.loud);
	cr_assert_eq(argc, 3);
	cr_assert_str_eq(words[0], "-");
	cr_assert_str_eq(words[1], "--loud");
	cr_assert_str_eq(words[2], "-n");
}

Test(options, the_first_operand_ends_them_for_dispatchers)
{
	char **words = WORDS(W("-l"), W("verb"), W("-o"), W("x"));
	struct args args;
	int argc;

	cr_assert(parse(&args, words, &argc, true, NULL));
	cr_assert(args.loud);
	cr_assert_null(args.output);
	cr_assert_eq(argc, 3);
	cr_assert_str_eq(words[1], "-o");
}

Test(options, a_negative_number_is_an_argument)
{
	char **words = WORDS(W("-n"), W("-5"));
	struct args args;
	int argc;

	cr_assert(parse(&args, words, &argc, false, NULL));
	cr_assert_eq(args.number, -5);
	cr_assert_eq(argc, 0);
}

static void check_wrong(char **words, const char *text, const char *hint)
{
	struct err err = { 0 };
	struct args args;
	int argc;

	cr_assert_not(parse(&args, words, &argc, false, &err));
	cr_assert_eq(err.kind, ERR_USAGE);
	cr_assert_str_eq(err.text, text);
	cr_assert_str_eq(err.hint, hint);
}

Test(options, mistakes_are_named_with_a_way_on)
{
	check_wrong(WORDS(W("--outptu=x")), "unknown option '--outptu'",
		    "did you mean '--output'?");
	check_wrong(WORDS(W("--zebra")), "unknown option '--zebra'",
		    "see 'tinyml demo -h'");
	check_wrong(WORDS(W("-lz")), "unknown option '-z'",
		    "see 'tinyml demo -h'");
	check_wrong(WORDS(W("-o")), "option '--output' needs an argument: FILE",
		    "");
	check_wrong(WORDS(W("--loud=yes")), "option '--loud' takes no argument",
		    "");
	check_wrong(WORDS(W("-n"), W("101")), "option '--number' takes a whole "
		    "number from -5 to 100, not '101'", "");
	check_wrong(WORDS(W("--number=")), "option '--number' takes a whole "
		    "number from -5 to 100, not ''", "");
	check_wrong(WORDS(W("-n7x")), "option '--number' takes a whole "
		    "number from -5 to 100, not '7x'", "");
}

Test(options, a_list_has_room_for_64)
{
	char *words[67] = { NULL };
	struct err err = { 0 };
	struct args args;
	int argc;

	words[0] = W("tinyml-demo");
	for (int i = 1; i <= 64; i++)
		words[i] = W("--input=x");
	cr_assert(parse(&args, words, &argc, false, NULL));
	cr_assert_eq(args.inputs.n, 64);
	words[0] = W("tinyml-demo");	/* parsing left no operand there */
	words[65] = W("--input=one");
	cr_assert_not(parse(&args, words, &argc, false, &err));
	cr_assert_str_eq(err.text, "option '--input' given more than 64 times");
}

Test(options, help_shows_every_option_and_ends, .init = cr_redirect_stdout)
{
	struct err err = { 0 };
	struct args args;
	int argc;

	cr_assert_not(parse(&args, WORDS(W("-h")), &argc, false, &err));
	cr_assert_eq(err.kind, ERR_OK);
	fflush(stdout);
	cr_assert_stdout_eq_str(
		"usage: tinyml demo [options] FILE\n"
		"   or: tinyml demo -x\n\n"
		"does nothing\n\noptions:\n"
		"  -l, --loud                say more\n"
		"  -o, --output FILE         write to FILE\n"
		"  -n, --number N            how many\n"
		"      --input FILE          one more input\n"
		"  -h, --help                print this help and exit\n"
		"      --version             print the version and exit\n");
}

Test(options, version_is_one_line, .init = cr_redirect_stdout)
{
	struct args args;
	char want[64];
	int argc;

	cr_assert_not(parse(&args, WORDS(W("--version"), W("--zebra")), &argc,
			    false, NULL));
	fflush(stdout);
	snprintf(want, sizeof(want), "tinyml %s\n", cli_version);
	cr_assert_stdout_eq_str(want);
}
