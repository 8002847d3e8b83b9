/*
 * collect_priv - between collect.c, which goes through the files, and the
 * readers, which know one kind each.
 */
#ifndef TINYML_DATASET_COLLECT_PRIV_H
#define TINYML_DATASET_COLLECT_PRIV_H

#include "dataset/collect.h"
#include "dataset/picture.h"
#include "dataset/sound.h"

struct collector {
	const struct collect_job *job;
	struct dataset_builder *builder;
	struct dataset_summary *summary;
};

/* One source file on its way, or one file inside an archive. */
struct source_file {
	const char *name;	/* relative to the collected folder, without
				   the ending of what it was packed with */
	char *path;
	struct buf room;
	const uint8_t *bytes;	/* unpacked; in room or in an archive */
	size_t n;
	struct digest digest;
	uint32_t number;	/* from 1; of an archive for what is in it */
	uint32_t pack;		/* dataset_add_recording's: 0 or the archive */
	struct wav wav;		/* what prepare_wav made */
	struct sound sound;
	struct picture picture;	/* what prepare_image made */
	struct err why;		/* what went wrong so far */
};

/* First step, on any thread: touches nothing but the file. */
int prepare_wav(const struct collect_job *job, struct source_file *file);
int prepare_image(const struct collect_job *job, struct source_file *file);

/* Second step, one file after another in order: add the recordings. */
int add_wav(struct collector *c, struct source_file *file);
int add_csv(struct collector *c, struct source_file *file);
int add_idx(struct collector *c, struct source_file *file);
int add_json(struct collector *c, struct source_file *file);
int add_image(struct collector *c, struct source_file *file);

/* Read a file and unpack it when it begins as gzip does.  digest, unless
 * NULL, is that of the file as it lies there. */
int source_read(const char *path, struct buf *bytes, struct digest *digest,
		struct err *err);

#endif
