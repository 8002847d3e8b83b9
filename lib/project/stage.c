#include "project/stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "project/keys.h"
#include "project/schema.h"

/* Keep a string until stage_close; NULL stays NULL. */
static const char *keep(struct stage *stage, char *text, struct err *err)
{
	size_t room = sizeof(stage->memory) / sizeof(stage->memory[0]);

	if (!text || stage->memory_count == room) {
		free(text);
		err_nomem(err);
		return NULL;
	}
	stage->memory[stage->memory_count++] = text;
	return text;
}

static char *artifact_file(const struct project *project, const char *name)
{
	char file[64];

	snprintf(file, sizeof(file), "artifacts/%s.tar", name);
	return project_path(project, file);
}

static int choose_output(struct stage *stage, struct err *err)
{
	const char *name = project_stage_name(stage->which);

	if (stage->args.output) {
		stage->output = stage->args.output;
		return 0;
	}
	if (!stage->project.loaded) {
		err_set(err, ERR_USAGE, "where to write is not said");
		err_hint(err, "give -o FILE, or work inside a project");
		return ERR_USAGE;
	}
	stage->output = keep(stage, artifact_file(&stage->project, name), err);
	return stage->output ? 0 : err->kind;
}

int stage_open(struct stage *stage, enum project_stage which,
	       const struct stage_args *args, struct err *err)
{
	struct err missing = { 0 };
	int ret;

	*stage = (struct stage){ .which = which, .args = *args };
	ret = project_open(&stage->project, args->folder ? args->folder : ".",
			   &missing);
	if (ret == ERR_MISSING && !args->folder)
		ret = project_defaults(&stage->project, err);
	else if (ret && err)
		*err = missing;
	if (!ret)
		ret = keys_trust(&stage->project, args->is_unsigned,
				 &stage->trust, err);
	if (!ret && !args->is_unsigned && !args->is_reader) {
		ret = keys_secret(&stage->project, args->key, &stage->key, err);
		stage->has_key = !ret;
	}
	if (!ret && stage->has_key)
		ret = key_ring_add(&stage->trust.ring, &stage->key.pub, err);
	if (!ret)
		ret = choose_output(stage, err);
	return ret;
}

void stage_close(struct stage *stage)
{
	project_release(&stage->project);
	key_ring_release(&stage->trust.ring);
	explicit_bzero(&stage->key, sizeof(stage->key));
	for (size_t i = 0; i < stage->memory_count; i++)
		free(stage->memory[i]);
	*stage = (struct stage){ 0 };
}

int stage_input(struct stage *stage, enum project_stage from,
		const char *operand, struct artifact **out, struct err *err)
{
	const char *name = project_stage_name(from);
	char *path = NULL;
	int ret;

	*out = NULL;
	if (!operand && !stage->project.loaded) {
		err_set(err, ERR_USAGE, "the input of '%s' is not said",
			project_stage_name(stage->which));
		err_hint(err, "name the artifact that '%s' wrote", name);
		return ERR_USAGE;
	}
	if (!operand) {
		path = artifact_file(&stage->project, name);
		if (!path)
			return err_nomem(err);
	}
	ret = artifact_open(out, operand ? operand : path, name, &stage->trust,
			    err);
	if (ret == ERR_MISSING && path)
		err_hint(err, "make it with 'tinyml run'");
	else if (ret && path && err_exit_status(ret) == 3)
		err_hint(err, "make it again with 'tinyml run -f %s'", name);
	free(path);
	return ret;
}

int stage_upstream(struct stage *stage, const struct artifact *of,
		   enum project_stage from, struct artifact **out,
		   struct err *err)
{
	const char *name = project_stage_name(from);
	struct artifact_places places = { stage->args.inputs,
					  stage->args.input_count, NULL };
	char *folder;
	size_t i = 0;
	int ret;

	*out = NULL;
	while (i < of->input_count && strcmp(of->inputs[i].stage, name) != 0)
		i++;
	if (i == of->input_count)
		return err_set(err, ERR_FORMAT, "the '%s' artifact names no "
			       "input made by '%s'", of->stage, name);
	places.folder = folder = project_path(&stage->project, "artifacts");
	ret = folder ? artifact_locate(out, &of->inputs[i].id, name, &places,
				       &stage->trust, err) : err_nomem(err);
	free(folder);
	return ret;
}

void stage_params(const struct stage *stage, struct artifact_maker *maker)
{
	char room[PROJECT_VALUE_BYTES];

	for (size_t i = 0; i < schema_count; i++) {
		const char *path = schema_rows[i].path;

		if (stage_shaped_by(stage->which, path))
			artifact_add_param(maker, path, "%s",
					   project_value(&stage->project, path,
							 room, sizeof(room)));
	}
}

int stage_write(struct stage *stage, struct artifact_maker *maker,
		struct digest *id, struct err *err)
{
	int ret = 0;

	if (strcmp(stage->output, "-") != 0)
		ret = file_mkparents(stage->output, err);
	if (!ret)
		ret = artifact_write(maker, stage->has_key ? &stage->key : NULL,
				     stage->output, id, err);
	return ret;
}
