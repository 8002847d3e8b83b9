#include "command/command.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "artifact/extract.h"
#include "base/file.h"
#include "base/json.h"
#include "command/supervise.h"
#include "project/command.h"
#include "project/schema.h"
#include "project/stage.h"

/* The supervisor of a killed stage may still hold it. */
enum { PATIENCE_MS = 1000 * (COMMAND_GRACE_S + 1) };

static int lock_place(struct command *c, struct err *err)
{
	struct err busy = { 0 };
	char *path = NULL;
	int fd;

	if (asprintf(&path, "%s.lock", c->place) < 0)
		return err_nomem(err);
	fd = file_lock(path, PATIENCE_MS, &busy);
	free(path);
	c->lock = fd < 0 ? -1 : fd;
	if (fd == ERR_BUSY) {
		err_set(err, fd, "another command of '%s' works in this "
			"project", c->stage);
		err_hint(err, "wait for it to end, or stop it");
	} else if (fd < 0 && err && !err->kind) {
		*err = busy;
	}
	return fd < 0 ? fd : 0;
}

static int name_folders(struct command *c, struct err *err)
{
	char *root = realpath(c->job.project->root, NULL);

	if (!root)
		return err_errno(err, "cannot find '%s'",
				 c->job.project->root);
	if (asprintf(&c->place, "%s/.tinyml/command/%s", root, c->stage) < 0)
		c->place = NULL;
	free(root);
	if (!c->place)
		return err_nomem(err);
	c->in = file_join(c->place, "in");
	c->out = file_join(c->place, "out");
	if (!c->in || !c->out)
		return err_nomem(err);
	return file_mkparents(c->place, err);
}

static int digest_files(struct command *c, struct err *err)
{
	struct statcache *cache = NULL;
	int ret = statcache_open(&cache, "", true, err);

	if (!ret)
		ret = project_command_files(c->job.project, c->how, cache,
					    &c->digests, err);
	statcache_close(cache);
	return ret;
}

int command_open(struct command *command, const struct command_job *job,
		 struct err *err)
{
	int ret;

	*command = (struct command){
		.job = *job, .lock = -1,
		.how = project_command(job->project, job->which),
		.stage = project_stage_name(job->which) };
	ret = digest_files(command, err);
	if (!ret)
		ret = name_folders(command, err);
	if (!ret)
		ret = lock_place(command, err);
	if (!ret) {
		supervise_remove(command->place);
		ret = file_mkdirs(command->in, err);
	}
	if (!ret)
		ret = file_mkdirs(command->out, err);
	return ret;
}

void command_close(struct command *command)
{
	if (command->lock >= 0) {
		supervise_remove(command->place);
		close(command->lock);
	}
	free(command->place);
	free(command->in);
	free(command->out);
	buf_release(&command->digests);
	*command = (struct command){ .lock = -1 };
}

int command_put(const struct command *command, const char *name,
		const void *bytes, size_t n, struct err *err)
{
	char *path = file_join(command->in, name);
	int ret = path ? file_mkparents(path, err) : err_nomem(err);

	if (!ret)
		ret = file_write(path, bytes, n, 0644, err);
	free(path);
	return ret;
}

int command_put_artifact(const struct command *command, const char *folder,
			 const struct artifact *artifact, struct err *err)
{
	char *path = file_join(command->in, folder);
	int ret = path ? extract_all(artifact, path, err) : err_nomem(err);

	free(path);
	return ret;
}

int command_put_parameters(const struct command *command, struct err *err)
{
	struct buf text = BUF_INIT;
	struct json json;
	char room[1024];
	int ret;

	json_init(&json, &text);
	json_object(&json, NULL);
	for (size_t i = 0; i < schema_count; i++) {
		const char *path = schema_rows[i].path;
		const char *value = project_value(command->job.project, path,
						  room, sizeof(room));

		if (!stage_shaped_by(command->job.which, path))
			continue;
		if (schema_rows[i].kind == SCHEMA_LONG ||
		    schema_rows[i].kind == SCHEMA_REAL)
			json_real(&json, path, strtod(value, NULL));
		else
			json_text(&json, path, value);
	}
	json_end(&json);
	ret = text.failed ? err_nomem(err) :
		command_put(command, "parameters.json", text.data, text.len,
			    err);
	buf_release(&text);
	return ret;
}

void command_params(const struct command *command,
		    struct artifact_maker *maker)
{
	char key[64];

	if (!command->how)
		return;
	snprintf(key, sizeof(key), "%s.command.files", command->stage);
	artifact_add_param(maker, key, "%s", command->digests.len ?
			   (const char *)command->digests.data : "");
}
