/*
 * tsv - the tables inside our own artifacts: strict, tab-separated text.
 *
 *     header line, exactly as expected
 *     field TAB field ... LF          as many fields as the header has
 *
 * No quoting, no empty fields ("-" stands for nothing), no carriage returns or
 * zero bytes, a line end behind the last line.  The bytes are untrusted; they
 * are copied once into the arena and fields point into that copy.
 */
#ifndef TINYML_DATASET_TSV_H
#define TINYML_DATASET_TSV_H

#include <stddef.h>
#include <stdint.h>

#include "artifact/artifact.h"
#include "base/arena.h"
#include "base/error.h"

enum { TSV_FIELDS_MAX = 16 };

struct tsv {
	const char *member;		/* for messages */
	char *pos, *end;
	size_t line, count;		/* fields in each line */
	char *fields[TSV_FIELDS_MAX];	/* live as long as the arena */
};

/* ERR_FORMAT when the first line is not header; ERR_MEM. */
int tsv_open(struct tsv *tsv, struct arena *arena,
	     const struct artifact_member *member, const char *header,
	     struct err *err);

/* 1 when a line was read, 0 at the end, ERR_FORMAT with member and line. */
int tsv_next(struct tsv *tsv, struct err *err);

/* ERR_FORMAT (or kind) about the line last read. */
int tsv_fail(const struct tsv *tsv, int kind, const char *what,
	     struct err *err);

/* Field i as a whole number in [min, max]; ERR_RANGE. */
int tsv_u32(const struct tsv *tsv, size_t i, uint32_t min, uint32_t max,
	    uint32_t *value, struct err *err);

/* Lines of the text, an upper bound for counting ahead. */
size_t tsv_lines(const struct artifact_member *member);

#endif
