/*
 * relay - hand on what a program says, line by line, and remember the end of
 * it.  Private to lib/command.
 */
#ifndef TINYML_COMMAND_RELAY_H
#define TINYML_COMMAND_RELAY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/progress.h"

enum { RELAY_LINE = 240, RELAY_TAIL = 3 };

struct relay {
	const struct progress *progress;
	const char *what;	/* the work's name, for ticks */
	char line[RELAY_LINE];	/* begun; what is longer is cut */
	size_t n;
	char tail[RELAY_TAIL][RELAY_LINE];	/* the last that are not
						   blank, in a ring */
	size_t told;		/* lines that went into tail */
};

void relay_add(struct relay *relay, const void *bytes, size_t n);

/* The program ended; a line without an end is one too. */
void relay_finish(struct relay *relay);

/* The tail as one text, " | " between lines; "" when it said nothing. */
const char *relay_tail(const struct relay *relay, char *out, size_t room);

#endif
