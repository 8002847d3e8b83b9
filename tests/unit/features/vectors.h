/*
 * vectors - the conformance vectors of ../shared/vectors/dsp: what the
 * original implementations made of real recordings.
 */
#ifndef TINYML_TEST_FEATURES_VECTORS_H
#define TINYML_TEST_FEATURES_VECTORS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "project/project.h"

#define VECTORS "../shared/vectors/dsp"

struct vectors {
	const char *folder;
	struct buf index;
	const char *at;		/* the next output in the index */
	char in_name[64], out_name[64];
	struct buf in_file, out_file;
};

struct vector {
	const void *input;	/* of the type that the block has */
	long rate_hz, rows, columns, height, width;
	const void *want;
	long count, shape[3];
	bool ill_conditioned;
	const char *wrapped;	/* indices of full scale, "[1, 2]", or NULL */
	char id[64];
};

/* Open a block's folder; false when it is not there. */
bool vectors_open(struct vectors *vectors, const char *folder);
void vectors_close(struct vectors *vectors);

/* The next output that was made with `params` (or is of that stage). */
bool vectors_next(struct vectors *vectors, const char *params,
		  struct vector *vector);

/* The project whose tinyml.yaml has these keys below features:
 * "key=value key=value". */
void vectors_project(const char *keys, struct project *project);

#endif
