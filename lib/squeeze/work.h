/*
 * work - what squeeze starts from: the trained model, its recordings, and
 * their features.
 */
#ifndef TINYML_SQUEEZE_WORK_H
#define TINYML_SQUEEZE_WORK_H

#include "labels/recorded.h"
#include "quant/recipe.h"
#include "squeeze/squeeze.h"

struct work {
	struct stage *stage;
	const struct progress *progress;
	struct pool *pool;
	struct artifact *trained;
	struct recorded recorded;
	/* features is NULL when there are only files */
	const struct artifact_member *features, *float_file;
	size_t float_bytes;	/* of the float model's file */
	bool has_labels;
	struct dsp_recipe recipe;
	struct model as_float;
	struct model tuned;	/* pruned and trained further */
	bool has_tuned;
	struct features_items calibration, held_out;
	const char *part;	/* that held_out is: "test", "validation", or
				   of files "odd" */
	struct err *err;
};

/*
 * Open everything and compute features: squeeze.calibration.samples of the
 * train part, and all of part `first`; when that is empty, of part `second`.
 * operand: the model artifact, or NULL for the project's.  stage, progress and
 * err are set before; work_close in every case.
 */
int work_open(struct work *w, const char *operand, int threads,
	      enum labels_part first, enum labels_part second);
void work_close(struct work *w);

/* With squeeze.fine_tune and squeeze.prune: fill tuned. As train_finetune. */
int work_finetune(struct work *w, int threads);

/* Hold out another part of the recordings instead. */
int work_hold_out(struct work *w, enum labels_part first,
		  enum labels_part second);

struct quant_samples work_samples(const struct work *w);

/* What the project's squeeze section asks for. ERR_USAGE. */
int work_recipe(const struct work *w, struct quant_recipe *recipe);

#endif
