/*
 * cli - how every command of tinyml speaks: options, voices, exit status.
 *
 * Three voices.  Product on standard output; `error:`, `warning:`, `hint:` on
 * standard error; progress (cli/meter.h) on a terminal only.  Foreign bytes
 * are neutralised.  Colour only on a terminal and without NO_COLOR.
 *
 * A main function:
 *
 *     struct opt options[] = {
 *         OPT_TEXT('o', "output", "FILE", "write to FILE", &args.output),
 *         OPT_END
 *     };
 *     struct cli cli = { "collect", synopsis, "summary", options };
 *     struct err err = { 0 };
 *
 *     if (cli_parse(&cli, &argc, &argv, &err))
 *         collect(&args, argc, argv, &err);
 *     return cli_finish(&err);
 */
#ifndef TINYML_CLI_CLI_H
#define TINYML_CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"

enum opt_kind { OPT_KIND_END, OPT_KIND_FLAG, OPT_KIND_TEXT, OPT_KIND_NUMBER,
		OPT_KIND_LIST };

/* Texts given to a repeatable option, in order; entries point into argv. */
struct opt_list {
	const char *items[64];
	size_t n;
};

struct opt {
	enum opt_kind kind;
	char letter;		/* 0: long name only */
	const char *name;	/* without dashes */
	const char *arg;	/* argument's name in help; NULL for flags */
	const char *help;	/* lower case, no full stop */
	void *value;		/* bool, const char *, long, struct opt_list */
	long min, max;		/* OPT_NUMBER's range */
};

#define OPT_FLAG(letter, name, help, value) \
	{ OPT_KIND_FLAG, letter, name, NULL, help, value, 0, 0 }
#define OPT_TEXT(letter, name, arg, help, value) \
	{ OPT_KIND_TEXT, letter, name, arg, help, value, 0, 0 }
#define OPT_NUMBER(letter, name, arg, help, value, min, max) \
	{ OPT_KIND_NUMBER, letter, name, arg, help, value, min, max }
#define OPT_LIST(letter, name, arg, help, value) \
	{ OPT_KIND_LIST, letter, name, arg, help, value, 0, 0 }
#define OPT_END { OPT_KIND_END, 0, NULL, NULL, NULL, NULL, 0, 0 }

struct cli {
	const char *name;	/* the verb: "collect"; "" for tinyml itself */
	const char *synopsis;	/* what follows `tinyml VERB`, one use a line */
	const char *summary;	/* one sentence, lower case, no full stop */
	const struct opt *options;
};

/*
 * Read the options (before or between operands; `--` ends them) and leave the
 * operands in argv[0..argc).  -h, --help and --version are added to every
 * command.  False when there is nothing more to do: help was printed, or err
 * says what is wrong (ERR_USAGE).
 */
bool cli_parse(const struct cli *cli, int *argc, char ***argv,
	       struct err *err);

/* As cli_parse, but the first operand ends the options (for dispatchers). */
bool cli_parse_leading(const struct cli *cli, int *argc, char ***argv,
		       struct err *err);

/*
 * Flush standard output and check that it arrived, print err with its place
 * and hint, and return the exit status for main.  ERR_NO prints its text
 * without `error:` when the text is empty.
 */
int cli_finish(struct err *err);

/* ERR_USAGE in words: an operand too many; a word that is none of words. */
int cli_excess(const char *operand, struct err *err);
int cli_unknown(const char *what, const char *word, const char *const *words,
		size_t n, struct err *err);

/* Product on standard output. */
void cli_print(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void cli_write(const void *bytes, size_t n);

/*
 * A report beside an artifact: on standard output, or, when that carries the
 * artifact (output is "-"; NULL: it does not), line by line on standard error.
 */
void cli_report(const struct buf *text, const char *output);

/* Send what was printed on its way, before another program prints. */
void cli_flush(void);

void cli_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void cli_hint(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* A warning for each line of text (may be NULL), then for how many more there
 * would be, unless 0. */
void cli_warn_lines(const char *text, size_t more);

/* One line of talk on standard error ("wrote 'model.tar'"). */
void cli_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

extern const char cli_version[];	/* "1.0.0" */

#endif
