/*
 * answers - what float and int8 models say to labelled recordings.
 */
#ifndef TINYML_SQUEEZE_ANSWERS_H
#define TINYML_SQUEEZE_ANSWERS_H

#include "squeeze/squeeze.h"

/* The class with the largest output for variant 0 of every item. */
int answers_float(const struct model *model, const struct features_items *items,
		  uint32_t *classes, struct err *err);

/* The same of an int8 model; input and output bytes of the first vector_count
 * items are appended to vectors, one pair after another. */
int answers_int8(const struct model *model, const struct features_items *items,
		 uint32_t *classes, struct buf *vectors, size_t vector_count,
		 struct err *err);

#endif
