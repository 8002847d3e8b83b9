#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model/text.h"
#include "model/text_priv.h"

enum { WORD_MAX = 4 * MODEL_NAME_MAX + 8 };

/* Words are taken one by one; the first failure stays and ends all loops. */
struct parser {
	struct { const char *start, *pos, *end; } line;
	const char *rest, *end;		/* behind the line */
	int number;			/* of the line, from 1 */
	int kind;			/* 0 or what failed */
	char word[WORD_MAX + 1];
	struct model *model;
	struct err *err;
};

static void wrong(struct parser *p, const char *what)
{
	if (p->kind)
		return;
	p->kind = err_set(p->err, ERR_FORMAT, "malformed model text: %s",
			  what);
	err_at(p->err, "line %d, column %d", p->number,
	       (int)(p->line.pos - p->line.start) + 1);
}

/* ---- lines and words ---------------------------------------------------- */

static bool next_line(struct parser *p)
{
	const char *stop;

	if (p->kind || p->rest == p->end)
		return false;
	stop = memchr(p->rest, '\n', (size_t)(p->end - p->rest));
	p->number++;
	p->line.start = p->line.pos = p->rest;
	p->line.end = stop ? stop : p->end;
	p->rest = stop ? stop + 1 : p->end;
	if (!stop)
		wrong(p, "the last line does not end");
	return !p->kind;
}

static bool at_end(const struct parser *p)
{
	return p->kind || p->line.pos == p->line.end;
}

/* The next word; words are parted by exactly one space. */
static const char *take_word(struct parser *p)
{
	const char *start = p->line.pos, *stop;
	size_t n;

	p->word[0] = '\0';
	if (p->kind)
		return p->word;
	if (start > p->line.start && start < p->line.end)
		start++;
	stop = memchr(start, ' ', (size_t)(p->line.end - start));
	if (!stop)
		stop = p->line.end;
	n = (size_t)(stop - start);
	if (n == 0 || n > WORD_MAX) {
		wrong(p, "a word is missing or too long");
		return p->word;
	}
	memcpy(p->word, start, n);
	p->word[n] = '\0';
	p->line.pos = stop;
	return p->word;
}

/* Is the next word this one? Takes it if so. */
static bool take_if(struct parser *p, const char *word)
{
	size_t n = strlen(word);
	const char *at = p->line.pos + (p->line.pos > p->line.start);

	if (at_end(p) || (size_t)(p->line.end - at) < n ||
	    memcmp(at, word, n) != 0 ||
	    (at + n != p->line.end && at[n] != ' '))
		return false;
	p->line.pos = at + n;
	return true;
}

static int32_t take_int(struct parser *p)
{
	const char *word = take_word(p);
	long value = 0;

	if (!p->kind && !text_long(word, INT32_MIN, INT32_MAX, &value))
		wrong(p, "not a whole number");
	return (int32_t)value;
}

static float take_float(struct parser *p)
{
	const char *word = take_word(p);
	char *end;
	float value = strtof(word, &end);

	if (!p->kind && (*end || !isfinite(value)))
		wrong(p, "not a finite number");
	return value;
}

static int take_one_of(struct parser *p, const char *const *words, int n)
{
	const char *word = take_word(p);

	for (int i = 0; i < n; i++)
		if (strcmp(word, words[i]) == 0)
			return i;
	wrong(p, "an unknown name");
	return 0;
}

/* A quoted name; \xHH stands for a byte. */
static void take_name(struct parser *p, char *name)
{
	const char *at = p->line.pos + 1;
	size_t n = 0;

	if (p->kind || p->line.end - p->line.pos < 3 || *at++ != '"') {
		wrong(p, "a quoted name is missing");
		return;
	}
	for (; at < p->line.end && *at != '"' && n < MODEL_NAME_MAX; at++) {
		uint8_t byte = (uint8_t)*at;

		if (byte == '\\') {
			char hex[3] = { 0 };

			if (p->line.end - at < 4 || at[1] != 'x')
				break;
			memcpy(hex, at + 2, 2);
			if (!text_unhex(hex, &byte, 1) || !byte)
				break;
			at += 3;
		}
		name[n++] = (char)byte;
	}
	name[n] = '\0';
	p->line.pos = at;
	if (at == p->line.end || *at != '"')
		wrong(p, "a name does not end, or holds a bad byte");
	else
		p->line.pos++;
}

/* ---- tensors ------------------------------------------------------------ */

static const enum kern_type types[] = { KERN_S8, KERN_S16, KERN_S32, KERN_F32,
					KERN_U8, KERN_S64 };

/* "int8[1x2]" */
static enum kern_type take_type(struct parser *p, int *rank, int32_t *dims)
{
	char *at = (char *)(uintptr_t)strchr(take_word(p), '[');
	enum kern_type type = 0;
	size_t n;

	*rank = 0;
	if (!at) {
		wrong(p, "not a type with its shape");
		return 0;
	}
	n = (size_t)(at++ - p->word);
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		const char *name = model_type_name(types[i]);

		if (strlen(name) == n && memcmp(name, p->word, n) == 0)
			type = types[i];
	}
	while (*at >= '0' && *at <= '9' && *rank < MODEL_RANK_MAX) {
		long size = strtol(at, &at, 10);

		if (size < 1 || size > INT32_MAX)
			break;
		dims[(*rank)++] = (int32_t)size;
		if (*at == 'x' && at[1] >= '1' && at[1] <= '9')
			at++;
		else
			break;
	}
	if (!type || strcmp(at, "]") != 0)
		wrong(p, "not a type with its shape");
	return type;
}

/* Zero points: one for each of n scales, or one for all. */
static void take_zeros(struct parser *p, int32_t *zeros, uint32_t n)
{
	uint32_t i = 1;

	zeros[0] = take_int(p);
	if (at_end(p))
		for (; i < n; i++)
			zeros[i] = zeros[0];
	for (; i < n && !p->kind; i++)
		zeros[i] = take_int(p);
	if (!at_end(p))
		wrong(p, "scales and zero points differ in number");
}

static void take_quant(struct parser *p, int tensor)
{
	struct model_quant *q = &p->model->tensors[tensor].quant;
	size_t room = (size_t)(p->line.end - p->line.pos) + 1;

	if (at_end(p))
		return;
	if (take_if(p, "axis"))
		q->axis = take_int(p);
	if (!take_if(p, "scale")) {
		wrong(p, "expected a scale");
		return;
	}
	q->scales = model_alloc(p->model, room * sizeof(float));
	q->zeros = model_alloc(p->model, room * sizeof(int32_t));
	if (!q->scales || !q->zeros) {
		p->kind = err_nomem(p->err);
		return;
	}
	do
		q->scales[q->n++] = take_float(p);
	while (!at_end(p) && !take_if(p, "zero"));
	take_zeros(p, q->zeros, q->n);
}

static void take_data(struct parser *p, int tensor)
{
	size_t n = model_bytes(&p->model->tensors[tensor]), at = 0;
	uint8_t *data;

	/* every byte takes two digits: no memory for what is not there */
	if ((size_t)(p->end - p->rest) / 2 < n) {
		wrong(p, "the constant's data is cut off");
		return;
	}
	data = model_alloc(p->model, n);
	if (!data) {
		p->kind = err_nomem(p->err);
		return;
	}
	p->model->tensors[tensor].data = data;
	while (at < n && next_line(p)) {
		size_t bytes;

		if (!take_if(p, "data"))
			wrong(p, "expected data");
		bytes = strlen(take_word(p)) / 2;
		if (bytes > n - at || !text_unhex(p->word, data + at, bytes) ||
		    !at_end(p))
			wrong(p, "not hexadecimal, or too much of it");
		at += bytes;
	}
	if (at < n)
		wrong(p, "the constant's data is cut off");
}

enum tensor_kind { VALUE, CONSTANT, STATE };

static void parse_tensor(struct parser *p, enum tensor_kind kind)
{
	char name[MODEL_NAME_MAX + 1] = "";
	int32_t dims[MODEL_RANK_MAX] = { 0 };
	int rank, tensor;
	enum kern_type type;

	if (take_int(p) != p->model->tensor_count)
		wrong(p, "tensors must be numbered in order from 0");
	take_name(p, name);
	type = take_type(p, &rank, dims);
	if (p->kind)
		return;
	tensor = model_add_tensor(p->model, name, type, rank, dims);
	if (tensor < 0) {
		wrong(p, "the tensor cannot be held");
		return;
	}
	take_quant(p, tensor);
	p->model->tensors[tensor].is_state = kind == STATE;
	if (kind == CONSTANT && !p->kind)
		take_data(p, tensor);
}

/* ---- operations --------------------------------------------------------- */

static enum kern_op take_op(struct parser *p)
{
	const char *word = take_word(p);

	for (unsigned id = 1; id < 256; id++) {
		const struct kern_op_info *info = kern_op_info(id);

		if (info && strcmp(info->name, word) == 0)
			return (enum kern_op)id;
	}
	wrong(p, "an unknown operation");
	return 0;
}

static void take_pair(struct parser *p, int32_t *h, int32_t *w)
{
	*h = take_int(p);
	*w = take_int(p);
}

static void take_attr(struct parser *p, struct model_attr *a)
{
	if (take_if(p, "act"))
		a->act = take_one_of(p, text_acts, MODEL_ACT_COUNT);
	if (take_if(p, "padding"))
		a->padding = take_one_of(p, text_pads, TEXT_PADS);
	if (a->padding == MODEL_PAD_EXPLICIT) {
		take_pair(p, &a->pad_top, &a->pad_bottom);
		take_pair(p, &a->pad_left, &a->pad_right);
	}
	if (take_if(p, "stride"))
		take_pair(p, &a->stride_h, &a->stride_w);
	if (take_if(p, "dilation"))
		take_pair(p, &a->dilation_h, &a->dilation_w);
	if (take_if(p, "filter"))
		take_pair(p, &a->filter_h, &a->filter_w);
	if (take_if(p, "multiplier"))
		a->depth_multiplier = take_int(p);
	a->is_narrow = take_if(p, "narrow");
	a->rounds_once = take_if(p, "once");
	if (take_if(p, "beta"))
		a->beta = take_float(p);
	if (take_if(p, "alpha"))
		a->alpha = take_float(p);
	if (take_if(p, "rank"))
		a->rank = take_int(p);
	if (take_if(p, "clip"))
		a->cell_clip = take_float(p);
	a->is_time_major = take_if(p, "time_major");
	a->align_corners = take_if(p, "align_corners");
	a->half_pixel = take_if(p, "half_pixel");
	if (take_if(p, "axis"))
		a->axis = take_int(p);
	if (take_if(p, "masks")) {
		take_pair(p, &a->begin_mask, &a->end_mask);
		a->shrink_mask = take_int(p);
	}
	if (!at_end(p))
		wrong(p, "an unknown or misplaced attribute");
}

static void parse_op(struct parser *p)
{
	int inputs[MODEL_OP_INPUTS_MAX], n = 0, output;
	struct model_attr attr = { 0 };
	enum kern_op op = take_op(p);

	while (!at_end(p) && !take_if(p, "->")) {
		if (n == MODEL_OP_INPUTS_MAX) {
			wrong(p, "too many inputs");
			return;
		}
		inputs[n++] = take_if(p, "-") ? -1 : take_int(p);
	}
	output = take_int(p);
	take_attr(p, &attr);
	if (!p->kind && model_add_op(p->model, op, &attr, inputs, n,
				     output) < 0)
		wrong(p, "a tensor that does not exist, or no input");
}

/* ---- the whole ---------------------------------------------------------- */

static void parse_line(struct parser *p)
{
	if (take_if(p, "tensor"))
		parse_tensor(p, VALUE);
	else if (take_if(p, "const"))
		parse_tensor(p, CONSTANT);
	else if (take_if(p, "state"))
		parse_tensor(p, STATE);
	else if (take_if(p, "op"))
		parse_op(p);
	else if (take_if(p, "input"))
		model_add_input(p->model, take_int(p));
	else if (take_if(p, "output"))
		model_add_output(p->model, take_int(p));
	else
		wrong(p, "expected tensor, const, state, op, input or "
		      "output");
	if (!at_end(p))
		wrong(p, "more than expected");
}

static void parse_head(struct parser *p)
{
	char name[MODEL_NAME_MAX + 1] = "";

	if (!next_line(p) || !take_if(p, "model"))
		wrong(p, "expected: model \"NAME\"");
	take_name(p, name);
	if (!at_end(p))
		wrong(p, "more than expected");
	model_init(p->model, name);
}

int model_parse(struct model *model, const char *text, size_t n,
		struct err *err)
{
	struct parser p = { .rest = text, .end = text + n, .model = model,
			    .err = err };

	*model = (struct model){ .name = "" };
	p.line.start = p.line.pos = p.line.end = text;
	parse_head(&p);
	while (next_line(&p))
		parse_line(&p);
	if (!p.kind)
		p.kind = model_check(model, err);
	if (p.kind)
		model_release(model);
	return p.kind;
}
