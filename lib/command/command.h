/*
 * command - a program of the user's that does the work of a stage.
 *
 *     struct command c;
 *
 *     command_open(&c, &job, &err);	workplace made, files digested
 *     command_put(&c, "classes.txt", ...);	what it is given
 *     command_run(&c, &err);		start, wait, judge
 *     command_files(&c, &files, &err);	what it left
 *     command_close(&c);			workplace removed
 *
 * The line goes to /bin/sh -c in the project folder, in a session of its own
 * (no terminal), with /dev/null as standard input, no other descriptors than
 * 0, 1, 2, and in the environment, besides ours:
 *
 *     TINYML_STAGE    name of the stage
 *     TINYML_IN       folder (or file) of what it is given
 *     TINYML_OUT      empty folder for what it makes
 *     TINYML_SEED     decimal
 *     TINYML_THREADS  decimal, at least 1
 *
 * The workplace is .tinyml/command/STAGE/{in,out} in the project, always the
 * same path; one program at a time works there.
 *
 * Between us and the program stands a supervisor, a fork of this process.  It
 * ends the program and all that it started when the time is over, when the
 * program itself ends, and when this process is gone, however that came about:
 * SIGTERM to the group, SIGKILL to all that is left after COMMAND_GRACE_S.  An
 * orphaned supervisor removes the workplace too.  This process must have no
 * second thread while command_run is called.
 *
 * What the program says on both outputs is handed on line by line through
 * progress; a line that ends in a carriage return is a tick.
 *
 * What it leaves is untrusted: names, kinds and sizes are checked here, the
 * content by whoever reads it.  Links are refused, never followed.
 */
#ifndef TINYML_COMMAND_COMMAND_H
#define TINYML_COMMAND_COMMAND_H

#include "artifact/artifact.h"
#include "base/arena.h"
#include "base/progress.h"
#include "project/project.h"

enum {
	COMMAND_GRACE_S = 3,
	COMMAND_FILES_MAX = 1 << 20,	/* in TINYML_OUT */
	COMMAND_DEPTH_MAX = 16,		/* folders in it */
	COMMAND_KEPT_MAX = 256,		/* files that go into an artifact */
	COMMAND_KEPT_BYTES_MAX = 64 << 20,	/* all of them */
};

struct command_job {
	const struct project *project;
	enum project_stage which;	/* project_command(which) is not NULL */
	const char *in;		/* TINYML_IN; NULL: the workplace's folder */
	long seed;
	int threads;		/* 0: one per processor */
	const struct progress *progress;
};

struct command {
	struct command_job job;
	const struct project_command *how;
	const char *stage;	/* name */
	char *place, *in, *out;	/* absolute */
	struct buf digests;	/* "SHA-256  PATH\n" of what it is made of */
	int lock;		/* descriptor, or -1 */
};

/*
 * Make an empty workplace and digest the program's files and declared inputs.
 * command_close in every case.  ERR_BUSY: another one works there;
 * ERR_MISSING: a declared input is not there; ERR_IO, ERR_MEM.
 */
int command_open(struct command *command, const struct command_job *job,
		 struct err *err);
void command_close(struct command *command);

/* A file below the workplace's in folder. */
int command_put(const struct command *command, const char *name,
		const void *bytes, size_t n, struct err *err);

/* The parts of an artifact in a new folder there. */
int command_put_artifact(const struct command *command, const char *folder,
			 const struct artifact *artifact, struct err *err);

/* An array as NumPy's .npy (version 1.0 of numpy.org, "NEP 1"): a header of
 * COMMAND_NPY_HEADER bytes, then the numbers in C order. */
enum { COMMAND_NPY_HEADER = 128 };

struct command_array {
	const char *type;	/* "<f4" or "<i4" */
	int rank;		/* 1 to 4 */
	size_t shape[4];
	const void *data;
};

int command_put_npy(const struct command *command, const char *name,
		    const struct command_array *array, struct err *err);

/* The parameters that shape the stage as parameters.json, there too. */
int command_put_parameters(const struct command *command, struct err *err);

/*
 * Run it.  ERR_TOOL: not found, not executable, ended with another status than
 * 0, killed by a signal; ERR_TIMEOUT.  The sentence has the last lines of its
 * standard error (of its output when that is empty).
 */
int command_run(struct command *command, struct err *err);

/* What lies in TINYML_OUT, sorted by name. */
struct command_files {
	const char **names;	/* relative */
	size_t count;
	struct arena memory;
};

/* ERR_FORMAT for a link, a device or a pipe; ERR_LIMIT, ERR_IO.
 * command_files_release in every case. */
int command_files(const struct command *command, struct command_files *files,
		  struct err *err);
void command_files_release(struct command_files *files);

/*
 * Append the content of the one file of names (n of them) that is there to
 * out; which gets its index.  ERR_MISSING when none is, ERR_FORMAT when several
 * are or it is empty, ERR_LIMIT.
 */
int command_take(const struct command *command,
		 const struct command_files *files, const char *const *names,
		 size_t n, struct buf *out, size_t *which, struct err *err);

/* Add all other files to an artifact as command/NAME. ERR_LIMIT, ERR_IO. */
int command_keep(const struct command *command,
		 const struct command_files *files, const char *const *names,
		 size_t n, struct artifact_maker *maker, struct err *err);

/* Record digests as the parameter STAGE.command.files; of a command that was
 * not opened (lock -1, the rest zeros) nothing. */
void command_params(const struct command *command,
		    struct artifact_maker *maker);

#endif
