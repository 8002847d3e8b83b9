#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/cli.h"

static const char *program(const struct cli *cli)
{
	return cli->name[0] ? " " : "";
}

static void print_synopsis(const struct cli *cli)
{
	const char *p = cli->synopsis, *lead = "usage:";

	while (*p) {
		size_t n = strcspn(p, "\n");

		cli_print("%s tinyml%s%s %.*s\n", lead, program(cli), cli->name,
			  (int)n, p);
		lead = "   or:";
		p += n + (p[n] == '\n');
	}
}

static void print_option(const struct opt *o)
{
	char left[64];

	snprintf(left, sizeof(left), "%c%c%c --%s%s%s", o->letter ? '-' : ' ',
		 o->letter ? o->letter : ' ', o->letter ? ',' : ' ', o->name,
		 o->arg ? " " : "", o->arg ? o->arg : "");
	if (strlen(left) > 24)
		cli_print("  %s\n  %24s  %s\n", left, "", o->help);
	else
		cli_print("  %-24s  %s\n", left, o->help);
}

static const struct opt common[] = {
	{ OPT_KIND_FLAG, 'h', "help", NULL, "print this help and exit", NULL,
	  0, 0 },
	{ OPT_KIND_FLAG, 0, "version", NULL, "print the version and exit",
	  NULL, 0, 0 },
	OPT_END
};

static void print_help(const struct cli *cli)
{
	print_synopsis(cli);
	cli_print("\n%s\n\noptions:\n", cli->summary);
	for (const struct opt *o = cli->options; o->kind; o++)
		print_option(o);
	for (const struct opt *o = common; o->kind; o++)
		print_option(o);
}

static const struct opt *find_long(const struct cli *cli, const char *name,
				   size_t n)
{
	for (const struct opt *o = cli->options; o->kind; o++)
		if (strlen(o->name) == n && memcmp(o->name, name, n) == 0)
			return o;
	for (const struct opt *o = common; o->kind; o++)
		if (strlen(o->name) == n && memcmp(o->name, name, n) == 0)
			return o;
	return NULL;
}

static const struct opt *find_letter(const struct cli *cli, char letter)
{
	for (const struct opt *o = cli->options; o->kind; o++)
		if (o->letter == letter)
			return o;
	return letter == 'h' ? common : NULL;
}

static int unknown(const struct cli *cli, const char *word, size_t n,
		   struct err *err)
{
	const char *names[64], *near;
	char name[64];
	size_t count = 0;

	for (const struct opt *o = cli->options; o->kind && count < 62; o++)
		names[count++] = o->name;
	names[count++] = "help";
	names[count++] = "version";
	err_set(err, ERR_USAGE, "unknown option '%.*s'", (int)n, word);
	snprintf(name, sizeof(name), "%.*s", n > 2 ? (int)n - 2 : 0, word + 2);
	near = n > 2 ? text_nearest(name, names, count) : NULL;
	if (near)
		err_hint(err, "did you mean '--%s'?", near);
	else
		err_hint(err, "see 'tinyml%s%s -h'", program(cli), cli->name);
	return ERR_USAGE;
}

static int store_list(const struct opt *o, const char *text, struct err *err)
{
	struct opt_list *list = o->value;
	size_t room = sizeof(list->items) / sizeof(list->items[0]);

	if (list->n == room)
		return err_set(err, ERR_USAGE, "option '--%s' given more than "
			       "%zu times", o->name, room);
	list->items[list->n++] = text;
	return 0;
}

static int store(const struct opt *o, const char *text, struct err *err)
{
	switch (o->kind) {
	case OPT_KIND_FLAG:
		*(bool *)o->value = true;
		return 0;
	case OPT_KIND_TEXT:
		*(const char **)o->value = text;
		return 0;
	case OPT_KIND_LIST:
		return store_list(o, text, err);
	case OPT_KIND_NUMBER:
		if (text_long(text, o->min, o->max, o->value))
			return 0;
		return err_set(err, ERR_USAGE, "option '--%s' takes a whole "
			       "number from %ld to %ld, not '%s'", o->name,
			       o->min, o->max, text);
	case OPT_KIND_END:
		break;
	}
	return 0;
}

struct scan {
	const struct cli *cli;
	char **argv;
	int argc, next, operands;
	bool done;		/* help or version was printed */
};

/* The option's argument: the rest of this word, or the next word. */
static int with_argument(struct scan *s, const struct opt *o, const char *rest,
			 struct err *err)
{
	if (!o->arg && rest)
		return err_set(err, ERR_USAGE, "option '--%s' takes no "
			       "argument", o->name);
	if (o->arg && !rest) {
		if (s->next == s->argc)
			return err_set(err, ERR_USAGE, "option '--%s' needs "
				       "an argument: %s", o->name, o->arg);
		rest = s->argv[s->next++];
	}
	if (!o->value) {	/* one of common[] */
		if (o->letter == 'h')
			print_help(s->cli);
		else
			cli_print("tinyml %s\n", cli_version);
		s->done = true;
		return 0;
	}
	return store(o, rest, err);
}

static int long_option(struct scan *s, const char *word, struct err *err)
{
	size_t n = strcspn(word + 2, "=");
	const struct opt *o = find_long(s->cli, word + 2, n);

	if (!o)
		return unknown(s->cli, word, n + 2, err);
	return with_argument(s, o, word[n + 2] ? word + n + 3 : NULL, err);
}

static int short_options(struct scan *s, const char *word, struct err *err)
{
	int ret = 0;

	for (const char *p = word + 1; *p && !ret && !s->done; p++) {
		const struct opt *o = find_letter(s->cli, *p);

		if (!o) {
			char shown[3] = { '-', *p, '\0' };

			return unknown(s->cli, shown, 2, err);
		}
		if (o->arg) {
			return with_argument(s, o, p[1] ? p + 1 : NULL, err);
		}
		ret = with_argument(s, o, NULL, err);
	}
	return ret;
}

static bool parse(const struct cli *cli, int *argc, char ***argv,
		  bool leading, struct err *err)
{
	struct scan s = { cli, *argv, *argc, 1, 0, false };
	bool options = true;
	int ret = 0;

	while (s.next < s.argc && !ret && !s.done) {
		char *word = s.argv[s.next++];

		if (!options || word[0] != '-' || !word[1]) {
			s.argv[s.operands++] = word;
			options = options && !leading;
		} else if (strcmp(word, "--") == 0) {
			options = false;
		} else if (word[1] == '-') {
			ret = long_option(&s, word, err);
		} else {
			ret = short_options(&s, word, err);
		}
	}
	s.argv[s.operands] = NULL;
	*argc = s.operands;
	return !ret && !s.done;
}

bool cli_parse(const struct cli *cli, int *argc, char ***argv,
	       struct err *err)
{
	return parse(cli, argc, argv, false, err);
}

bool cli_parse_leading(const struct cli *cli, int *argc, char ***argv,
		       struct err *err)
{
	return parse(cli, argc, argv, true, err);
}
