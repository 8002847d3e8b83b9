/*
 * idx - read IDX files, the format of MNIST and its many relatives.
 *
 * Layout (yann.lecun.com/exdb/mnist), all big-endian:
 *
 *     0 0 type dims | size[dims] of 4 bytes each | elements, last axis fastest
 *
 * Images are an array of bytes (type 8) with axes (image, row, column); their
 * labels lie in a second file, an array with one axis of equal length.
 * Only type 8 is read.  The bytes are untrusted and borrowed; they must be
 * exactly as many as the sizes say.
 */
#ifndef TINYML_DATASET_IDX_H
#define TINYML_DATASET_IDX_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum { IDX_DIMS_MAX = 4, IDX_SIDE_MAX = 4096 };

struct idx {
	uint32_t dims;			/* 1 .. IDX_DIMS_MAX */
	uint32_t size[IDX_DIMS_MAX];	/* 1 for axes that are not there */
	const uint8_t *data;		/* product of sizes, borrowed */
};

/* ERR_FORMAT, ERR_SHORT, ERR_LIMIT, ERR_UNSUPPORTED with what it should be. */
int idx_parse(struct idx *idx, const void *bytes, size_t n, struct err *err);

/*
 * Images (3 axes, sides of 1 to IDX_SIDE_MAX) and labels (1 axis) that belong
 * together. ERR_FORMAT.
 */
int idx_check_pair(const struct idx *images, const struct idx *labels,
		   struct err *err);

/*
 * The name of the label file that goes with an image file: "images" becomes
 * "labels" and "idx3" becomes "idx1" in the last part of the path. The caller
 * frees; NULL when the name has no "images" in it or memory ran out.
 */
char *idx_label_path(const char *image_path);

#endif
