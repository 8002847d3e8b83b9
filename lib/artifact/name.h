/*
 * name - which names a member may have, private to lib/artifact.
 */
#ifndef TINYML_ARTIFACT_NAME_H
#define TINYML_ARTIFACT_NAME_H

#include <stdbool.h>

/* NULL when a payload member may have this name (artifact.h, Limits), or why
 * not: "is absolute". */
const char *name_fault(const char *name);

/* A stage, parameter or toolchain name: a letter, then letters, digits and
 * . _ + - up to MANIFEST_KEY_MAX. */
bool name_is_key(const char *name);

#endif
