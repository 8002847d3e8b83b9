/*
 * rows - all output channels of one or two inputs: what convolutions and
 * fully connected layers share.
 */
#ifndef TINYML_KERN_M55_ROWS_H
#define TINYML_KERN_M55_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "kern/kern.h"
#include "loops.h"

struct m55_rows {
	const int8_t *weights;		/* packed, of channels rows */
	const int32_t *bias;
	struct kern_requant requant;
	int32_t channels, depth, out_zero;
	bool is_signed;			/* output.h */
	struct simd_rows whole;		/* m55_rows_init's */
};

/* All members but the last are set. */
void m55_rows_init(struct m55_rows *r);

/* depth elements at x give channels bytes at out; so do y and out_y. */
void m55_rows_1(const struct m55_rows *r, const int8_t *x, int8_t *out);
void m55_rows_2(const struct m55_rows *r, const int8_t *x, int8_t *out,
		const int8_t *y, int8_t *out_y);

#endif
