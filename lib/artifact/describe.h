/*
 * describe - an artifact in words, for people, programs and sha256sum.
 *
 * Each appends to out; foreign characters are neutralised or escaped.
 */
#ifndef TINYML_ARTIFACT_DESCRIBE_H
#define TINYML_ARTIFACT_DESCRIBE_H

#include "artifact/artifact.h"
#include "base/json.h"

/* "signed by 1AB2C3D4E5F60718", with ", not trusted" where so, or "not
 * signed". */
enum { DESCRIBE_SIGNER = 64 };
void describe_signer(const struct artifact *artifact,
		     char text[DESCRIBE_SIGNER]);

/* One line without its end: lead, stage, identity, signer. */
void describe_line(const struct artifact *artifact, const char *lead,
		   struct buf *out);

/* A table: stage, identity, signer, parameters, inputs, members. */
void describe_text(const struct artifact *artifact, struct buf *out);

/* The same as members of an open JSON object. */
void describe_json(const struct artifact *artifact, struct json *json);

/* The part of describe_json that tells who and what: stage, format, tool, id,
 * signed, trusted, signer. */
void describe_json_head(const struct artifact *artifact, struct json *json);

/* One "SHA256  NAME" line a member: what `sha256sum -c` reads. */
void describe_sums(const struct artifact *artifact, struct buf *out);

#endif
