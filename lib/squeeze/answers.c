#include "squeeze/answers.h"

#include <stdlib.h>
#include <string.h>

#include "plan/exec.h"

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
	struct exec x = { 0 };
	int ret = exec_open(&x, model, KERN_SET_HOST, err);
	struct run_tensor in, out;
	size_t n;

	if (!ret) {
		in = run_input(&x.run, 0);
		out = run_output(&x.run, 0);
		n = in.desc.bytes / sizeof(float);
		for (size_t i = 0; i < items->n; i++) {
			memcpy(in.data, items->x + i * n * (size_t)items->k,
			       in.desc.bytes);
			run_invoke(&x.run);
			classes[i] = (uint32_t)squeeze_argmax_f32(
				(float *)(void *)out.data,
				out.desc.bytes / sizeof(float));
		}
	}
	exec_close(&x);
	return ret;
}

int answers_int8(const struct model *model, const struct features_items *items,
		 uint32_t *classes, struct buf *vectors, size_t vector_count,
		 struct err *err)
{
	struct squeeze_input how;
	struct exec x = { 0 };
	struct run_tensor in, out;
	int ret = squeeze_input_of(model, &how, err);

	if (!ret)
		ret = exec_open(&x, model, KERN_SET_REF, err);
	for (size_t i = 0; i < items->n && !ret; i++) {
		in = run_input(&x.run, 0);
		out = run_output(&x.run, 0);
		squeeze_quantise(&how, items->x + i * in.desc.bytes *
				 (size_t)items->k, in.desc.bytes,
				 (int8_t *)in.data);
		if (i < vector_count)
			buf_add(vectors, in.data, in.desc.bytes);
		run_invoke(&x.run);
		if (i < vector_count)
			buf_add(vectors, out.data, out.desc.bytes);
		classes[i] = (uint32_t)squeeze_argmax_s8((int8_t *)out.data,
							 out.desc.bytes);
	}
	exec_close(&x);
	if (!ret && vectors->failed)
		ret = err_nomem(err);
	return ret;
}
