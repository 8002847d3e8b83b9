#include <string.h>

#include "cli/cli.h"

/* The next line of *text, n bytes without its newline; false at the end. */
static bool next_line(const char **text, const char **line, int *n)
{
	if (!*text || !**text)
		return false;
	*line = *text;
	*n = (int)strcspn(*text, "\n");
	*text += *n;
	*text += **text == '\n';
	return true;
}

void cli_warn_lines(const char *text, size_t more)
{
	const char *line;
	int n;

	while (next_line(&text, &line, &n))
		cli_warn("%.*s", n, line);
	if (more)
		cli_warn("and %zu more", more);
}

void cli_report(const struct buf *text, const char *output)
{
	const char *rest = (const char *)text->data, *line;
	int n;

	if (!output || strcmp(output, "-") != 0) {
		cli_write(text->data, text->len);
		return;
	}
	while (next_line(&rest, &line, &n))
		cli_note("%.*s", n, line);
}
