/*
 * supervise - start a shell line so that nothing of it outlives us.
 *
 * Private to lib/command.
 */
#ifndef TINYML_COMMAND_SUPERVISE_H
#define TINYML_COMMAND_SUPERVISE_H

#include <sys/types.h>

#include "base/error.h"
#include "base/program.h"

struct supervise {
	const char *line, *folder;	/* run there by /bin/sh -c */
	const char *const (*environment)[2];	/* name, value; NULL last */
	long timeout_s;			/* 0: never */
	const char *place;	/* a folder to remove when we are gone */
};

/* Our ends of what connects us with supervisor and program. */
struct supervised {
	pid_t pid;		/* the supervisor */
	int out, err;		/* what the program says, non-blocking */
	int end;		/* one struct program_end, when it ended */
	int life;		/* closed when we are gone */
};

/* ERR_IO, ERR_TOOL; then nothing was started. */
int supervise_start(struct supervised *to, const struct supervise *how,
		    struct err *err);

/* Close all descriptors, which ends a program that still runs, and wait for
 * the supervisor. */
void supervise_finish(struct supervised *to);

/* Remove a folder and all in it, following no link. */
void supervise_remove(const char *folder);

#endif
