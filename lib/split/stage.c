#include "split/stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "board/board.h"
#include "model/cut.h"
#include "model/tflite.h"
#include "split/chain.h"
#include "squeeze/target.h"

enum { NODES = 2 };

struct work {
	struct stage *stage;
	struct artifact *squeezed;
	struct model model;
	const struct artifact_member *features, *golden, *classes_file;
	const char *classes[LABELS_CLASSES_MAX];
	size_t class_count;
	char *classes_text;
	struct buf inputs;	/* golden inputs, one after another */
	size_t golden_count;
	struct split_node nodes[NODES];
	struct split_link link;
	struct split_problem problem;
	struct split_choice choice;
	int cuts_proved;
	struct artifact_maker *maker;
	struct err *err;
};

static void host_speed(struct split_node *node)
{
	node->clock_hz = 1e9;
	node->cycles_per_mac = node->cycles_per_byte = 1;
}

/*
 * Reference kernels: 44.1 M instructions for the 2.66 M MACs of the keyword
 * model on a Cortex-M4, its activations read and written once each; the m4
 * kernels 3.9 M (tests/bench/30-m4-instructions.sh), taken at 1.2 cycles each.
 * The m0 kernels take 15.7 M on a Cortex-M0 (tests/bench/32-m0*.sh).
 */
static uint32_t cycles_per_mac(enum kern_set kernels)
{
	switch (kernels) {
	case KERN_SET_M4: return 2;
	case KERN_SET_M0: return 8;
	default: return 16;
	}
}

static void speed_of(const struct board *board, struct split_node *node)
{
	if (!board->clock_hz) {		/* a process of this machine */
		host_speed(node);
		return;
	}
	node->clock_hz = board->clock_hz;
	node->cycles_per_mac = cycles_per_mac(board->kernels);
	node->cycles_per_byte = 8;
}

static int node_of(const struct project *project, const char *name,
		   struct split_node *node, struct err *err)
{
	const struct project_board *entry;
	const struct board *board;
	int ret;

	*node = (struct split_node){ .name = name, .kernels = KERN_SET_REF };
	if (strcmp(name, "host") == 0) {
		node->is_host = true;
		host_speed(node);
		return 0;
	}
	ret = project_board(project, name, &entry, err);
	if (!ret)
		ret = board_need(entry->type, &board, err);
	if (ret)
		return ret;
	if (board->slot_bytes <= TARGET_CONTAINER_BYTES)
		return err_set(err, ERR_UNSUPPORTED, "'%s' runs no models of "
			       "ours yet", entry->type);
	node->kernels = board->kernels;
	node->arena_room = board->arena_bytes;
	node->image_room = board->slot_bytes - TARGET_CONTAINER_BYTES;
	speed_of(board, node);
	return 0;
}

/* The type of the chain's board, whose model it is; "" for none. */
static const char *type_of(const struct project *project)
{
	const struct project_board *entry;

	if (project->split.nodes.n < 1 ||
	    project_board(project, project->split.nodes.items[0], &entry,
			  NULL))
		return "";
	return entry->type;
}

static int open_input(struct work *w, const char *operand)
{
	const char *type = type_of(&w->stage->project);
	const struct artifact_member *tflite;
	int ret = stage_input(w->stage, STAGE_SQUEEZE, operand, &w->squeezed,
			      w->err);

	if (!ret)
		ret = target_need(w->squeezed, type, "model.tflite", &tflite,
				  w->err);
	if (!ret)
		ret = artifact_need(w->squeezed, "features.bin", &w->features,
				    w->err);
	if (!ret)
		ret = target_need(w->squeezed, type, "golden.bin",
				  &w->golden, w->err);
	if (!ret)
		ret = artifact_need(w->squeezed, "classes.txt",
				    &w->classes_file, w->err);
	if (!ret)
		ret = model_read_tflite(&w->model, tflite->bytes, tflite->n,
					w->err);
	return ret;
}

/* classes.txt: one name a line. */
static int read_classes(struct work *w)
{
	char *p = strndup((const char *)w->classes_file->bytes,
			  w->classes_file->n);

	w->classes_text = p;
	if (!p)
		return err_nomem(w->err);
	for (char *line; (line = strsep(&p, "\n")) != NULL && *line;) {
		if (w->class_count == LABELS_CLASSES_MAX)
			return err_set(w->err, ERR_LIMIT, "more than %d "
				       "classes", LABELS_CLASSES_MAX);
		w->classes[w->class_count++] = line;
	}
	return 0;
}

/* golden.bin: input, output, input, output ... of the whole model. */
static int read_golden(struct work *w)
{
	const struct model *m = &w->model;
	size_t in = model_bytes(&m->tensors[m->inputs[0]]);
	size_t pair = in + model_bytes(&m->tensors[m->outputs[0]]);

	if (m->input_count != 1 || m->output_count != 1 ||
	    w->golden->n % pair)
		return err_set(w->err, ERR_FORMAT, "'golden.bin' does not fit "
			       "the model");
	w->golden_count = w->golden->n / pair;
	for (size_t i = 0; i < w->golden_count; i++)
		buf_add(&w->inputs, w->golden->bytes + i * pair, in);
	return w->inputs.failed ? err_nomem(w->err) : 0;
}

static int check_chain(const struct text_list *nodes, struct err *err)
{
	if (nodes->n == NODES && strcmp(nodes->items[0], "host") != 0 &&
	    strcmp(nodes->items[1], "host") == 0)
		return 0;
	err_set(err, ERR_FORMAT, "'split.nodes' in tinyml.yaml is no chain of "
		"a board and 'host'");
	err_hint(err, "write 'nodes: [BOARD, host]' below 'split', or "
		 "'nodes: []' to divide nothing");
	return ERR_FORMAT;
}

static int make_problem(struct work *w)
{
	const struct project *p = &w->stage->project;
	const struct project_link *l = &p->split.link;
	int ret = check_chain(&p->split.nodes, w->err);

	for (int i = 0; i < NODES && !ret; i++)
		ret = node_of(p, p->split.nodes.items[i], &w->nodes[i],
				    w->err);
	if (ret)
		return ret;
	w->nodes[0].extra_bytes = (uint32_t)(w->features->n +
		w->classes_file->n + w->golden->n + 512);
	w->link = (struct split_link){
		.bits_per_second = l->bits_per_second,
		.latency_ms = l->latency_ms,
		.loss = l->loss,
		.packet_bytes = (uint32_t)l->packet_bytes,
		.header_bytes = (uint32_t)l->header_bytes,
	};
	w->problem = (struct split_problem){
		.model = &w->model, .nodes = w->nodes, .node_count = NODES,
		.links = &w->link,
	};
	return split_objective_parse(p->split.objective,
				     &w->problem.objective, w->err);
}

/* Run the part over what the parts before it make of the golden inputs. */
static int part_golden(struct work *w, const struct split_segment *s,
		       struct buf *golden)
{
	struct chain_part before, part = { .is_empty = true };
	size_t in = w->inputs.len / (w->golden_count ? w->golden_count : 1);
	size_t cross = (size_t)split_bytes(&w->model, s->first);
	int ret = chain_part_open(&before, &w->model, 0, s->first, w->err);

	if (!ret)
		ret = chain_part_open(&part, &w->model, s->first, s->end,
				      w->err);
	for (size_t i = 0; i < w->golden_count && !ret; i++) {
		size_t out = part.runner.output_bytes;
		uint8_t *p = buf_grow(golden, cross + out);

		if (!p) {
			ret = err_nomem(w->err);
			break;
		}
		chain_part_run(&before, w->inputs.data + i * in, in, p);
		chain_part_run(&part, p, cross, p + cross);
	}
	chain_part_close(&before);
	chain_part_close(&part);
	return ret;
}

/* The image for a board. */
static int make_image(struct work *w, int node, const struct model *part)
{
	const struct split_segment *s = &w->choice.segments[node];
	const struct project_board *entry;
	struct target_files files = { 0 };
	struct buf golden = BUF_INIT;
	char id[DIGEST_HEX];
	struct target_parts parts = {
		.golden = &golden, .golden_count = w->golden_count,
		.source_id = id, .name = w->stage->project.name,
		.memory = { .streaming = PLAN_STREAM_SHORT },
	};
	int ret = project_board(&w->stage->project, w->nodes[node].name,
				&entry, w->err);

	digest_hex(&w->squeezed->id, id);
	if (s->first == 0) {
		parts.features = w->features->bytes;
		parts.feature_bytes = w->features->n;
	}
	if (s->end == w->model.op_count) {
		parts.classes = w->classes;
		parts.class_count = w->class_count;
	}
	if (!ret)
		ret = part_golden(w, s, &golden);
	if (!ret)
		ret = target_make(entry->type, part, &parts, &files, w->err);
	if (!ret) {
		const char *folder = w->nodes[node].name;

		target_add(w->maker, folder, "plan.txt", &files.plan);
		target_add(w->maker, folder, "model.img", &files.image);
		target_add(w->maker, folder, "golden.bin", &golden);
	}
	target_files_release(&files);
	buf_release(&golden);
	return ret;
}

static int make_part(struct work *w, int node)
{
	const struct split_segment *s = &w->choice.segments[node];
	struct buf tflite = BUF_INIT;
	struct model part;
	int ret;

	if (s->first == s->end)
		return 0;
	ret = model_cut(&part, &w->model, s->first, s->end, w->err);
	if (ret)
		return ret;
	ret = model_write_tflite(&part, &tflite, w->err);
	if (!ret)
		target_add(w->maker, w->nodes[node].name, "part.tflite",
			   &tflite);
	if (!ret && !w->nodes[node].is_host)
		ret = make_image(w, node, &part);
	buf_release(&tflite);
	model_release(&part);
	return ret;
}

static void json_node(struct work *w, struct json *json, int node)
{
	const struct split_segment *s = &w->choice.segments[node];

	json_object(json, NULL);
	json_text(json, "name", w->nodes[node].name);
	json_int(json, "first_op", s->first);
	json_int(json, "end_op", s->end);
	json_real(json, "ms", s->ms);
	json_int(json, "arena_bytes", s->arena_bytes);
	json_int(json, "image_bytes", s->image_bytes);
	json_end(json);
}

/* What this cut would have cost. */
static int json_cut(struct work *w, struct json *json, int cut)
{
	struct split_choice c = { .segments = {
		{ .first = 0, .end = cut },
		{ .first = cut, .end = w->model.op_count },
	} };
	int ret = 0;

	for (int i = 0; i < NODES && !ret; i++)
		ret = split_segment(&w->nodes[i], &w->model, &c.segments[i],
				    w->err);
	if (ret)
		return ret;
	split_cost(&w->problem, &c);
	json_object(json, NULL);
	json_int(json, "cut", cut);
	json_int(json, "bytes", (int64_t)c.bytes);
	json_real(json, "latency_ms", c.latency_ms);
	json_bool(json, "fits", c.segments[0].fits && c.segments[1].fits);
	json_end(json);
	return 0;
}

static int write_json(struct work *w)
{
	struct buf out = BUF_INIT;
	struct json json;
	int ret = 0;

	json_init(&json, &out);
	json_object(&json, NULL);
	json_text(&json, "objective", w->stage->project.split.objective);
	json_real(&json, "latency_ms", w->choice.latency_ms);
	json_int(&json, "bytes", (int64_t)w->choice.bytes);
	json_int(&json, "ops", w->model.op_count);
	json_int(&json, "cuts_proved", w->cuts_proved);
	json_int(&json, "inputs_proved", (int64_t)w->golden_count);
	json_array(&json, "nodes");
	for (int i = 0; i < NODES; i++)
		json_node(w, &json, i);
	json_end(&json);
	json_array(&json, "cuts");
	for (int cut = 0; cut <= w->model.op_count && !ret; cut++)
		if (split_is_legal(&w->model, cut))
			ret = json_cut(w, &json, cut);
	json_end(&json);
	json_end(&json);
	artifact_add(w->maker, "split.json", out.data, out.len);
	buf_release(&out);
	return ret;
}

static int copy_members(struct work *w)
{
	static const char *const names[] = {
		"features.bin", "features.yaml", "classes.txt", "golden.pcm",
	};
	const struct artifact_member *member;
	int ret = 0;

	artifact_add(w->maker, "golden.bin", w->golden->bytes, w->golden->n);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && !ret; i++) {
		ret = artifact_need(w->squeezed, names[i], &member, w->err);
		if (!ret)
			artifact_add(w->maker, names[i], member->bytes,
				     member->n);
	}
	return ret;
}

static int write_artifact(struct work *w, struct buf *explanation)
{
	int ret = copy_members(w);

	split_explain(&w->problem, &w->choice, explanation);
	buf_addf(explanation, "%d legal cuts proved on %zu inputs: every one "
		 "gives the whole model's bytes\n", w->cuts_proved,
		 w->golden_count);
	artifact_add(w->maker, "explanation.txt", explanation->data,
		     explanation->len);
	for (int i = 0; i < NODES && !ret; i++)
		ret = make_part(w, i);
	if (!ret)
		ret = write_json(w);
	if (ret)
		return ret;
	artifact_add_input(w->maker, w->squeezed);
	stage_params(w->stage, w->maker);
	return stage_write(w->stage, w->maker, NULL, w->err);
}

static void work_release(struct work *w)
{
	model_release(&w->model);
	artifact_close(w->squeezed);
	artifact_drop(w->maker);
	buf_release(&w->inputs);
	free(w->classes_text);
}

int split_stage(struct stage *stage, const char *operand,
		struct buf *explanation, struct err *err)
{
	struct work *w = calloc(1, sizeof(*w));
	int ret;

	if (!w)
		return err_nomem(err);
	w->stage = stage;
	w->err = err;
	w->maker = artifact_make("split", SPLIT_FORMAT);
	ret = w->maker ? open_input(w, operand) : err_nomem(err);
	if (!ret)
		ret = read_classes(w);
	if (!ret)
		ret = read_golden(w);
	if (!ret)
		ret = make_problem(w);
	if (!ret)
		ret = split_solve(&w->problem, &w->choice, err);
	if (!ret)
		ret = split_prove(&w->model, (const int8_t *)w->inputs.data,
				  w->golden_count, &w->cuts_proved, err);
	if (!ret)
		ret = write_artifact(w, explanation);
	work_release(w);
	free(w);
	return ret;
}
