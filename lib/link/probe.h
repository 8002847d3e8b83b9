/*
 * probe - ask every serial port at once which board is behind it.
 *
 * Opening a port raises DTR and RTS, which some boards take as a reset, and
 * what is asked reaches whatever is behind it; so only a user asks for this.
 */
#ifndef TINYML_LINK_PROBE_H
#define TINYML_LINK_PROBE_H

#include "link/link.h"
#include "link/scan.h"

/* A port has this long in all. */
enum { PROBE_TIMEOUT_MS = 400, PROBE_RETRIES = 2, PROBE_TEXT = 64 };

/* What one port said; one of the two is "". */
struct probe {
	char board[PROBE_TEXT];	/* its type, its own word neutralised */
	char problem[PROBE_TEXT];	/* "no answer", "in use" ... */
};

/*
 * Fills probes[i] for scan->serial[i], as many as there are.  options may be
 * NULL.  Takes about PROBE_TIMEOUT_MS x (1 + PROBE_RETRIES), however many
 * ports there are.
 */
void probe_ports(struct probe *probes, const struct scan *scan,
		 const struct link_options *options);

#endif
