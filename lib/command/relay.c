#include "command/relay.h"

#include <stdio.h>
#include <string.h>

/* A text without blanks at its end; false when nothing is left. */
static bool trim(char *line, size_t *n)
{
	while (*n && (line[*n - 1] == ' ' || line[*n - 1] == '\t' ||
		      line[*n - 1] == '\r'))
		(*n)--;
	line[*n] = '\0';
	return *n > 0;
}

static void end_line(struct relay *r)
{
	if (trim(r->line, &r->n)) {
		memcpy(r->tail[r->told++ % RELAY_TAIL], r->line, r->n + 1);
		progress_line(r->progress, r->line);
	}
	r->n = 0;
}

/* A bar that is painted over: only its newest state matters. */
static void end_state(struct relay *r)
{
	if (trim(r->line, &r->n))
		progress_tick(r->progress, r->what, 0, 0, r->line);
}

void relay_add(struct relay *relay, const void *bytes, size_t n)
{
	const char *p = bytes;

	for (size_t i = 0; i < n; i++) {
		if (p[i] == '\n') {
			end_line(relay);
			continue;
		}
		if (relay->n && relay->line[relay->n - 1] == '\r') {
			end_state(relay);
			relay->n = 0;
		}
		if (relay->n < RELAY_LINE - 1)
			relay->line[relay->n++] = p[i] ? p[i] : '?';
		else if (p[i] == '\r')
			relay->line[relay->n - 1] = '\r';
	}
}

void relay_finish(struct relay *relay)
{
	end_line(relay);
}

const char *relay_tail(const struct relay *relay, char *out, size_t room)
{
	size_t first = relay->told > RELAY_TAIL ? relay->told - RELAY_TAIL : 0;
	size_t used = 0;

	out[0] = '\0';
	for (size_t i = first; i < relay->told && used < room; i++)
		used += (size_t)snprintf(out + used, room - used, "%s%s",
					 i > first ? " | " : "",
					 relay->tail[i % RELAY_TAIL]);
	return out;
}
