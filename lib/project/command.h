/*
 * command - a stage's own program, as tinyml.yaml has it.
 */
#ifndef TINYML_PROJECT_COMMAND_H
#define TINYML_PROJECT_COMMAND_H

#include "base/buf.h"
#include "project/project.h"
#include "project/statcache.h"

/* The section's command, timeout_seconds and inputs; NULL when the stage has
 * no command. */
const struct project_command *
project_command(const struct project *project, enum project_stage which);

/* The line of a stage's command in one line for people: without control
 * characters, cut to n; "" when it has none. */
const char *project_command_text(const struct project *project,
				 enum project_stage which, char *out,
				 size_t n);

/* Why a stage cannot have one ("split", "flash", "update"); NULL when it can.*/
const char *project_command_refused(const char *section);

/*
 * Append a line "SHA-256  PATH\n" for every file that a command is made of:
 * the words of its line that are files of the project (relative, without
 * ".."), each once, then its inputs; for a folder it is the digest of
 * project/sources.h.  ERR_MISSING names an input that is not there.
 */
int project_command_files(const struct project *project,
			  const struct project_command *command,
			  struct statcache *cache, struct buf *out,
			  struct err *err);

#endif
