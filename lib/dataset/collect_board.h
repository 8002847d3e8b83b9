/*
 * collect_board - recordings from a board's microphone, as it hears them.
 *
 * Connects to the board that collect.board names, starts its first sensor of
 * 16-bit sound and takes collect.seconds of it; dataset/take.h says what
 * becomes of the stream.  Live recordings are taken once: `tinyml run` never
 * takes them again by itself.
 *
 * A stream that the link cannot carry is refused with the figures before it
 * starts.  A board that stops early, or falls silent and still answers, gives
 * what has arrived and a note; one that disappears gives nothing.
 */
#ifndef TINYML_DATASET_COLLECT_BOARD_H
#define TINYML_DATASET_COLLECT_BOARD_H

#include "base/progress.h"
#include "dataset/dataset.h"
#include "link/link.h"
#include "project/project.h"

struct collect_board_job {
	const struct project *project;	/* its collect section and boards */
	const struct link_options *link;	/* or NULL */
	const struct progress *progress;
};

/*
 * Take the recordings and add the members of dataset.tar to maker; summary as
 * in dataset_collect.  ERR_USAGE: no board or no seconds; ERR_MISSING: no such
 * board, or no microphone there; ERR_UNSUPPORTED: not the rate and channels
 * that collect says; ERR_NOFIT: more than the link carries; ERR_DEVICE,
 * ERR_TIMEOUT: the board failed.
 */
int dataset_collect_board(const struct collect_board_job *job,
			  struct artifact_maker *maker,
			  struct dataset_summary *summary, struct err *err);

#endif
