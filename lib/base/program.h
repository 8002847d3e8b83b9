/*
 * program - find and run other programs: the verbs of tinyml, toolchains,
 * emulators, a user's own stage.
 */
#ifndef TINYML_BASE_PROGRAM_H
#define TINYML_BASE_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum { PROGRAM_PATH = 4096 };

/*
 * Where `tinyml-VERB` lies: TINYML_EXEC_PATH, the folder of this program, the
 * libexec folder beside that (an installation may be moved), the one it was
 * built for, then PATH.  False when nowhere, or
 * when verb is empty or has a slash.
 */
bool program_verb(const char *verb, char path[PROGRAM_PATH]);

/* A file that came with tinyml: "firmware/x.elf" beside the folder of this
 * program (a build tree), in share/tinyml beside libexec, else in the data
 * folder it was built for. */
bool program_data(const char *name, char path[PROGRAM_PATH]);

/* How a program ended. */
struct program_end {
	int status;		/* exit status, or -1 */
	int signal;		/* what killed it, or 0 */
	bool timed_out;
};

/*
 * Run argv (argv[0] is a path or a name for PATH) in folder (NULL: here) and
 * wait.  It is killed when this process dies; timed_out stays false.
 * (A program that may hang or leave children behind: command/command.h.)
 * ERR_TOOL when it cannot be started; how it ended is the caller's to judge.
 */
int program_run(const char *const *argv, const char *folder,
		struct program_end *end, struct err *err);

#endif
