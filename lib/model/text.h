/*
 * text - a model as lines of text, and back without loss: tinyml-model(5).
 *
 *     model "kws"
 *     tensor 0 "input" int8[1x49x10x1] scale 0x1.2b5f8cp-1 zero 83
 *     const 1 "w" int8[64x10x4x1] axis 0 scale 0x1p-4 0x1p-5 ... zero 0 ...
 *     data 00ff17...
 *     op CONV_2D 0 1 2 -> 3 act RELU padding SAME stride 2 2
 *     input 0
 *     output 3
 *
 * One fact a line, tensors numbered from 0 in order, floats as C hexadecimal
 * floats (exact), constants as the hex of their bytes, at most 32 a line.
 * Reading and printing again gives the same text; printing and reading gives
 * the same model.
 */
#ifndef TINYML_MODEL_TEXT_H
#define TINYML_MODEL_TEXT_H

#include "base/buf.h"
#include "model/model.h"

/* is_brief leaves the data lines out: for eyes, does not parse back. */
void model_print(const struct model *model, bool is_brief, struct buf *out);

/* The n bytes are untrusted; the model passes model_check afterwards and is
 * empty on failure. ERR_FORMAT with line and column in the place; ERR_MEM. */
int model_parse(struct model *model, const char *text, size_t n,
		struct err *err);

#endif
