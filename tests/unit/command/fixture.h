/*
 * fixture - an empty project with one command, in a folder of its own.
 */
#ifndef TESTS_UNIT_COMMAND_FIXTURE_H
#define TESTS_UNIT_COMMAND_FIXTURE_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "command/command.h"

static char folder[64];
static struct project project;
static struct command command;

static inline void enter(void)
{
	strcpy(folder, "/tmp/tinyml-command-XXXXXX");
	cr_assert_not_null(mkdtemp(folder));
	cr_assert_eq(chdir(folder), 0);
	cr_assert_eq(project_defaults(&project, NULL), 0);
}

static inline void leave(void)
{
	char line[128];

	command_close(&command);
	project_release(&project);
	snprintf(line, sizeof(line), "rm -rf '%s'", folder);
	cr_assert_eq(system(line), 0);
}

/* Open a workplace for a line of the train stage. */
static inline void place(const char *line)
{
	const struct command_job job = { .project = &project,
		.which = STAGE_TRAIN, .seed = 7, .threads = 3 };
	struct err err = { 0 };

	project.train.command.line = line;
	cr_assert_eq(command_open(&command, &job, &err), 0, "%s", err.text);
}

#endif
