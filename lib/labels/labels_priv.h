/*
 * labels_priv - the rows that rules propose, a person edits, and the split
 * divides.
 */
#ifndef TINYML_LABELS_PRIV_H
#define TINYML_LABELS_PRIV_H

#include <stdbool.h>

#include "base/arena.h"
#include "labels/labels.h"
#include "labels/make.h"

#define LABELS_MEMBER "labels.tsv"
#define LABELS_HEADER "id\tname\tlabel\tpart\tgroup\tstart\tend"
#define LABELS_NONE "-"		/* no label: left out */
#define LABELS_GONE "!gone"	/* rule of a recording that is no more */

enum { LABELS_AUTO = -1 };	/* a part that is not fixed */

struct labels_row {
	const char *name;
	const char *label;	/* or LABELS_NONE */
	const char *rule;	/* what the rule says, LABELS_NONE, _GONE */
	int part;		/* the user's word: enum labels_part or AUTO */
	int fixed;		/* by test_where, validation_where, or AUTO */
	double start_s, end_s;	/* end_s 0: the whole recording */
	uint32_t recording;	/* UINT32_MAX: gone */
	const char *group;
	size_t line;		/* in labels/labels.tsv, 0: from the rule */
};

struct labels_rows {
	struct labels_row *items;
	size_t count, room;
	struct arena arena;	/* the rows' strings */
};

int labels_rows_add(struct labels_rows *rows, const struct labels_row *row,
		    struct err *err);
void labels_rows_release(struct labels_rows *rows);

/* By name, then start, then end. */
int labels_row_compare(const void *a, const void *b);

/* A usable class name: 1 to LABELS_WORD_MAX bytes of UTF-8, no control
 * characters, not "-", not beginning with '!' or '#'. */
bool labels_word_ok(const char *word);

/* Rows in the dataset's order: label, group and fixed part by the rules. */
int labels_rule(const struct labels_job *job, struct labels_rows *rows,
		struct labels_report *report, struct err *err);

/* The rows of label.csv, a helper of labels_rule. */
int labels_rule_csv(const struct labels_job *job, struct labels_rows *rows,
		    struct labels_report *report, struct err *err);

/* Rows of the marks that the dataset carries (from: column), a helper too. */
int labels_rule_column(const struct labels_job *job, struct labels_rows *rows,
		       struct err *err);

/* rows, sorted and merged, become windows of label.window_ms: rows with start
 * and end, whose label, group and part are those of the span that wins. */
int labels_windows(const struct labels_job *job, struct labels_rows *rows,
		   struct labels_report *report, struct err *err);

/* Rows of labels/labels.tsv; text may be empty. */
int labels_file_read(const void *text, size_t n, struct labels_rows *rows,
		     struct err *err);

/* rows become the merge of rule's and file's: edits win, what is new is
 * added, what is gone is kept and marked. Sorted. */
int labels_merge(const struct dataset *dataset, struct labels_rows *rows,
		 const struct labels_rows *file, struct err *err);

void labels_file_write(const struct labels_rows *rows, struct buf *out);

/* Fill parts[i] for every row that chosen[i]. */
int labels_split(const struct project_label *label,
		 const struct labels_rows *rows, const bool *chosen,
		 enum labels_part *parts, struct labels_report *report,
		 struct err *err);

#endif
