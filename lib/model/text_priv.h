/*
 * text_priv - the words that printer and parser share.
 */
#ifndef TINYML_MODEL_TEXT_PRIV_H
#define TINYML_MODEL_TEXT_PRIV_H

#include "model/model.h"

enum { TEXT_PADS = MODEL_PAD_EXPLICIT + 1 };

extern const char *const text_acts[MODEL_ACT_COUNT];
extern const char *const text_pads[TEXT_PADS];

#endif
