#include "dataset/collect.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/pool.h"
#include "dataset/collect_priv.h"
#include "dataset/files.h"

/* Files in memory at a time: enough to keep the threads busy. */
enum { BATCH = 16 };

static bool has_ending(const char *name, const char *ending)
{
	size_t n = strlen(name), m = strlen(ending);

	return n > m && strcasecmp(name + n - m, ending) == 0;
}

static bool wants_wav(const char *name)
{
	return has_ending(name, ".wav") || has_ending(name, ".wave");
}

static bool wants_csv(const char *name)
{
	return has_ending(name, ".csv") || has_ending(name, ".tsv");
}

static bool wants_idx(const char *name)
{
	return strstr(name, "images") && strstr(name, "idx3") &&
	       !has_ending(name, ".gz");
}

static const struct source {
	const char *name, *files;
	bool (*wanted)(const char *name);
	int (*prepare)(const struct collect_job *job,
		       struct source_file *file);
	int (*add)(struct collector *c, struct source_file *file);
} sources[] = {
	{ "wav", "WAV files", wants_wav, prepare_wav, add_wav },
	{ "csv", "CSV files", wants_csv, NULL, add_csv },
	{ "idx", "IDX image files", wants_idx, NULL, add_idx },
};

static const struct source *find_source(const char *name)
{
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
		if (strcmp(sources[i].name, name) == 0)
			return &sources[i];
	return NULL;
}

struct batch {
	struct collector *c;
	const struct source *source;
	struct source_file files[BATCH];
};

/* Read one file and make of it what needs no order. */
static void prepare(void *ctx, size_t item, int worker)
{
	struct batch *batch = ctx;
	struct source_file *file = batch->files + item;

	(void)worker;
	if (!file->path) {
		err_nomem(&file->why);
		return;
	}
	if (file_read(file->path, COLLECT_FILE_BYTES_MAX, &file->bytes,
		      &file->why))
		return;
	file->digest = digest_of(file->bytes.data, file->bytes.len);
	if (batch->source->prepare)
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

static int add_batch(struct batch *batch, size_t n, struct err *err)
{
	struct collector *c = batch->c;
	int ret = 0;

	for (size_t i = 0; i < n; i++) {
		struct source_file *file = batch->files + i;

		if (!ret && !file->why.kind)
			batch->source->add(c, file);
		if (!ret && file->why.kind)
			ret = blame(c, file, err);
		buf_release(&file->bytes);
		sound_release(&file->sound);
		free(file->path);
	}
	return ret;
}

static int read_files(struct batch *batch, const struct files *files,
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

			file->name = files->names[at + i];
			file->path = file_join(files->folder, file->name);
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
	struct files files;
	int ret = files_list(&files, c->job->path, source->wanted, err);

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
		err_hint(err, "wav, csv, idx and board are");
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
