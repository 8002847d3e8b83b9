/*
 * dataset_priv - what writer and reader of the index share.
 */
#ifndef TINYML_DATASET_PRIV_H
#define TINYML_DATASET_PRIV_H

#include <stdbool.h>

#include "base/arena.h"
#include "dataset/dataset.h"

#define DATASET_INDEX "index.tsv"
#define DATASET_INDEX_HEADER \
	"id\tname\tkind\ttype\trate_hz\tframes\twidth\tchannels\tdata\t" \
	"offset\tsource"

#define DATASET_MARKS "marks.tsv"
#define DATASET_MARKS_HEADER "id\tstart\tend\tlabel"

/* The fields of a line, in order. */
enum { INDEX_ID, INDEX_NAME, INDEX_KIND, INDEX_TYPE, INDEX_RATE, INDEX_FRAMES,
       INDEX_WIDTH, INDEX_CHANNELS, INDEX_DATA, INDEX_OFFSET, INDEX_SOURCE };

enum { MARK_ID, MARK_START, MARK_END, MARK_LABEL };

/* 1 to DATASET_WORD_MAX bytes of UTF-8, no control characters, not "-". */
bool dataset_word_ok(const char *word);

/* Read marks.tsv, when it is there, against the recordings. */
int dataset_read_marks(struct dataset *dataset, const struct artifact *artifact,
		       struct arena *arena, struct err *err);

/* 1 to DATASET_NAME_MAX bytes of UTF-8 without control characters. */
bool dataset_name_ok(const char *name);

/* frames * width * channels * bytes of one; SIZE_MAX when that overflows or
 * a factor is 0. */
size_t dataset_bytes(const struct dataset_recording *recording);

#endif
