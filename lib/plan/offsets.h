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
 *
 * Before that, first fit in several orders and in orders changed at random
 * (from a fixed seed) look for an arrangement that reaches the bound.
 *
 * A block may have an heir, which takes over its memory while it dies: a
 * block that begins when this one ends.  The two are safe apart, or when
 *     this offset - heir's offset >= lead, and a multiple of step.
 * Laid over its heir such a block rests on lead instead of the heir's end;
 * everything said above stays true but for step.
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
	int heir;		/* 1 + the number of a block; 0: none */
	uint32_t lead, step;	/* step above 0 */
};

struct offsets_result {
	uint32_t total;		/* the highest end */
	/* largest sum of bytes alive at one time, less what a block and its
	 * heir may share then: no arrangement needs less */
	uint32_t bound;
	int peak, peak_count;	/* a time of that sum, and how many there are */
	/* total is proven; with steps above one only by reaching the bound */
	bool is_optimal;
};

/*
 * Set the offsets of n blocks.  The sum of all bytes and leads must
 * stay below 2^32; a block is the heir of at most one.
 * The same blocks give the same answer.  ERR_MEM.
 */
int offsets_solve(struct offsets_block *blocks, int n, int times,
		  long steps_max, struct offsets_result *result,
		  struct err *err);

#endif
