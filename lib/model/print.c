#include "model/text.h"
#include "model/text_priv.h"

enum { DATA_LINE_BYTES = 32 };

const char *const text_acts[MODEL_ACT_COUNT] = {
	"NONE", "RELU", "RELU_N1_TO_1", "RELU6",
};

const char *const text_pads[TEXT_PADS] = { "SAME", "VALID", "EXPLICIT" };

static void put_name(struct buf *out, const char *name)
{
	buf_addc(out, '"');
	for (; *name; name++) {
		if (*name == '"' || *name == '\\' || *name < ' ' ||
		    *name > '~')
			buf_addf(out, "\\x%02x", (unsigned char)*name);
		else
			buf_addc(out, (uint8_t)*name);
	}
	buf_addc(out, '"');
}

/* One number when all are the same, which is what most models have. */
static void put_zeros(struct buf *out, const struct model_quant *q)
{
	uint32_t n = 1;

	for (uint32_t i = 1; i < q->n; i++)
		if (q->zeros[i] != q->zeros[0])
			n = q->n;
	buf_adds(out, " zero");
	for (uint32_t i = 0; i < n; i++)
		buf_addf(out, " %d", (int)q->zeros[i]);
}

static void put_quant(struct buf *out, const struct model_quant *q)
{
	if (!q->n)
		return;
	if (q->axis || q->n > 1)
		buf_addf(out, " axis %d", q->axis);
	buf_adds(out, " scale");
	for (uint32_t i = 0; i < q->n; i++)
		buf_addf(out, " %a", (double)q->scales[i]);
	put_zeros(out, q);
}

static void put_data(struct buf *out, const struct model_tensor *t)
{
	const uint8_t *bytes = t->data;
	size_t n = model_bytes(t);

	for (size_t i = 0; i < n; i++) {
		if (i % DATA_LINE_BYTES == 0)
			buf_adds(out, i ? "\ndata " : "data ");
		buf_addf(out, "%02x", bytes[i]);
	}
	buf_addc(out, '\n');
}

static void put_tensor(struct buf *out, const struct model *m, int i,
		       bool is_brief)
{
	const struct model_tensor *t = &m->tensors[i];
	char type[MODEL_TYPE_TEXT];

	model_type_text(t, type);
	buf_addf(out, "%s %d ", t->data ? "const" : t->is_state ? "state" :
		 "tensor", i);
	put_name(out, t->name);
	buf_addf(out, " %s", type);
	put_quant(out, &t->quant);
	buf_addc(out, '\n');
	if (t->data && !is_brief)
		put_data(out, t);
}

static void put_pair(struct buf *out, const char *name, int32_t h, int32_t w)
{
	if (h || w)
		buf_addf(out, " %s %d %d", name, (int)h, (int)w);
}

static void put_attr(struct buf *out, const struct model_attr *a)
{
	if (a->act)
		buf_addf(out, " act %s", text_acts[a->act]);
	if (a->padding)
		buf_addf(out, " padding %s", text_pads[a->padding]);
	if (a->padding == MODEL_PAD_EXPLICIT)
		buf_addf(out, " %d %d %d %d", (int)a->pad_top,
			 (int)a->pad_bottom, (int)a->pad_left,
			 (int)a->pad_right);
	put_pair(out, "stride", a->stride_h, a->stride_w);
	put_pair(out, "dilation", a->dilation_h, a->dilation_w);
	put_pair(out, "filter", a->filter_h, a->filter_w);
	if (a->depth_multiplier)
		buf_addf(out, " multiplier %d", (int)a->depth_multiplier);
	if (a->is_narrow)
		buf_adds(out, " narrow");
	if (a->rounds_once)
		buf_adds(out, " once");
	if (a->beta != 0)
		buf_addf(out, " beta %a", (double)a->beta);
	if (a->alpha != 0)
		buf_addf(out, " alpha %a", (double)a->alpha);
	if (a->rank)
		buf_addf(out, " rank %d", (int)a->rank);
	if (a->cell_clip != 0)
		buf_addf(out, " clip %a", (double)a->cell_clip);
	if (a->is_time_major)
		buf_adds(out, " time_major");
	if (a->align_corners)
		buf_adds(out, " align_corners");
	if (a->half_pixel)
		buf_adds(out, " half_pixel");
	if (a->axis)
		buf_addf(out, " axis %d", (int)a->axis);
	if (a->begin_mask || a->end_mask || a->shrink_mask)
		buf_addf(out, " masks %d %d %d", (int)a->begin_mask,
			 (int)a->end_mask, (int)a->shrink_mask);
}

static void put_op(struct buf *out, const struct model_op *op)
{
	buf_addf(out, "op %s", model_op_name(op->op));
	for (int i = 0; i < op->input_count; i++) {
		if (op->inputs[i] < 0)
			buf_adds(out, " -");
		else
			buf_addf(out, " %d", op->inputs[i]);
	}
	buf_addf(out, " -> %d", op->output);
	put_attr(out, &op->attr);
	buf_addc(out, '\n');
}

void model_print(const struct model *model, bool is_brief, struct buf *out)
{
	buf_adds(out, "model ");
	put_name(out, model->name);
	buf_addc(out, '\n');
	for (int i = 0; i < model->tensor_count; i++)
		put_tensor(out, model, i, is_brief);
	for (int i = 0; i < model->op_count; i++)
		put_op(out, &model->ops[i]);
	for (int i = 0; i < model->input_count; i++)
		buf_addf(out, "input %d\n", model->inputs[i]);
	for (int i = 0; i < model->output_count; i++)
		buf_addf(out, "output %d\n", model->outputs[i]);
}
