/*
 * parse - bytes in memory to an open artifact, private to lib/artifact.
 */
#ifndef TINYML_ARTIFACT_PARSE_H
#define TINYML_ARTIFACT_PARSE_H

#include "artifact/artifact.h"

/* As artifact_parse, and as artifact_open with a stage wanted (or NULL), but
 * takes the bytes, which came from malloc, also on failure. */
int parse_owned(struct artifact **out, uint8_t *bytes, size_t n,
		const char *want, const struct artifact_trust *trust,
		struct err *err);

#endif
