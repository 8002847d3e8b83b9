/*
 * extract - an artifact's parts as files.
 */
#ifndef TINYML_ARTIFACT_EXTRACT_H
#define TINYML_ARTIFACT_EXTRACT_H

#include "artifact/artifact.h"

/* MANIFEST.yaml, its signature or a member; ERR_MISSING names what there is
 * beside it. */
int extract_part(const struct artifact *artifact, const char *name,
		 const struct artifact_member **part, struct err *err);

/* Write every part under folder, which must not exist yet, so that nothing is
 * replaced and no link in it is followed. ERR_BUSY when it does, ERR_IO. */
int extract_all(const struct artifact *artifact, const char *folder,
		struct err *err);

#endif
