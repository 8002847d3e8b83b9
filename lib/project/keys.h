/*
 * keys - where a project's keys lie and whom it believes.
 *
 * A key is named in tinyml.yaml: a word NAME means
 * $XDG_CONFIG_HOME/tinyml/keys/NAME.key (or ~/.config/...), anything with a
 * slash is a file.  The public half lies beside it as NAME.pub.
 */
#ifndef TINYML_PROJECT_KEYS_H
#define TINYML_PROJECT_KEYS_H

#include "artifact/artifact.h"
#include "project/project.h"

/* The file of a key named so. The caller frees. ERR_MISSING without a home. */
int keys_path(const struct project *project, const char *name, char **path,
	      struct err *err);

/* The project's secret key, or the file override when not NULL. */
int keys_secret(const struct project *project, const char *override,
		struct key_secret *key, struct err *err);

/* The key that signs images for boards (device_key:). */
int keys_device(const struct project *project, struct key_secret *key,
		struct err *err);

/* The public half that lies beside a key named so; *found tells whether it is
 * there. ERR_FORMAT when it is damaged. */
int keys_public(const struct project *project, const char *name,
		struct key_public *pub, bool *found, struct err *err);

/* Fill trust: the public half of the project's key, when it is there, and
 * `trusted:`. key_ring_release(&trust->ring) when done. */
int keys_trust(const struct project *project, bool allow_unsigned,
	       struct artifact_trust *trust, struct err *err);

#endif
