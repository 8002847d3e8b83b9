/*
 * lineage - from an artifact back to the recordings.
 *
 *     squeeze <- train <- label <- collect
 *
 * Every artifact names its inputs by identity.  A walk visits each artifact
 * once, the newest first, opens and verifies it, and goes on with what it
 * names.  It holds when every artifact named was found and is trusted, and
 * when only artifacts of the root stage have no inputs.
 */
#ifndef TINYML_ARTIFACT_LINEAGE_H
#define TINYML_ARTIFACT_LINEAGE_H

#include "artifact/artifact.h"

enum { LINEAGE_MAX = 4096 };	/* artifacts of one walk */

/* Where to look, whom to believe, where a chain must end. */
struct lineage {
	const char *root;	/* "collect" */
	struct artifact_places places;
	const struct artifact_trust *trust;
};

/* Called for each artifact before the walk goes on; it is closed afterwards.
 * Anything but 0 ends the walk with that value. */
typedef int lineage_visit(void *ctx, const struct artifact *artifact);

/* Start at an open artifact. ERR_MISSING names what was not found; ERR_TRUST,
 * also for a chain that ends too early; ERR_LIMIT; what artifact_open says. */
int lineage_walk(const struct lineage *lineage,
		 const struct artifact *artifact, lineage_visit *visit,
		 void *ctx, struct err *err);

/* Start at an identity, such as the one a board reports of its model. */
int lineage_walk_id(const struct lineage *lineage, const char *stage,
		    const struct digest *id, lineage_visit *visit, void *ctx,
		    struct err *err);

#endif
