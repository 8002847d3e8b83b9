#include "train/foreign.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "graph/graph.h"
#include "model/prune.h"
#include "model/tflite.h"
#include "onnx/onnx.h"
#include "plan/runner.h"
#include "train/by_command.h"

/* ---- reading ------------------------------------------------------------- */

/* Axes that are not 1 must be the wanted ones in their order, or their
 * product. */
static bool is_shaped(const struct model_tensor *t, const size_t *want,
		      int rank)
{
	size_t all = 1;
	int at = 0;

	for (int i = 0; i < rank; i++)
		all *= want[i];
	if (model_elements(t) != all)
		return false;
	for (int i = 0; i < t->rank; i++) {
		if (t->dims[i] == 1)
			continue;
		if ((size_t)t->dims[i] == all)
			return true;
		while (at < rank && want[at] == 1)
			at++;
		if (at == rank || (size_t)t->dims[i] != want[at++])
			return false;
	}
	return true;
}

static int port(const struct model *m, bool is_input, const char *name,
		enum kern_type type, const struct model_tensor **t,
		struct err *err)
{
	int count = is_input ? m->input_count : m->output_count;

	*t = &m->tensors[is_input ? m->inputs[0] : m->outputs[0]];
	if (count != 1)
		return err_set(err, ERR_FORMAT, "'%s' has %d %s instead of "
			       "one", name, count,
			       is_input ? "inputs" : "outputs");
	if ((*t)->type == type)
		return 0;
	err_set(err, ERR_FORMAT, "the %s of '%s' is %s instead of %s",
		is_input ? "input" : "output", name,
		model_type_name((*t)->type), model_type_name(type));
	if (type == KERN_F32)
		err_hint(err, "leave the float model: squeeze makes integers "
			 "of it");
	return ERR_FORMAT;
}

int foreign_check(const struct model *m, const char *name,
		  const struct foreign_shape *shape, struct err *err)
{
	const struct model_tensor *in, *out;
	char text[MODEL_TYPE_TEXT];
	int ret = port(m, true, name, shape->type, &in, err);

	if (!ret)
		ret = port(m, false, name, shape->type, &out, err);
	if (ret)
		return ret;
	if (!is_shaped(in, shape->input, 3)) {
		model_type_text(in, text);
		err_set(err, ERR_FORMAT, "the input of '%s' is %s, the "
			"features are %zu x %zu x %zu", name, text,
			shape->input[0], shape->input[1], shape->input[2]);
		err_hint(err, "frames, coefficients, channels, as the arrays "
			 "in TINYML_IN have them");
		return ERR_FORMAT;
	}
	if (!is_shaped(out, &shape->classes, 1)) {
		model_type_text(out, text);
		err_set(err, ERR_FORMAT, "the output of '%s' is %s, there are "
			"%zu classes", name, text, shape->classes);
		err_hint(err, "one number a class, in the order of "
			 "classes.txt");
		return ERR_FORMAT;
	}
	return 0;
}

/* Say which file it is that cannot be read. */
static int relate(const struct err *why, const char *name, struct err *err)
{
	err_set(err, why->kind, "'%s' that the command left: %.300s", name,
		why->text);
	if (why->place[0])
		err_at(err, "%s", why->place);
	if (why->hint[0])
		err_hint(err, "%s", why->hint);
	return why->kind;
}

int foreign_load(struct model *model, const void *bytes, size_t n,
		 const char *name, struct err *err)
{
	bool is_onnx = strcmp(name, "model.onnx") == 0;
	struct err why = { 0 };
	int ret = is_onnx ? onnx_read_model(model, bytes, n, &why) :
		model_read_tflite(model, bytes, n, &why);

	return ret ? relate(&why, name, err) : 0;
}

/* The one operation that reads a tensor, or -1. */
static int only_reader(const struct model *m, int tensor)
{
	int reader = -1, count = 0;

	for (int i = 0; i < m->op_count; i++)
		for (int k = 0; k < m->ops[i].input_count; k++)
			if (m->ops[i].inputs[k] == tensor) {
				reader = i;
				count++;
			}
	return count == 1 ? reader : -1;
}

/* The output of the one operation that reads tensor, of this kind and rank, or
 * -1. */
static int behind(const struct model *m, int tensor, enum kern_op kind,
		  int rank)
{
	int op = tensor < 0 ? -1 : only_reader(m, tensor);

	if (op < 0 || m->ops[op].op != kind ||
	    m->tensors[m->ops[op].output].rank != rank)
		return -1;
	return m->ops[op].output;
}

/*
 * An image that comes in as N C H W, as PyTorch has it, is turned by the
 * reader: [1, C, H, W] as [C, H W], transposed, as [1, H, W, C].  Ours is
 * turned already.
 */
static int take_turned(struct model *m, const struct foreign_shape *shape,
		       struct err *err)
{
	const struct model_tensor *in = &m->tensors[m->inputs[0]];
	int flat = behind(m, m->inputs[0], KERN_RESHAPE, 2);
	int turned = behind(m, flat, KERN_TRANSPOSE, 2);
	int image = behind(m, turned, KERN_RESHAPE, 4), op, ret;

	if (m->input_count != 1 || shape->input[2] == 1 || image < 0 ||
	    in->rank != 4 || in->dims[1] != m->tensors[flat].dims[0] ||
	    m->tensors[turned].dims[1] != in->dims[1] ||
	    m->tensors[image].dims[3] != in->dims[1])
		return 0;
	op = model_producer(m, image);
	m->inputs[0] = image;
	m->op_count--;
	memmove(&m->ops[op], &m->ops[op + 1],
		(size_t)(m->op_count - op) * sizeof(*m->ops));
	ret = model_prune(m, err);
	if (ret)
		model_release(m);
	return ret;
}

int foreign_read(struct model *model, const void *bytes, size_t n,
		 const char *name, const struct foreign_shape *shape,
		 struct err *err)
{
	int ret = foreign_load(model, bytes, n, name, err);

	if (!ret)
		ret = take_turned(model, shape, err);
	if (!ret)
		ret = graph_simplify(model, GRAPH_FOR_FILES, NULL, err);
	if (ret)
		return ret;
	ret = foreign_check(model, name, shape, err);
	if (ret)
		model_release(model);
	return ret;
}

/* ---- running ------------------------------------------------------------- */

typedef bool answered(void *ctx, size_t item, const float *answer);

static int ask(const struct model *model, const struct features_items *items,
	       answered *tell, void *ctx, struct err *err)
{
	struct plan_runner r;
	size_t n;
	float *out;
	int ret = plan_runner_open_model(&r, model, err);

	if (ret)
		return ret;
	n = r.input_bytes / sizeof(float);
	out = malloc(r.output_bytes);
	for (size_t i = 0; i < items->n && out; i++) {
		plan_runner_infer(&r, items->x + i * n * (size_t)items->k, out);
		if (!tell(ctx, i, out))
			break;
	}
	ret = out ? 0 : err_nomem(err);
	free(out);
	plan_runner_close(&r);
	return ret;
}

struct look {
	size_t classes, item;
	bool is_finite, is_probable;
};

static bool look_at(void *ctx, size_t item, const float *answer)
{
	struct look *l = ctx;
	float sum = 0;

	for (size_t i = 0; i < l->classes; i++) {
		l->is_finite = l->is_finite && __builtin_isfinite(answer[i]);
		l->is_probable = l->is_probable && answer[i] >= 0;
		sum += answer[i];
	}
	l->is_probable = l->is_probable && sum > 1 - BY_COMMAND_SUM &&
			 sum < 1 + BY_COMMAND_SUM;
	l->item = item;
	return l->is_finite;
}

/* The output, as (1, classes), through a softmax. */
static int add_softmax(struct model *m, size_t classes, struct err *err)
{
	int from = m->outputs[0], flat = from, to, ret;
	const int32_t dims[2] = { 1, (int32_t)classes };

	if (m->tensors[from].rank != 2 || m->tensors[from].dims[0] != 1) {
		flat = model_add_tensor(m, "logits", KERN_F32, 2, dims);
		model_add_op(m, KERN_RESHAPE, NULL, &from, 1, flat);
	}
	to = model_add_tensor(m, "probabilities", KERN_F32, 2, dims);
	model_add_op(m, KERN_SOFTMAX, NULL, &flat, 1, to);
	m->outputs[0] = to;
	ret = model_check(m, err);
	return ret;
}

int foreign_finish(struct model *model, const struct features_items *items,
		   size_t classes, struct err *err)
{
	struct look look = { classes, 0, true, true };
	int ret = ask(model, items, look_at, &look, err);

	if (ret)
		return ret;
	if (!look.is_finite) {
		err_set(err, ERR_RANGE, "the model's answer to training sample "
			"%zu is not finite", look.item);
		err_hint(err, "did the training diverge? A lower learning rate "
			 "may help");
		return ERR_RANGE;
	}
	return look.is_probable ? 0 : add_softmax(model, classes, err);
}

struct count {
	const struct features_items *items;
	struct train_metrics *metrics;
};

static bool count(void *ctx, size_t item, const float *answer)
{
	struct count *c = ctx;

	train_metrics_add(c->metrics, answer, c->items->y + item, 1);
	return true;
}

int foreign_measure(const struct model *model,
		    const struct features_items *items,
		    struct train_metrics *metrics, struct err *err)
{
	struct count c = { items, metrics };

	return ask(model, items, count, &c, err);
}

size_t foreign_parameters(const struct model *model)
{
	size_t n = 0;

	for (int i = 0; i < model->tensor_count; i++) {
		const struct model_tensor *t = &model->tensors[i];

		n += t->data && t->type == KERN_F32 ? model_elements(t) : 0;
	}
	return n;
}
