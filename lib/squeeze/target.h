/*
 * target - one board's plan and image of an int8 graph.
 */
#ifndef TINYML_SQUEEZE_TARGET_H
#define TINYML_SQUEEZE_TARGET_H

#include "plan/plan.h"
#include "squeeze/squeeze.h"

/* Kept free in a slot for what stands around an image: MCUboot header, TLVs
 * and signature. */
enum { TARGET_CONTAINER_BYTES = 512 };

/* How a plan uses memory, as tinyml.yaml says. */
struct target_memory {
	enum plan_streaming streaming;
	const char *const *slow;	/* tensors in the second memory */
	int slow_count;
	uint32_t slow_room;
};
struct target_memory target_memory(const struct project_squeeze *how);

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
	bool with_c;		/* write model.c as well */
	bool any_size;		/* what does not fit is no failure */
	struct target_memory memory;
};

/* What comes of it. Start as all zeros; target_files_release. */
struct target_files {
	struct squeeze_target fit;
	struct buf plan;	/* plan.txt */
	struct buf image;	/* model.img */
	struct buf c;		/* model.c */
};

/*
 * Plan for a board, write the files and check that it fits.
 * ERR_MISSING: no such board type; ERR_NOFIT: how many bytes of RAM or slot
 * are missing; ERR_UNSUPPORTED: the board runs no models of ours; those of
 * plan_init and the emitters.
 */
int target_make(const char *board, const struct model *model,
		const struct target_parts *parts, struct target_files *files,
		struct err *err);
void target_files_release(struct target_files *files);

/* Does it fit? ERR_NOFIT as above. */
int target_check(const struct squeeze_target *target, struct err *err);

/* Add a file as FOLDER/NAME to an artifact. */
void target_add(struct artifact_maker *maker, const char *folder,
		const char *name, const struct buf *bytes);

/* The file that a squeezed artifact has for this type of board: its own, else
 * the one of all targets; NULL.  target_need: ERR_FORMAT without one. */
const struct artifact_member *target_member(const struct artifact *artifact,
					    const char *type,
					    const char *name);
int target_need(const struct artifact *artifact, const char *type,
		const char *name, const struct artifact_member **out,
		struct err *err);

/* Add what target_make wrote. */
void target_add_files(struct artifact_maker *maker, const char *folder,
		      const struct target_files *files);

#endif
