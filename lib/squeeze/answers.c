#include "squeeze/answers.h"

#include <stdlib.h>

#include "plan/runner.h"

size_t squeeze_argmax_s8(const int8_t *outputs, size_t n)
{
	size_t best = 0;

	for (size_t i = 1; i < n; i++)
		if (outputs[i] > outputs[best])
			best = i;
	return best;
}

size_t squeeze_argmax_f32(const float *outputs, size_t n)
{
	size_t best = 0;

	for (size_t i = 1; i < n; i++)
		if (outputs[i] > outputs[best])
			best = i;
	return best;
}

int squeeze_input_of(const struct model *int8_model,
		     struct squeeze_input *input, struct err *err)
{
	const struct model_tensor *t =
		&int8_model->tensors[int8_model->inputs[0]];

	if (int8_model->input_count != 1 || t->type != KERN_S8 ||
	    t->quant.n != 1)
		return err_set(err, ERR_UNSUPPORTED, "the model needs one "
			       "int8 input with one scale");
	input->zero = t->quant.zeros[0];
	return features_quantiser(t->quant.scales[0], &input->multiplier,
				  &input->shift, err);
}

void squeeze_quantise(const struct squeeze_input *input, const float *features,
		      size_t n, int8_t *out)
{
	for (size_t i = 0; i < n; i++) {
		/* exact: the float is an integer below 2^24 times 2^-16 */
		int32_t fixed = (int32_t)(features[i] * 65536.0f);

		dsp_quantise(&fixed, 1, input->multiplier, input->shift,
			     input->zero, &out[i]);
	}
}

int answers_float(const struct model *model, const struct features_items *items,
		  uint32_t *classes, struct err *err)
{
	struct plan_runner r;
	float *out;
	int ret = plan_runner_open_model(&r, model, err);

	if (ret)
		return ret;
	out = malloc(r.output_bytes);
	for (size_t i = 0; i < items->n && out; i++) {
		size_t n = r.input_bytes / sizeof(float);

		plan_runner_infer(&r, items->x + i * n * (size_t)items->k, out);
		classes[i] = (uint32_t)squeeze_argmax_f32(
			out, r.output_bytes / sizeof(float));
	}
	ret = out ? 0 : err_nomem(err);
	free(out);
	plan_runner_close(&r);
	return ret;
}

/* One item: input and output bytes into pair. */
static void answer(struct plan_runner *r, const struct squeeze_input *how,
		   const struct features_items *items, size_t i, uint8_t *pair)
{
	size_t n = r->input_bytes;

	squeeze_quantise(how, items->x + i * n * (size_t)items->k, n,
			 (int8_t *)pair);
	plan_runner_infer(r, pair, pair + n);
}

int answers_int8(const struct model *model, const struct features_items *items,
		 uint32_t *classes, struct buf *vectors, size_t vector_count,
		 struct err *err)
{
	struct squeeze_input how;
	struct plan_runner r;
	uint8_t *pair;
	int ret = squeeze_input_of(model, &how, err);

	if (!ret)
		ret = plan_runner_open_model(&r, model, err);
	if (ret)
		return ret;
	pair = malloc(r.input_bytes + r.output_bytes);
	for (size_t i = 0; i < items->n && pair; i++) {
		answer(&r, &how, items, i, pair);
		if (i < vector_count)
			buf_add(vectors, pair, r.input_bytes + r.output_bytes);
		classes[i] = (uint32_t)squeeze_argmax_s8(
			(int8_t *)pair + r.input_bytes, r.output_bytes);
	}
	if (!pair || vectors->failed)
		ret = err_nomem(err);
	free(pair);
	plan_runner_close(&r);
	return ret;
}
