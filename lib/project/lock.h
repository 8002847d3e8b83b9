/*
 * lock - tinyml.lock: what every stage was last made from and what came out.
 *
 *     # tinyml.lock 1
 *     collect params=HEX inputs=HEX output=HEX
 *     label params=HEX inputs=HEX output=HEX
 *
 * One line per stage, sorted by name, no times, no paths: two people's changes
 * to different stages merge by themselves.  params is the SHA-256 of the
 * parameters and of the tool's version, inputs that of what went in, output is
 * the artifact's identity.
 */
#ifndef TINYML_PROJECT_LOCK_H
#define TINYML_PROJECT_LOCK_H

#include "artifact/digest.h"
#include "project/project.h"

struct lock_line {
	bool present;
	struct digest params, inputs, output;
};

struct lock {
	struct lock_line stages[STAGE_COUNT];
};

/* A missing file is an empty lock. ERR_FORMAT with the line. */
int lock_read(struct lock *lock, const char *path, struct err *err);

/* Replace the file. ERR_IO, ERR_FULL. */
int lock_write(const struct lock *lock, const char *path, struct err *err);

#endif
