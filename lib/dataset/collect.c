#include "dataset/collect.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/pool.h"
#include "dataset/collect_priv.h"
#include "dataset/files.h"
#include "dataset/gzip.h"
#include "dataset/untar.h"

/* Files in memory at a time: enough to keep the threads busy. */
enum { BATCH = 16 };

static bool has_ending(const char *name, const char *ending)
{
	size_t n = strlen(name), m = strlen(ending);

	return n > m && strcasecmp(name + n - m, ending) == 0;
}

static bool is_archive(const char *name)
{
	return has_ending(name, ".tar") || has_ending(name, ".tar.gz") ||
	       has_ending(name, ".tgz");
}

static const struct source {
	const char *name, *files;
	const char *endings[5];	/* none: as wants_idx says */
	bool single;		/* not out of archives */
	int (*prepare)(const struct collect_job *job,
		       struct source_file *file);
	int (*add)(struct collector *c, struct source_file *file);
} sources[] = {
	{ "wav", "WAV files", { ".wav", ".wave" }, false, prepare_wav,
	  add_wav },
	{ "csv", "CSV files", { ".csv", ".tsv" }, false, NULL, add_csv },
	{ "json", "JSON files", { ".json" }, false, NULL, add_json },
	{ "image", "JPEG or PNG files", { ".jpg", ".jpeg", ".png" }, false,
	  prepare_image, add_image },
	{ "idx", "IDX image files", { NULL }, true, NULL, add_idx },
};

static const struct source *find_source(const char *name)
{
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
		if (strcmp(sources[i].name, name) == 0)
			return &sources[i];
	return NULL;
}

/* Length of the name without ".gz". */
static size_t plain_length(const char *name)
{
	return strlen(name) - (has_ending(name, ".gz") ? 3 : 0);
}

static bool wants_idx(const char *name)
{
	return strstr(name, "images") && strstr(name, "idx3");
}

/* Is this a file of the source's kind, packed or not? */
static bool is_kind(const struct source *source, const char *name)
{
	char plain[DATASET_NAME_MAX + 1];
	size_t n = plain_length(name);

	if (n >= sizeof(plain))
		return false;
	memcpy(plain, name, n);
	plain[n] = '\0';
	if (!source->endings[0])
		return wants_idx(plain);
	for (size_t i = 0; source->endings[i]; i++)
		if (has_ending(plain, source->endings[i]))
			return true;
	return false;
}

static bool is_matched(const struct collect_job *job, const char *name)
{
	const char *match = job->collect->match;

	return !*match || fnmatch(match, name, 0) == 0;
}

struct choice {
	const struct collect_job *job;
	const struct source *source;
};

/* Files of the folder; what is in an archive is seen when it is read. */
static bool wants(const void *ctx, const char *name)
{
	const struct choice *choice = ctx;

	if (is_archive(name))
		return !choice->source->single;
	return is_kind(choice->source, name) &&
	       is_matched(choice->job, name);
}

struct batch {
	struct collector *c;
	const struct source *source;
	struct source_file files[BATCH];
};

int source_read(const char *path, struct buf *bytes, struct digest *digest,
		struct err *err)
{
	struct buf packed = BUF_INIT;
	int ret = file_read(path, COLLECT_FILE_BYTES_MAX, bytes, err);

	if (!ret && digest)
		*digest = digest_of(bytes->data, bytes->len);
	if (ret || !gzip_begins(bytes->data, bytes->len))
		return ret;
	packed = *bytes;
	*bytes = (struct buf)BUF_INIT;
	ret = gzip_read(packed.data, packed.len, COLLECT_UNPACKED_MAX, bytes,
			err);
	buf_release(&packed);
	return ret;
}

static bool holds_files(const struct batch *batch,
			const struct source_file *file)
{
	return !batch->source->single && is_archive(file->path);
}

/* Read one file and make of it what needs no order. */
static void prepare(void *ctx, size_t item, int worker)
{
	struct batch *batch = ctx;
	struct source_file *file = batch->files + item;

	(void)worker;
	if (!file->path || !file->name) {
		err_nomem(&file->why);
		return;
	}
	if (source_read(file->path, &file->room, &file->digest, &file->why))
		return;
	file->bytes = file->room.data;
	file->n = file->room.len;
	if (batch->source->prepare && !holds_files(batch, file))
		batch->source->prepare(batch->c->job, file);
}

/* Say which file failed; what the machine lacks is no file's fault. */
static int blame(struct collector *c, const struct source_file *file,
		 struct err *err)
{
	const struct err *why = &file->why;

	if (why->kind == ERR_MEM)
		return err_nomem(err);
	if (c->job->skip_bad) {
		c->summary->skipped++;
		dataset_note(c->summary, "skipped '%s': %s", file->name,
			     why->text);
		return 0;
	}
	err_set(err, why->kind, "cannot use '%s': %s", file->name, why->text);
	if (why->place[0])
		err_at(err, "%s", why->place);
	err_hint(err, "%s", why->hint[0] ? why->hint :
		 "repair the file, or leave such files out with --skip-bad");
	return why->kind;
}

static void release_made(struct source_file *file)
{
	sound_release(&file->sound);
	picture_release(&file->picture);
}

/* ---- archives ----------------------------------------------------------- */

/* The archive's name without its ending. */
static int archive_stem(const char *name)
{
	size_t n = plain_length(name);

	return (int)n - 4;	/* ".tar" or ".tgz" */
}

static bool is_hidden(const char *name)
{
	const char *slash = strrchr(name, '/');

	return (slash ? slash[1] : *name) == '.';
}

static int add_inner(struct batch *batch, const struct source_file *archive,
		     const struct untar *tar, struct err *err)
{
	struct collector *c = batch->c;
	char name[2 * DATASET_NAME_MAX];
	struct source_file file = {
		.name = name, .bytes = tar->bytes, .n = tar->n,
		.digest = digest_of(tar->bytes, tar->n),
		.number = archive->number, .pack = archive->number
	};
	int ret = 0;

	snprintf(name, sizeof(name), "%.*s/%s", archive_stem(archive->name),
		 archive->name, tar->name);
	if (batch->source->prepare)
		batch->source->prepare(c->job, &file);
	if (!file.why.kind)
		batch->source->add(c, &file);
	if (file.why.kind)
		ret = blame(c, &file, err);
	release_made(&file);
	return ret;
}

/* Failures of the archive itself go to why, those of its files to err. */
static int add_archive(struct batch *batch, struct source_file *archive,
		       struct err *err)
{
	struct collector *c = batch->c;
	struct untar *tar = malloc(sizeof(*tar));
	size_t before = c->summary->ignored;
	int ret = tar ? 0 : err_nomem(err);

	if (tar)
		untar_open(tar, archive->bytes, archive->n);
	while (!ret && untar_next(tar, &archive->why) == 1) {
		if (is_hidden(tar->name))
			continue;
		if (is_kind(batch->source, tar->name) &&
		    is_matched(c->job, tar->name))
			ret = add_inner(batch, archive, tar, err);
		else
			c->summary->ignored++;
		progress_tick(c->job->progress, "reading",
			      (double)(tar->bytes - archive->bytes),
			      (double)archive->n, archive->name);
	}
	if (archive->why.kind)
		c->summary->ignored = before;
	free(tar);
	return ret;
}

/* ---- files -------------------------------------------------------------- */

static int add_batch(struct batch *batch, size_t n, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; i < n; i++) {
		struct source_file *file = batch->files + i;

		if (!ret && !file->why.kind && holds_files(batch, file))
			ret = add_archive(batch, file, err);
		else if (!ret && !file->why.kind)
			batch->source->add(batch->c, file);
		if (!ret && file->why.kind)
			ret = blame(batch->c, file, err);
		buf_release(&file->room);
		release_made(file);
		free(file->path);
	}
	return ret;
}

/* A table or sound is named as if it were not packed. */
static const char *plain_name(struct files *files, const char *name)
{
	return is_archive(name) ? name :
	       arena_textn(&files->arena, name, plain_length(name));
}

static int read_files(struct batch *batch, struct files *files,
		      struct err *err)
{
	struct pool *pool = NULL;
	size_t n;
	int ret = pool_open(&pool, 0, err);

	for (size_t at = 0; at < files->count && !ret; at += n) {
		n = files->count - at < BATCH ? files->count - at : BATCH;
		memset(batch->files, 0, sizeof(batch->files));
		for (size_t i = 0; i < n; i++) {
			struct source_file *file = batch->files + i;

			file->path = file_join(files->folder,
					       files->names[at + i]);
			file->name = plain_name(files, files->names[at + i]);
			file->number = (uint32_t)(at + i + 1);
		}
		pool_run(pool, prepare, batch, n);
		ret = add_batch(batch, n, err);
		progress_tick(batch->c->job->progress, "reading",
			      (double)(at + n), (double)files->count,
			      files->names[at + n - 1]);
	}
	pool_close(pool);
	return ret;
}

static int no_files(const struct files *files, const struct source *source,
		    struct err *err)
{
	err_set(err, ERR_MISSING, "no %s in '%s'", source->files,
		files->folder);
	if (files->ignored)
		err_hint(err, "%zu files of other kinds are there; "
			 "collect.source says %s", files->ignored,
			 source->name);
	else
		err_hint(err, "put recordings there, or set collect.path");
	return ERR_MISSING;
}

static int read_all(struct collector *c, const struct source *source,
		    struct err *err)
{
	struct batch *batch = calloc(1, sizeof(*batch));
	const struct choice choice = { c->job, source };
	struct files files;
	int ret = files_list(&files, c->job->path,
			     &(struct files_filter){ wants, &choice }, err);

	c->summary->ignored = files.ignored;
	if (files.links)
		dataset_note(c->summary, "%zu links to folders are not "
			     "followed", files.links);
	if (!ret && !batch)
		ret = err_nomem(err);
	if (!ret && files.count == 0)
		ret = no_files(&files, source, err);
	if (!ret) {
		batch->c = c;
		batch->source = source;
		ret = read_files(batch, &files, err);
	}
	files_release(&files);
	free(batch);
	return ret;
}

int dataset_collect(const struct collect_job *job,
		    struct artifact_maker *maker,
		    struct dataset_summary *summary, struct err *err)
{
	const struct source *source = find_source(job->collect->source);
	struct collector c = { .job = job, .summary = summary };
	int ret;

	if (!source) {
		err_set(err, ERR_UNSUPPORTED, "'%s' is not a kind of source",
			job->collect->source);
		err_hint(err, "wav, csv, json, image, idx and board are");
		return ERR_UNSUPPORTED;
	}
	c.builder = dataset_build();
	if (!c.builder)
		return err_nomem(err);
	ret = read_all(&c, source, err);
	if (!ret)
		ret = dataset_finish(c.builder, maker, summary, err);
	dataset_builder_release(c.builder);
	return ret;
}
