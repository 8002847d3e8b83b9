/*
 * stage_options - the option rows that all stage commands share.
 *
 *     struct stage_options common = { 0 };
 *     struct opt options[] = { STAGE_OPTIONS(common), ..., OPT_END };
 *
 * The fields are handed on to project/stage.h by the command.
 */
#ifndef TINYML_CLI_STAGE_OPTIONS_H
#define TINYML_CLI_STAGE_OPTIONS_H

#include "cli/cli.h"

struct stage_options {
	const char *folder, *output, *key;
	struct opt_list inputs;
	bool is_unsigned, quiet;
};

#define STAGE_OPTIONS(o) \
	OPT_TEXT('C', "folder", "DIR", "look for the project from DIR", \
		 &(o).folder), \
	OPT_TEXT('o', "output", "FILE", "write the artifact to FILE; - is " \
		 "standard output", &(o).output), \
	OPT_TEXT(0, "key", "FILE", "sign with this secret key", &(o).key), \
	OPT_LIST(0, "input", "FILE", "an artifact that others name by digest", \
		 &(o).inputs), \
	OPT_FLAG(0, "unsigned", "accept unsigned inputs, write unsigned " \
		 "output", &(o).is_unsigned), \
	OPT_FLAG('q', "quiet", "no progress, no notes", &(o).quiet)

/* A struct stage_args initialiser for project/stage.h. */
#define STAGE_ARGS(o) \
	{ .folder = (o).folder, .output = (o).output, .key = (o).key, \
	  .inputs = (o).inputs.items, .input_count = (o).inputs.n, \
	  .is_unsigned = (o).is_unsigned, .quiet = (o).quiet }

#endif
