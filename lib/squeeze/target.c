#include "squeeze/target.h"

#include <stdio.h>
#include <string.h>

#include "board/board.h"
#include "graph/graph.h"
#include "plan/plan.h"
#include "squeeze/estimate.h"

int target_check(const struct squeeze_target *t, struct err *err)
{
	if (t->arena_bytes > t->arena_room) {
		err_set(err, ERR_NOFIT, "the model does not fit '%s': its "
			"arena needs %u bytes of RAM, %u are there, %u are "
			"missing", t->name, t->arena_bytes, t->arena_room,
			t->arena_bytes - t->arena_room);
		err_hint(err, "train a smaller network ('filters', 'blocks') "
			 "or choose a board with more RAM");
		return ERR_NOFIT;
	}
	if (t->slow_bytes > t->slow_room) {
		err_set(err, ERR_NOFIT, "the model does not fit '%s': the "
			"tensors in slow memory need %u bytes, %u are there, "
			"%u are missing", t->name, t->slow_bytes,
			t->slow_room, t->slow_bytes - t->slow_room);
		err_hint(err, "take names out of 'squeeze.slow.tensors', or "
			 "correct 'squeeze.slow.bytes'");
		return ERR_NOFIT;
	}
	if (t->image_bytes > t->image_room) {
		err_set(err, ERR_NOFIT, "the model does not fit '%s': its "
			"image needs %u bytes of flash, a slot has %u, %u are "
			"missing", t->name, t->image_bytes, t->image_room,
			t->image_bytes - t->image_room);
		err_hint(err, "train a smaller network ('filters', 'blocks') "
			 "or choose a board with more flash");
		return ERR_NOFIT;
	}
	return 0;
}

static void fill_golden(const struct target_parts *parts,
			const struct model *model, struct plan_extras *extras)
{
	const struct model_tensor *in = &model->tensors[model->inputs[0]];
	const struct model_tensor *out = &model->tensors[model->outputs[0]];

	if (!parts->golden_count)
		return;
	extras->golden = parts->golden->data;
	extras->golden_count = parts->golden_count;
	extras->golden_input_bytes = model_bytes(in);
	extras->golden_output_bytes = model_bytes(out);
}

static int emit(const struct plan *plan, const struct model *model,
		const struct target_parts *parts, const char *board,
		struct buf *image, struct err *err)
{
	char name[128], source[96], target[96];
	const char *info[] = { name, source, target };
	struct plan_extras extras = {
		.features = parts->features,
		.feature_bytes = parts->feature_bytes,
		.labels = parts->classes,
		.label_count = parts->class_count,
		.info = info,
		.info_count = 3,
	};

	snprintf(name, sizeof(name), "name=%.80s", parts->name);
	snprintf(source, sizeof(source), "source=%.64s", parts->source_id);
	snprintf(target, sizeof(target), "target=%.64s", board);
	fill_golden(parts, model, &extras);
	return plan_emit_image(plan, &extras, image, err);
}

struct target_memory target_memory(const struct project_squeeze *how)
{
	bool is_always = strcmp(how->stripes, "always") == 0;
	bool is_never = strcmp(how->stripes, "never") == 0;

	return (struct target_memory){
		.streaming = is_always ? PLAN_STREAM_ALWAYS :
			     is_never ? PLAN_STREAM_NEVER : PLAN_STREAM_SHORT,
		.slow = how->slow.tensors.items,
		.slow_count = (int)how->slow.tensors.n,
		.slow_room = (uint32_t)how->slow.bytes,
	};
}

static void fill_target(struct squeeze_target *t, const struct board *board,
			const struct plan *plan, size_t image_bytes)
{
	*t = (struct squeeze_target){
		.name = board->name,
		.arena_bytes = plan->arena_bytes - plan->slow_bytes,
		.bound_bytes = plan->bound_bytes - plan->slow_bytes,
		.slow_bytes = plan->slow_bytes,
		.is_optimal = plan->is_optimal,
		.arena_room = board->arena_bytes,
		.image_bytes = (uint32_t)image_bytes,
		.image_room = board->slot_bytes - TARGET_CONTAINER_BYTES,
		.const_bytes = plan->const_bytes,
		.instructions = estimate_instructions(plan),
	};
}

static int write_files(const struct plan *plan, const struct board *board,
		       const struct target_parts *parts,
		       struct target_files *files, struct err *err)
{
	int ret = emit(plan, plan->model, parts, board->name, &files->image,
		       err);

	if (ret)
		return ret;
	fill_target(&files->fit, board, plan, files->image.len);
	files->fit.slow_room = parts->memory.slow_room;
	if (!parts->any_size)
		ret = target_check(&files->fit, err);
	if (ret)
		return ret;
	plan_print(plan, &files->plan);
	return parts->with_c ? plan_emit_c(plan, "model", parts->source_id,
					   &files->c, err) : 0;
}

static int plan_model(const struct model *model, const struct board *board,
		      const struct target_parts *parts,
		      struct target_files *files, struct err *err)
{
	const struct target_memory *memory = &parts->memory;
	const struct plan_options options = {
		.set = board->kernels,
		.streaming = memory->streaming,
		.arena_max = board->arena_bytes,
		.slow = memory->slow, .slow_count = memory->slow_count,
	};
	struct plan plan;
	int ret = plan_init_options(&plan, model, &options, err);

	if (ret)
		return ret;
	ret = plan_check(&plan, err);
	if (!ret)
		ret = write_files(&plan, board, parts, files, err);
	plan_release(&plan);
	return ret;
}

int target_make(const char *name, const struct model *model,
		const struct target_parts *parts, struct target_files *files,
		struct err *err)
{
	const struct board *board;
	struct model work;
	int ret = board_need(name, &board, err);

	if (!ret && !board->slot_bytes)
		ret = err_set(err, ERR_UNSUPPORTED, "'%s' runs no models of "
			      "ours yet", name);
	if (!ret)
		ret = model_copy(&work, model, err);
	if (ret)
		return ret;
	ret = graph_simplify(&work, GRAPH_FOR_PLANS, NULL, err);
	if (!ret)
		ret = plan_model(&work, board, parts, files, err);
	model_release(&work);
	return ret;
}

void target_files_release(struct target_files *files)
{
	buf_release(&files->plan);
	buf_release(&files->image);
	buf_release(&files->c);
}

void target_add_files(struct artifact_maker *maker, const char *folder,
		      const struct target_files *files)
{
	target_add(maker, folder, "plan.txt", &files->plan);
	target_add(maker, folder, "model.img", &files->image);
	target_add(maker, folder, "model.c", &files->c);
}

void target_add(struct artifact_maker *maker, const char *folder,
		const char *name, const struct buf *bytes)
{
	char member[ARTIFACT_NAME_MAX + 1];

	snprintf(member, sizeof(member), "%s/%s", folder, name);
	artifact_add(maker, member, bytes->data, bytes->len);
}

const struct artifact_member *target_member(const struct artifact *artifact,
					    const char *type, const char *name)
{
	char own[ARTIFACT_NAME_MAX + 1];
	const struct artifact_member *member;

	snprintf(own, sizeof(own), "%.48s/%.48s", type, name);
	member = artifact_find(artifact, own);
	return member ? member : artifact_find(artifact, name);
}

int target_need(const struct artifact *artifact, const char *type,
		const char *name, const struct artifact_member **out,
		struct err *err)
{
	*out = target_member(artifact, type, name);
	return *out ? 0 : artifact_need(artifact, name, out, err);
}
