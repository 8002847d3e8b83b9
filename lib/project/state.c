#include "project/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/program.h"
#include "base/text.h"
#include "project/command.h"
#include "project/keys.h"
#include "project/schema.h"
#include "project/sources.h"
#include "project/stage.h"

int state_open(struct state *state, const struct project *project, bool deep,
	       struct err *err)
{
	char *cache = project_path(project, ".tinyml/stat");
	int ret;

	*state = (struct state){ .project = project, .is_deep = deep };
	state->lock_path = project_path(project, "tinyml.lock");
	if (!cache || !state->lock_path) {
		free(cache);
		return err_nomem(err);
	}
	ret = lock_read(&state->lock, state->lock_path, err);
	if (!ret)
		ret = file_mkparents(cache, err);
	if (!ret)
		ret = statcache_open(&state->cache, cache, deep, err);
	free(cache);
	return ret;
}

void state_close(struct state *state)
{
	if (state->cache)
		statcache_save(state->cache);
	statcache_close(state->cache);
	free(state->lock_path);
	*state = (struct state){ 0 };
}

static bool is_on(const struct project *p, enum project_stage which)
{
	switch (which) {
	case STAGE_SPLIT:
		return p->split.nodes.n > 0;
	case STAGE_FLASH:
		return p->flash.board[0] != '\0';
	case STAGE_UPDATE:
		return p->update.board[0] != '\0';
	default:
		return true;
	}
}

int state_before(const struct project *project, enum project_stage which)
{
	if (which == STAGE_COLLECT)
		return -1;
	if (which < STAGE_FLASH)
		return (int)which - 1;
	return is_on(project, STAGE_SPLIT) ? STAGE_SPLIT : STAGE_SQUEEZE;
}

/* ---- what a lock line would say now -------------------------------------- */

static void add_text(struct digest_state *d, const char *name,
		     const char *value)
{
	digest_add(d, name, strlen(name));
	digest_add(d, "=", 1);
	digest_add(d, value, strlen(value) + 1);
}

/* The digest of a project's file; an absent one counts as no bytes. */
static int add_file(struct state *state, struct digest_state *d,
		    const char *path, struct err *err)
{
	struct digest digest;
	struct stat st;
	int ret = 0;

	if (stat(path, &st) == 0 && S_ISREG(st.st_mode)) {
		ret = statcache_digest(state->cache, path, &st, &digest, err);
		if (!ret)
			digest_add(d, digest.bytes, DIGEST_BYTES);
	}
	digest_add(d, "", 1);
	return ret;
}

static int add_project_file(struct state *state, struct digest_state *d,
			    const char *name, struct err *err)
{
	char *path = project_path(state->project, name);
	int ret = path ? add_file(state, d, path, err) : err_nomem(err);

	free(path);
	return ret;
}

static int collect_inputs(struct state *state, struct digest_state *d,
			  struct err *err)
{
	const struct project *p = state->project;
	struct digest digest;
	char *path;
	int ret;

	if (strcmp(p->collect.source, "board") == 0) {
		add_text(d, "board", p->collect.board);
		return 0;
	}
	if (!p->collect.path[0] && p->collect.command.line[0])
		return 0;
	if (!p->collect.path[0]) {
		err_set(err, ERR_MISSING, "no recordings are named");
		err_hint(err, "set 'path' below 'collect' in tinyml.yaml");
		return ERR_MISSING;
	}
	path = project_path(p, p->collect.path);
	if (!path)
		return err_nomem(err);
	ret = sources_digest(state->cache, path, &digest,
			     &state->stages[STAGE_COLLECT].files, err);
	if (ret == ERR_MISSING)
		err_hint(err, "'path' below 'collect' in tinyml.yaml names it");
	digest_add(d, digest.bytes, ret ? 0 : DIGEST_BYTES);
	free(path);
	return ret;
}

static int delivery_inputs(struct state *state, struct digest_state *d,
			   struct err *err)
{
	const struct project *p = state->project;
	char file[PROGRAM_PATH], name[128], *key = NULL;
	int ret = 0;

	for (size_t i = 0; i < p->board_count && !ret; i++) {
		add_text(d, p->boards[i].name, p->boards[i].type);
		snprintf(name, sizeof(name), "firmware/%s.elf",
			 p->boards[i].type);
		if (program_data(name, file))
			ret = add_file(state, d, file, err);
	}
	if (!ret && p->device_key[0] &&
	    keys_path(p, p->device_key, &key, NULL) == 0)
		ret = add_file(state, d, key, err);
	free(key);
	return ret;
}

static int command_inputs(struct state *state, enum project_stage which,
			  struct digest_state *d, struct err *err)
{
	const struct project_command *c = project_command(state->project,
							   which);
	struct buf files = BUF_INIT;
	int ret = project_command_files(state->project, c, state->cache,
					&files, err);

	digest_add(d, files.data, ret ? 0 : files.len);
	buf_release(&files);
	return ret;
}

static int inputs_now(struct state *state, enum project_stage which,
		      struct digest *out, struct err *err)
{
	const struct project *p = state->project;
	int before = state_before(p, which), ret = 0;
	struct digest_state d;

	digest_init(&d);
	if (before >= 0)
		digest_add(&d, state->lock.stages[before].output.bytes,
			   DIGEST_BYTES);
	if (which == STAGE_COLLECT) {
		ret = collect_inputs(state, &d, err);
	} else if (which == STAGE_LABEL) {
		ret = add_project_file(state, &d, "labels/labels.tsv", err);
		if (!ret && p->label.csv[0])
			ret = add_project_file(state, &d, p->label.csv, err);
	} else if (which == STAGE_TRAIN && p->train.start[0]) {
		ret = add_project_file(state, &d, p->train.start, err);
	} else if (which == STAGE_SPLIT) {
		for (size_t i = 0; i < p->board_count; i++)
			add_text(&d, p->boards[i].name, p->boards[i].type);
	} else if (which >= STAGE_FLASH) {
		ret = delivery_inputs(state, &d, err);
	}
	if (!ret && project_command(p, which))
		ret = command_inputs(state, which, &d, err);
	*out = digest_end(&d);
	return ret;
}

/* ---- judging ------------------------------------------------------------- */

static int output_path(const struct state *state, enum project_stage which,
		       char **path, struct err *err)
{
	char file[64];

	snprintf(file, sizeof(file), "artifacts/%s.tar",
		 project_stage_name(which));
	*path = project_path(state->project, file);
	return *path ? 0 : err_nomem(err);
}

static void __attribute__((format(printf, 2, 3)))
stale(struct state_stage *s, const char *fmt, ...)
{
	va_list ap;

	s->verdict = STATE_STALE;
	va_start(ap, fmt);
	vsnprintf(s->why, sizeof(s->why), fmt, ap);
	va_end(ap);
}

/* Say which parameter differs from what the artifact at path records. */
static void explain_params(const struct state *state, enum project_stage which,
			   const char *path, struct state_stage *s)
{
	const struct artifact *old = NULL;
	char room[PROJECT_VALUE_BYTES];

	stale(s, "parameters or the tool's version changed");
	if (artifact_peek(&old, path, NULL))
		return;
	for (size_t i = 0; i < schema_count; i++) {
		const char *key = schema_rows[i].path;
		const char *was, *is;

		if (!stage_shaped_by(which, key))
			continue;
		was = artifact_param(old, key);
		is = project_value(state->project, key, room, sizeof(room));
		if (was && strcmp(was, is) == 0)
			continue;
		snprintf(s->why, sizeof(s->why), "%s changed from '%.60s' to "
			 "'%.60s'", key, was ? was : "", is);
		break;
	}
	artifact_unpeek(old);
}

static void explain_inputs(const struct state *state, enum project_stage which,
			   struct state_stage *s)
{
	int before = state_before(state->project, which);
	const char *name = before < 0 ? "recordings" :
		project_stage_name((enum project_stage)before);

	if (project_command(state->project, which)) {
		stale(s, "'%s', the command's files or its inputs changed",
		      name);
		return;
	}
	switch (which) {
	case STAGE_COLLECT:
		stale(s, "the recordings in '%s' changed",
		      state->project->collect.path);
		break;
	case STAGE_LABEL:
		stale(s, "the dataset or the label files changed");
		break;
	case STAGE_TRAIN:
		stale(s, "'%s'%s changed", name,
		      state->project->train.start[0] ?
		      " or the file of train.start" : "");
		break;
	case STAGE_SPLIT:
		stale(s, "'%s' or the boards changed", name);
		break;
	case STAGE_FLASH:
	case STAGE_UPDATE:
		stale(s, "'%s', the boards, the device key or the firmware "
		      "changed", name);
		break;
	default:
		stale(s, "'%s' changed", name);
	}
}

static bool same_output(const struct state *state, const char *path,
			const struct digest *want)
{
	struct digest found;

	return statcache_identity(state->cache, path, &found, NULL) == 0 &&
	       digest_equal(&found, want);
}

/*
 * Everything in the artifact is what its manifest says, and a signature by a
 * key that is believed is right.  The lock vouches for the manifest, so one
 * that is not signed is fine, and where no key is at hand any signature.
 */
static int verify(const struct state *state, enum project_stage which,
		  const char *path, struct err *err)
{
	struct artifact *artifact = NULL;
	struct artifact_trust trust;
	int ret = keys_trust(state->project, true, &trust, err);

	trust.allow_untrusted = trust.ring.n == 0;
	if (!ret)
		ret = artifact_open(&artifact, path, project_stage_name(which),
				    &trust, err);
	artifact_close(artifact);
	key_ring_release(&trust.ring);
	return ret;
}

static void judge(struct state *state, enum project_stage which,
		  const char *path)
{
	struct state_stage *s = &state->stages[which];
	const struct lock_line *was = &state->lock.stages[which];
	struct err err = { 0 };

	s->verdict = STATE_FRESH;
	s->why[0] = '\0';
	if (!was->present)
		stale(s, "never made");
	else if (!file_exists(path))
		stale(s, "'%s' is not there", path);
	else if (!digest_equal(&was->params, &s->now.params))
		explain_params(state, which, path, s);
	else if (!digest_equal(&was->inputs, &s->now.inputs))
		explain_inputs(state, which, s);
	else if (!same_output(state, path, &was->output))
		stale(s, "'%s' is not what tinyml.lock says", path);
	else if (state->is_deep && verify(state, which, path, &err))
		stale(s, "the artifact does not verify: %.200s", err.text);
	text_neutralise(s->why);
}

int state_check(struct state *state, enum project_stage which,
		struct err *err)
{
	struct state_stage *s = &state->stages[which];
	int before = state_before(state->project, which), ret;
	char *path;

	*s = (struct state_stage){ .verdict = STATE_OFF };
	if (!is_on(state->project, which))
		return 0;
	if (before >= 0 && state->stages[before].verdict != STATE_FRESH) {
		s->verdict = STATE_PENDING;
		snprintf(s->why, sizeof(s->why), "waits for '%s'",
			 project_stage_name((enum project_stage)before));
		return 0;
	}
	s->now.params = stage_params_digest(state->project, which);
	ret = inputs_now(state, which, &s->now.inputs, err);
	if (!ret)
		ret = output_path(state, which, &path, err);
	if (ret)
		return ret;
	judge(state, which, path);
	free(path);
	return 0;
}

int state_record(struct state *state, enum project_stage which,
		 struct err *err)
{
	struct state_stage *s = &state->stages[which];
	char *path;
	int ret = output_path(state, which, &path, err);

	if (ret)
		return ret;
	ret = statcache_identity(state->cache, path, &s->now.output, err);
	/* The label stage itself writes labels/labels.tsv.  Elsewhere what
	 * changed while the stage ran did not go in: it counts next time. */
	if (!ret && which == STAGE_LABEL)
		ret = inputs_now(state, which, &s->now.inputs, err);
	if (!ret) {
		s->now.present = true;
		state->lock.stages[which] = s->now;
		s->verdict = STATE_FRESH;
		ret = lock_write(&state->lock, state->lock_path, err);
	}
	free(path);
	return ret;
}
