/*
 * by_command - the integer model made by a program of the user's
 * (command/command.h).
 */
#ifndef TINYML_SQUEEZE_BY_COMMAND_H
#define TINYML_SQUEEZE_BY_COMMAND_H

#include "command/command.h"
#include "squeeze/work.h"

struct by_command {
	struct command command;		/* lock -1 before */
	struct command_files files;
};

/*
 * Give it the float model, the calibration samples and their classes; read the
 * int8 model that it leaves.  Float inputs and outputs around integers become
 * int8 (quant/ports.h).  by_command_close in every case.
 * ERR_TOOL, ERR_TIMEOUT; ERR_MISSING, ERR_FORMAT, ERR_UNSUPPORTED for what it
 * left: not quantised, of another shape.  On failure made is empty.
 */
int squeeze_by_command(struct by_command *by, struct work *work, int threads,
		       struct model *made);

/* Its files' digests and what else it left. */
int by_command_add(const struct by_command *by, struct artifact_maker *maker,
		   struct err *err);
void by_command_close(struct by_command *by);

#endif
