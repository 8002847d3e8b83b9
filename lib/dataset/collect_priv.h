/*
 * collect_priv - between collect.c, which goes through the files, and the
 * readers, which know one kind each.
 */
#ifndef TINYML_DATASET_COLLECT_PRIV_H
#define TINYML_DATASET_COLLECT_PRIV_H

#include "dataset/collect.h"
#include "dataset/sound.h"

struct collector {
	const struct collect_job *job;
	struct dataset_builder *builder;
	struct dataset_summary *summary;
};

/* One source file on its way. */
struct source_file {
	const char *name;	/* relative to the collected folder */
	char *path;
	struct buf bytes;
	struct digest digest;
	uint32_t number;	/* from 1 */
	struct wav wav;		/* what prepare_wav made */
	struct sound sound;
	struct err why;		/* what went wrong so far */
};

/* First step, on any thread: touches nothing but the file. */
int prepare_wav(const struct collect_job *job, struct source_file *file);

/* Second step, one file after another in order: add the recordings. */
int add_wav(struct collector *c, struct source_file *file);
int add_csv(struct collector *c, struct source_file *file);
int add_idx(struct collector *c, struct source_file *file);

#endif
