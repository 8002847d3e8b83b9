/*
 * make - from a dataset and the words about it to the members of labels.tar.
 *
 * In this order:
 *     rule     a label, a group and perhaps a part for every recording, from
 *              its folder, the fields of its name, label.csv, or the marks
 *              that came with the dataset (column)
 *     merge    labels/labels.tsv, the text a person edits: edits win
 *     windows  with label.window_ms: the spans become windows of that length
 *              every label.stride_ms; each shows what most of its frames show
 *              (window_by majority; at least label.majority percent of them,
 *              or it is left out) or what its last frame shows (last)
 *     normal   with label.normal: that label becomes class "normal", every
 *              other "anomalous", of which train gets none
 *     classes  label.classes, or all labels in byte order
 *     split    windows behind label.train_first_s are test, those across it
 *              are left out; otherwise a group goes where the SHA-256 of
 *              its key falls among the shares, so it stays there whatever
 *              else is recorded
 *     check    too few samples are errors, an uneven set is a warning
 *
 * labels/labels.tsv: tab-separated, '#' begins a comment line, columns
 *     name label part start end rule
 * label "-" leaves a recording out; part "-" lets the split choose; start and
 * end are seconds or "-" for all of it.  rule is what tinyml.yaml said when
 * the line was written: a label that differs from it is a person's edit and
 * stays, one that equals it follows the rule.  "!gone" there marks a recording
 * that the dataset does not hold any more.
 */
#ifndef TINYML_LABELS_MAKE_H
#define TINYML_LABELS_MAKE_H

#include "base/buf.h"
#include "labels/labels.h"
#include "project/project.h"

/* A class with this many times fewer samples than the largest is noted. */
enum { LABELS_IMBALANCE = 10, LABELS_NOTES_MAX = 20 };

struct labels_job {
	const struct project_label *label;
	const struct dataset *dataset;
	const void *csv;	/* content of label.csv when from is csv */
	size_t csv_n;
	const void *edited;	/* content of labels/labels.tsv, or NULL */
	size_t edited_n;
};

struct labels_balance {
	char name[LABELS_WORD_MAX + 1];
	size_t parts[LABELS_PARTS];
};

struct labels_report {
	struct labels_balance *classes;
	size_t class_count, items, left_out, gone, edited, groups;
	struct buf notes;	/* as in dataset/quality.h */
	size_t note_count;
};

void labels_report_release(struct labels_report *report);
void labels_note(struct labels_report *report, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Add the members of labels.tar to maker (the caller adds the dataset as
 * input) and put what labels/labels.tsv should now say into text.
 * report starts as zeros; labels_report_release in every case.
 * ERR_FORMAT: a setting or a line that cannot be read, no class, one class
 * only, a class with one sample or none to train with, a group in two parts;
 * ERR_MISSING: a class or field that is nowhere; ERR_MEM.
 */
int labels_make(const struct labels_job *job, struct artifact_maker *maker,
		struct buf *text, struct labels_report *report,
		struct err *err);

/* The balance table for people, and everything as JSON. */
void labels_report_text(const struct labels_report *report, struct buf *out);
void labels_report_json(const struct labels_report *report, struct buf *out);

#endif
