/*
 * tflite - TensorFlow Lite files: FlatBuffers of schema version 3.
 *
 * Reading takes the first subgraph and keeps what a run needs.  RESHAPE loses
 * its constant shape input (the output's shape says the same); tensors that
 * nothing uses, metadata, signatures and min/max ranges are dropped.  What
 * comes out has passed model_check.
 *
 * Refused in words, with the operation's name and index and what to do:
 * custom operations (Ethos-U command streams among them), operations without
 * a kernel (kern/ops.def), element types, hybrid (float activations with
 * int8 weights), unknown dimensions, sparse tensors, constants outside the
 * file, fused activations beyond RELU, RELU_N1_TO_1, RELU6.
 *
 * Limits: MODEL_*_MAX of model.h; every offset, vtable and vector is checked
 * against the file (model/flat.h).
 */
#ifndef TINYML_MODEL_TFLITE_H
#define TINYML_MODEL_TFLITE_H

#include "base/buf.h"
#include "model/model.h"

/* Do these bytes claim to be a .tflite file? */
bool model_is_tflite(const void *bytes, size_t n);

/*
 * The file's n bytes are untrusted and only borrowed.  On failure the model
 * is empty and needs no release.  ERR_SHORT, ERR_FORMAT (malformed),
 * ERR_UNSUPPORTED (well formed, beyond us), ERR_RANGE, ERR_LIMIT, ERR_MEM.
 */
int model_read_tflite(struct model *model, const void *bytes, size_t n,
		      struct err *err);

/*
 * A layer that rounds once (attr.rounds_once) says so in custom_options, which
 * readers of builtin operations do not look at: elsewhere the file rounds as
 * TensorFlow Lite does, a step more or less for each such layer.
 *
 * Append a .tflite file to out: the same graph gives the same bytes.  Buffer
 * 0 is empty, data is aligned to 16, one signature "serving_default" names
 * inputs and outputs.  The model must pass model_check.  ERR_UNSUPPORTED for
 * explicit padding, which the format cannot say; ERR_MEM.
 */
int model_write_tflite(const struct model *model, struct buf *out,
		       struct err *err);

#endif
