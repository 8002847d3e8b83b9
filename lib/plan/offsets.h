/*
 * offsets - place blocks with known lifetimes in as little memory as possible.
 *
 *     bytes
 *      ^   +-----+
 *      |   |  b  |+---+          Two blocks conflict when their intervals of
 *      |   +-----+| d |          time meet; then their bytes must not.
 *      | +---+----++  |
 *      | | a | c  |+--+
 *      +-+---+----+------> operations
 *
 * This is dynamic storage allocation, NP-hard in general.  Search: in some
 * optimal arrangement every block rests on the ground or on a conflicting
 * block below it (otherwise push it down).  Sorted by offset, each block of
 * such an arrangement lies exactly on the highest end of the conflicting
 * blocks before it.  So it is enough to try the orders in which blocks are
 * laid, discarding those whose offsets are not ascending.  A branch is cut
 * when, at some operation, the highest end so far and all the blocks still to
 * be laid there reach the best arrangement known.
 */
#ifndef TINYML_PLAN_OFFSETS_H
#define TINYML_PLAN_OFFSETS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct offsets_block {
	int first, last;	/* 0 <= first <= last < times */
	uint32_t bytes;		/* above 0 */
	uint32_t offset;	/* the answer */
};

struct offsets_result {
	uint32_t total;		/* the highest end */
	uint32_t bound;		/* largest sum of bytes alive at one time */
	bool is_optimal;
};

/*
 * Set the offsets of n blocks.  The sum of all bytes must stay below 2^32.
 * The same blocks give the same answer.  ERR_MEM.
 */
int offsets_solve(struct offsets_block *blocks, int n, int times,
		  long steps_max, struct offsets_result *result,
		  struct err *err);

#endif
