/*
 * labels - what each recording shows, and which part of the work it serves.
 *
 * The payload of labels.tar (stage "label"), tab-separated with one header
 * line, "-" for nothing:
 *
 *     labels.tsv   id name label part group start end
 *                  one line an item, sorted by id, then start; id and name are
 *                  the dataset's; start and end in frames, end excluded
 *     classes.txt  the classes, one a line; a line's number from 0 is the
 *                  class index everywhere downstream
 *     balance.tsv  class, items in train, validation, test
 *
 * The dataset is named by digest among the artifact's inputs.
 *
 * Parts: train fits weights, validation chooses among them (early stop),
 * test is looked at once.  Items of one group (a speaker, a session) are never
 * in two parts unless the user said so line by line.
 */
#ifndef TINYML_LABELS_LABELS_H
#define TINYML_LABELS_LABELS_H

#include <stddef.h>
#include <stdint.h>

#include "artifact/artifact.h"
#include "base/error.h"
#include "dataset/dataset.h"

enum { LABELS_FORMAT = 1, LABELS_CLASSES_MAX = 1024, LABELS_WORD_MAX = 63 };

/* With label.normal: the classes 0 and 1; training sees only the first. */
#define LABELS_NORMAL "normal"
#define LABELS_ANOMALOUS "anomalous"

enum labels_part { LABELS_TRAIN, LABELS_VALIDATION, LABELS_TEST,
		   LABELS_PARTS };

struct labels_item {
	uint32_t recording;	/* index into dataset.recordings */
	uint32_t class;		/* index into classes */
	enum labels_part part;
	uint32_t start, end;	/* frames of the recording, start < end */
};

struct labels {
	const char *const *classes;
	size_t class_count;	/* at least 2 */
	const struct labels_item *items;
	size_t count;
	void *memory;
};

/*
 * Read labels.tar against its dataset.  Every line is checked: ids and names
 * as the dataset has them, known class and part, a span inside the recording.
 * labels_release in every case.  ERR_FORMAT, ERR_RANGE with member and line.
 */
int labels_read(struct labels *labels, const struct artifact *artifact,
		const struct dataset *dataset, struct err *err);
void labels_release(struct labels *labels);

/* Items in a part. */
size_t labels_count(const struct labels *labels, enum labels_part part);

/* The next item of a part at or after *at, which moves behind it; NULL at the
 * end:   for (at = 0; (item = labels_next(l, LABELS_TRAIN, &at)); )   */
const struct labels_item *labels_next(const struct labels *labels,
				      enum labels_part part, size_t *at);

/* "train", "validation", "test"; and back (-1 when it is none). */
const char *labels_part_name(enum labels_part part);
int labels_part_find(const char *name);

#endif
