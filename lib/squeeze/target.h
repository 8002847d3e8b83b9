/*
 * target - one board's plan and image of an int8 graph.
 */
#ifndef TINYML_SQUEEZE_TARGET_H
#define TINYML_SQUEEZE_TARGET_H

#include "squeeze/squeeze.h"

/* What goes into an image beside the graph. All borrowed. */
struct target_parts {
	const void *features;	/* recipe block; NULL for none */
	size_t feature_bytes;
	const char *const *classes;
	size_t class_count;
	const struct buf *golden;	/* input, output, input, output ... */
	size_t golden_count;
	const char *source_id;	/* hex identity of what it was made from */
	const char *name;	/* of the model */
};

/*
 * Plan for a board, check that it fits, and append plan.txt, the image and
 * the C source.  c may be NULL.
 * ERR_NOFIT: how many bytes of RAM or slot are missing; ERR_UNSUPPORTED: the
 * board runs no models of ours.
 */
int target_make(const char *board, const struct model *model,
		const struct target_parts *parts,
		struct squeeze_target *target, struct buf *plan_text,
		struct buf *image, struct buf *c, struct err *err);

#endif
