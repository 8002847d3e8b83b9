#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/cli.h"

const char cli_version[] = TINYML_VERSION;

static bool colourful(void)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(STDERR_FILENO) && !(no && *no) &&
	       term && strcmp(term, "dumb") != 0;
}

/* One write per line, so that lines of parallel commands do not mix. */
static void say(const char *colour, const char *voice, const char *text)
{
	const char *on = "", *off = "";
	char safe[1024], line[1200];

	snprintf(safe, sizeof(safe), "%s", text);
	text_neutralise(safe);
	if (colourful()) {
		on = colour;
		off = "\033[0m";
	}
	snprintf(line, sizeof(line), "%s%s%s%s\n", on, voice, off, safe);
	fputs(line, stderr);
}

static void say_va(const char *colour, const char *voice, const char *fmt,
		   va_list ap)
{
	char text[1024];

	vsnprintf(text, sizeof(text), fmt, ap);
	say(colour, voice, text);
}

void cli_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say_va("\033[33m", "warning: ", fmt, ap);
	va_end(ap);
}

void cli_hint(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say_va("\033[36m", "hint: ", fmt, ap);
	va_end(ap);
}

void cli_note(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say_va("", "", fmt, ap);
	va_end(ap);
}

void cli_print(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
}

void cli_write(const void *bytes, size_t n)
{
	if (n)			/* bytes may be NULL */
		fwrite(bytes, 1, n, stdout);
}

void cli_flush(void)
{
	fflush(stdout);
}

int cli_excess(const char *operand, struct err *err)
{
	err_set(err, ERR_USAGE, "unexpected operand '%s'", operand);
	err_hint(err, "-h shows what the command takes");
	return ERR_USAGE;
}

int cli_unknown(const char *what, const char *word, const char *const *words,
		size_t n, struct err *err)
{
	const char *near = text_nearest(word, words, n);

	err_set(err, ERR_USAGE, "'%s' is not a %s", word, what);
	if (near)
		err_hint(err, "did you mean '%s'?", near);
	return ERR_USAGE;
}

static void say_error(const struct err *err)
{
	char text[800];

	snprintf(text, sizeof(text), "%s%s%s", err->text,
		 err->place[0] ? ": " : "", err->place);
	say("\033[31m", "error: ", text);
	if (err->hint[0])
		cli_hint("%s", err->hint);
}

int cli_finish(struct err *err)
{
	errno = 0;
	if (fflush(stdout) || ferror(stdout)) {
		if (!errno)
			errno = EIO;
		if (!err->text[0])	/* an honest no that nobody can read */
			err->kind = ERR_OK;
		err_errno(err, "cannot write standard output");
	}
	if (err->kind && err->text[0])
		say_error(err);
	return err_exit_status(err->kind);
}
