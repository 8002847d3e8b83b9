/*
 * source - the model that `tinyml infer MODEL` names: a file of its own, or
 * model.tflite inside an artifact, which is verified first.
 */
#ifndef CMD_INFER_SOURCE_H
#define CMD_INFER_SOURCE_H

#include "base/buf.h"
#include "base/error.h"

/* Append the model's bytes; folder is where the project is whose keys are
 * believed (NULL: here). Errors as artifact_open's; ERR_FORMAT when the
 * artifact holds no model. */
int infer_read(const char *path, const char *folder, struct buf *out,
	       struct err *err);

#endif
