/*
 * compare - the same model squeezed in several ways, side by side.
 *
 * Variants are judged on recordings that neither trained the model nor set a
 * range: the validation part, or the test part when that is empty.  RAM is
 * the plan's arena, flash the model image without golden vectors, both as on
 * the target; instructions are an estimate (squeeze/estimate.h).
 *
 * For each target one variant is chosen:  of those that fit, the best answers
 * come first; whoever is at most COMPARE_SLACK_PERMILLE of the recordings
 * behind the best (one recording at least) counts as equal; of the equal ones
 * the one with the fewest instructions, then the smallest image, then the
 * smallest arena, then the first in the list.
 */
#ifndef TINYML_SQUEEZE_COMPARE_H
#define TINYML_SQUEEZE_COMPARE_H

#include "squeeze/work.h"

enum { COMPARE_VARIANTS_MAX = 16, COMPARE_SLACK_PERMILLE = 5 };

struct compare_row {
	const char *name;	/* "int8 auto" */
	const char *section;	/* of tinyml.yaml, that makes it */
	struct quant_recipe recipe;	/* the same */
	bool made;
	char why[96];		/* it was not */
	struct squeeze_score score;
	size_t agree;		/* recordings answered as by the float model */
	size_t file_bytes;	/* of the .tflite */
	uint64_t macs;
	struct squeeze_target targets[SQUEEZE_TARGETS_MAX];
};

struct compare {
	const char *part;	/* "validation", "test"; of files "odd" */
	bool has_labels;	/* otherwise nothing is known to be right */
	struct squeeze_score as_float;
	size_t float_bytes, calibrated;
	size_t target_count, count;
	const char *names[SQUEEZE_TARGETS_MAX];
	struct compare_row rows[COMPARE_VARIANTS_MAX];
};

/*
 * Make and measure all variants of a model for the project's targets; of
 * plain files every other sample calibrates, the rest are held out.  Nothing
 * is written.  A variant that cannot be
 * made says why in its row; ERR_* of opening, or when none can be made.
 */
int squeeze_compare(struct stage *stage, const struct squeeze_source *source,
		    int threads, const struct progress *progress,
		    struct compare *compare, struct err *err);

/* The same of work that is open, on what it holds out. */
int compare_work(struct work *w, struct compare *compare);

/* The row chosen for a target, or -1 when none fits. */
int compare_choose(const struct compare *compare, size_t target);

/* Append as a table for each target with the choice in words; as JSON. */
void compare_print(const struct compare *compare, struct buf *out);
void compare_json(const struct compare *compare, struct buf *out);

#endif
