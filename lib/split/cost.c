#include <string.h>

#include "image/model_image.h"
#include "model/cut.h"
#include "plan/plan.h"
#include "split/split.h"

int split_objective_parse(const char *name, enum split_objective *objective,
			  struct err *err)
{
	if (strcmp(name, "latency") == 0)
		*objective = SPLIT_LATENCY;
	else if (strcmp(name, "bytes") == 0)
		*objective = SPLIT_BYTES;
	else
		return err_set(err, ERR_USAGE, "'%s' is not an objective: "
			       "latency, bytes", name);
	return 0;
}

/* Written before the cut (or an input of the model) and read behind it (or an
 * output of the model). */
static bool crosses(const struct model *model, int tensor, int cut)
{
	int producer = model_producer(model, tensor);

	return !model_is_const(model, tensor) && producer < cut &&
	       model_last_use(model, tensor) >= cut;
}

uint64_t split_bytes(const struct model *model, int cut)
{
	uint64_t bytes = 0;

	for (int t = 0; t < model->tensor_count; t++)
		if (crosses(model, t, cut))
			bytes += model_bytes(&model->tensors[t]);
	return bytes;
}

bool split_is_legal(const struct model *model, int cut)
{
	int n = 0;

	for (int t = 0; t < model->tensor_count; t++) {
		if (!crosses(model, t, cut))
			continue;
		if (cut > 0 && model_producer(model, t) < 0)
			return false;
		n++;
	}
	return n > 0 && n <= MODEL_IMAGE_IO_MAX;
}

double split_link_ms(const struct split_link *link, uint64_t bytes)
{
	uint64_t packets = (bytes + link->packet_bytes - 1) /
			   link->packet_bytes;
	double bits = (double)packets * 8 *
		      ((double)link->packet_bytes + link->header_bytes);

	return link->latency_ms +
	       1000 * bits / (link->bits_per_second * (1 - link->loss));
}

/* Bytes that an operation reads and writes, constants not counted. */
static double traffic(const struct model *model, const struct model_op *op)
{
	double bytes = (double)model_bytes(&model->tensors[op->output]);

	for (int i = 0; i < op->input_count; i++)
		if (op->inputs[i] >= 0 && !model_is_const(model, op->inputs[i]))
			bytes += (double)model_bytes(
				&model->tensors[op->inputs[i]]);
	return bytes;
}

static double node_ms(const struct split_node *node, const struct model *model,
		      int first, int end)
{
	double cycles = 0;

	for (int i = first; i < end; i++)
		cycles += (double)model_macs(model, i) * node->cycles_per_mac +
			  traffic(model, &model->ops[i]) *
			  node->cycles_per_byte;
	return 1000 * cycles / node->clock_hz;
}

static int measure(const struct split_node *node, const struct model *model,
		   struct split_segment *s, struct err *err)
{
	struct buf image = BUF_INIT;
	struct model part;
	struct plan plan;
	int ret = model_cut(&part, model, s->first, s->end, err);

	if (ret)
		return ret;
	ret = plan_init(&plan, &part, node->kernels, err);
	if (!ret)
		ret = plan_emit_image(&plan, NULL, &image, err);
	if (!ret) {
		s->arena_bytes = plan.arena_bytes;
		s->image_bytes = (uint32_t)image.len + node->extra_bytes;
	}
	plan_release(&plan);
	buf_release(&image);
	model_release(&part);
	return ret;
}

int split_segment(const struct split_node *node, const struct model *model,
		  struct split_segment *s, struct err *err)
{
	int ret = 0;

	*s = (struct split_segment){ .first = s->first, .end = s->end };
	s->ms = node_ms(node, model, s->first, s->end);
	if (!node->is_host && s->first != s->end)
		ret = measure(node, model, s, err);
	s->fits = !ret && s->arena_bytes <= node->arena_room &&
		  s->image_bytes <= node->image_room;
	return ret;
}

void split_cost(const struct split_problem *p, struct split_choice *choice)
{
	choice->latency_ms = 0;
	choice->bytes = 0;
	for (int n = 0; n < p->node_count; n++) {
		choice->latency_ms += choice->segments[n].ms;
		if (n + 1 < p->node_count) {
			uint64_t bytes = split_bytes(p->model,
						     choice->segments[n].end);

			choice->bytes += bytes;
			choice->latency_ms += split_link_ms(&p->links[n],
							    bytes);
		}
	}
}
