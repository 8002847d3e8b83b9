/*
 * examine - put labelled recordings to a board and compare with this machine.
 *
 * Every recording of a part goes to the board as raw sound.  The board
 * computes the features and the answer; so does this machine with the same
 * code.  Features and outputs must be equal to the last bit.
 *
 * When the board runs its part of a split, the rest runs here on what the
 * board sent, and that is the answer.
 */
#ifndef TINYML_FLASH_EXAMINE_H
#define TINYML_FLASH_EXAMINE_H

#include "base/progress.h"
#include "labels/labels.h"
#include "project/stage.h"

struct examine_order {
	const char *operand;	/* the squeezed artifact; NULL: the project's */
	const char *to;		/* the board */
	enum labels_part part;	/* of the project's recordings */
	size_t limit;		/* at most so many of them; 0: all */
};

struct examine_report {
	size_t count, right;		/* answers of the board */
	size_t features_equal, outputs_equal, answers_equal;
	double mean_ms, max_ms;		/* an answer, by the board's clock */
	char first_difference[200];	/* "" when there is none */
};

/* Differences are counted, not errors; ERR_NO when the board runs another
 * model; errors of links and artifacts as they are. */
int examine_board(struct stage *stage, const struct examine_order *order,
		  const struct progress *progress,
		  struct examine_report *report, struct err *err);

#endif
