#include "squeeze/files.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "model/tflite.h"
#include "onnx/onnx.h"
#include "quant/ports.h"

/* Integer features are numbers of 2^-16 in 32 bits; samples are taken so. */
#define SAMPLE_MAX 32767.0f

bool squeeze_is_file(const char *path)
{
	struct buf file = BUF_INIT;
	bool is_file = path && file_read(path, MODEL_BYTES_MAX, &file,
					 NULL) == 0 &&
		(model_is_tflite(file.data, file.len) ||
		 onnx_is_model(file.data, file.len));

	buf_release(&file);
	return is_file;
}

int files_read_model(struct work *w, const char *path, struct buf *file)
{
	int ret = file_read(path, MODEL_BYTES_MAX, file, w->err);

	if (ret)
		return ret;
	if (onnx_is_model(file->data, file->len) &&
	    !model_is_tflite(file->data, file->len))
		ret = onnx_read_model(&w->as_float, file->data, file->len,
				      w->err);
	else
		ret = model_read_tflite(&w->as_float, file->data, file->len,
					w->err);
	if (ret)
		err_at(w->err, "'%s'", path);
	w->float_bytes = file->len;
	return ret;
}

static size_t numbers_of(const struct model *m)
{
	size_t n = 0;

	for (int i = 0; i < m->input_count; i++)
		n += model_elements(&m->tensors[m->inputs[i]]);
	return n;
}

static int check_samples(struct work *w, const char *path,
			 const struct buf *file, size_t numbers)
{
	const float *x = (const float *)(void *)file->data;
	size_t bytes = numbers * sizeof(float);

	if (!file->len || file->len % bytes) {
		err_set(w->err, ERR_FORMAT, "'%s' has %zu bytes, which is no "
			"number of inputs of %zu bytes", path, file->len,
			bytes);
		err_hint(w->err, "it holds inputs of the model, one after "
			 "another, as little-endian float32");
		return ERR_FORMAT;
	}
	for (size_t i = 0; i < file->len / sizeof(float); i++) {
		if (fabsf(x[i]) <= SAMPLE_MAX)
			continue;
		err_set(w->err, ERR_RANGE, "'%s' holds %g, beyond %g", path,
			(double)x[i], (double)SAMPLE_MAX);
		err_at(w->err, "sample %zu", i / numbers);
		err_hint(w->err, "are these float32 inputs of this model?");
		return ERR_RANGE;
	}
	return 0;
}

/* One class a line, as a number; y has room for n. */
static int read_labels(struct work *w, const char *path, int32_t *y, size_t n)
{
	struct buf file = BUF_INIT;
	int ret = file_read(path, MODEL_BYTES_MAX, &file, w->err);
	const char *at;

	buf_addc(&file, 0);
	if (!ret && file.failed)
		ret = err_nomem(w->err);
	at = (const char *)file.data;
	for (size_t i = 0; i < n && !ret; i++) {
		char *end;
		long class = strtol(at, &end, 10);

		if (end == at || class < 0 || class > INT32_MAX) {
			ret = err_set(w->err, ERR_FORMAT, "'%s' has no class "
				      "number for sample %zu of %zu", path, i,
				      n);
			err_hint(w->err, "one number a line, from 0 up");
		}
		y[i] = (int32_t)class;
		at = end;
	}
	if (!ret && at && at[strspn(at, " \t\r\n")])
		ret = err_set(w->err, ERR_FORMAT, "'%s' has more lines than "
			      "there are samples, %zu", path, n);
	buf_release(&file);
	return ret;
}

/* Samples first, first + step ...; at most most, spread evenly. */
static int take(struct features_items *to, const float *x, const int32_t *y,
		const size_t range[3], size_t numbers)
{
	size_t first = range[0], step = range[1], all = range[2];
	size_t n = all < to->n ? all : to->n;

	to->k = 1;
	to->n = n;
	to->x = malloc(n * numbers * sizeof(*to->x) + 1);
	to->y = calloc(n + 1, sizeof(*to->y));
	if (!to->x || !to->y)
		return ERR_MEM;
	for (size_t i = 0; i < n; i++) {
		size_t from = first + i * all / n * step;

		memcpy(to->x + i * numbers, x + from * numbers,
		       numbers * sizeof(*x));
		to->y[i] = y[from];
	}
	return 0;
}

static int take_parts(struct work *w, const float *x, const int32_t *y,
		      size_t n, bool split)
{
	size_t numbers = numbers_of(&w->as_float), step = split ? 2 : 1;
	size_t first[3] = { 0, step, split ? (n + 1) / 2 : n };
	size_t second[3] = { 1, 2, split ? n / 2 : 0 };

	w->calibration.n = (size_t)w->stage->project.squeeze.samples;
	w->held_out.n = second[2];
	w->part = "odd";
	if (take(&w->calibration, x, y, first, numbers) ||
	    take(&w->held_out, x, y, second, numbers))
		return err_nomem(w->err);
	return 0;
}

int files_take_samples(struct work *w, const struct squeeze_source *source,
		       bool split)
{
	struct buf samples = BUF_INIT;
	int32_t *y = NULL;
	size_t n = 0;
	int ret = file_read(source->samples, MODEL_BYTES_MAX, &samples,
			    w->err);

	if (!ret)
		ret = check_samples(w, source->samples, &samples,
				    numbers_of(&w->as_float));
	if (!ret) {
		n = samples.len / sizeof(float) / numbers_of(&w->as_float);
		y = calloc(n + 1, sizeof(*y));
		ret = y ? 0 : err_nomem(w->err);
	}
	if (!ret && source->labels)
		ret = read_labels(w, source->labels, y, n);
	if (!ret)
		ret = take_parts(w, (const float *)(void *)samples.data, y, n,
				 split);
	w->has_labels = source->labels != NULL;
	free(y);
	buf_release(&samples);
	return ret;
}

int files_open(struct work *w, const struct squeeze_source *source, bool split)
{
	struct buf file = BUF_INIT;
	int ret = files_read_model(w, source->operand, &file);

	buf_release(&file);
	if (!ret && quant_is_done(&w->as_float)) {
		ret = err_set(w->err, ERR_UNSUPPORTED, "'%s' is quantised "
			      "already", source->operand);
		err_hint(w->err, "variants are made of the float model");
	}
	return ret ? ret : files_take_samples(w, source, split);
}
