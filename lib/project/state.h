/*
 * state - which stages are up to date, and why not.
 *
 * A stage is fresh when the lock's line for it still holds: the same
 * parameters and tool version, the same inputs, and an artifact with the
 * locked identity in artifacts/.  Its inputs are
 *     collect          the sources on disk (a board's recordings: taken once)
 *     label            the dataset, labels/labels.tsv, label.csv
 *     train, squeeze   the artifact before
 *     split            the squeezed model, the types of the boards
 *     flash, update    the split (squeezed when nothing is split), the types
 *                      of the boards, the device key, the firmware
 * A stage whose remade artifact comes out the same leaves the later ones
 * fresh.
 */
#ifndef TINYML_PROJECT_STATE_H
#define TINYML_PROJECT_STATE_H

#include "project/lock.h"
#include "project/statcache.h"

enum state_verdict {
	STATE_OFF,		/* not configured: no nodes, no board */
	STATE_FRESH,
	STATE_STALE,
	STATE_PENDING,		/* a stage before it is not fresh */
};

struct state_stage {
	enum state_verdict verdict;
	char why[240];
	size_t files;		/* sources looked at (collect) */
	struct lock_line now;	/* what a lock line would say */
};

struct state {
	const struct project *project;
	struct lock lock;
	struct statcache *cache;
	char *lock_path;
	bool is_deep;
	struct state_stage stages[STAGE_COUNT];
};

/* Read lock and cache.  deep: rehash everything, and open and verify every
 * artifact: otherwise only the identity is looked at that its manifest has, and
 * damage behind a whole manifest waits for the stage that reads it.
 * state_close in every case. */
int state_open(struct state *state, const struct project *project, bool deep,
	       struct err *err);

/* Judge one stage; the stages before it were judged already. Fails only when
 * the sources cannot be read (ERR_MISSING, ERR_IO ...). */
int state_check(struct state *state, enum project_stage which,
		struct err *err);

/* After a stage ran: take its artifact's identity into the lock and write it.
 * ERR_MISSING when it made none. */
int state_record(struct state *state, enum project_stage which,
		 struct err *err);

/* The stage whose artifact this one is made from, or -1 (collect). */
int state_before(const struct project *project, enum project_stage which);

void state_close(struct state *state);

#endif
