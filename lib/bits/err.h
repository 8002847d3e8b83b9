/*
 * err - the kinds of failure, one enum for host and board.
 *
 * Functions return 0 or one negative ERR_* value.  Freestanding code returns
 * the kind alone; host code adds a sentence and a place (base/error.h).
 */
#ifndef TINYML_BITS_ERR_H
#define TINYML_BITS_ERR_H

enum err_index {
#define ERR(name, status, text) ERR_INDEX_##name,
#include "err.def"
#undef ERR
	ERR_COUNT
};

enum err_kind {
	ERR_OK = 0,
#define ERR(name, status, text) ERR_##name = -(ERR_INDEX_##name + 1),
#include "err.def"
#undef ERR
};

#endif
