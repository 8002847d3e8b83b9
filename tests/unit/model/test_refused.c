#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "model/text.h"
#include "model/tflite.h"
#include "refused.h"
#include "sample_model.h"

/* Refusals of operations with states, of int16 layers, and of graphs that no
 * converter writes: damage a model, expect the kind and the words. */

static void load(struct model *m, const char *name)
{
	struct buf file = BUF_INIT;
	struct err err = { 0 };
	char path[100];

	snprintf(path, sizeof(path), TESTDATA "/model/text/%s.txt", name);
	cr_assert_eq(file_read(path, 1 << 20, &file, &err), 0);
	cr_assert_eq(model_parse(m, (const char *)file.data, file.len, &err),
		     0, "%s", err.text);
	buf_release(&file);
}

#define REFUSED(file, kind, words, damage) \
	REFUSED_MODEL(load(m, file), kind, words, damage)

enum { SVDF, SVDF_S8, RESHAPE, LSTM };

Test(refused, states)
{
	REFUSED("states", ERR_FORMAT, "variable of its own",
		in(m, SVDF, MODEL_SVDF_STATE)->is_state = false);
	REFUSED("states", ERR_FORMAT, "variable of its own",
		m->ops[SVDF_S8].inputs[MODEL_SVDF_STATE] =
		m->ops[SVDF].inputs[MODEL_SVDF_STATE]);
	REFUSED("states", ERR_FORMAT, "variable of its own",
		m->ops[SVDF].input_count = 4);
	REFUSED("states", ERR_UNSUPPORTED, "is a variable",
		m->ops[RESHAPE].inputs[0] =
		m->ops[SVDF].inputs[MODEL_SVDF_STATE]);
	REFUSED("states", ERR_FORMAT, "elements",
		in(m, SVDF, MODEL_SVDF_STATE)->dims[1]++);
	REFUSED("states", ERR_FORMAT, "int16",
		in(m, LSTM, MODEL_LSTM_CELL)->type = KERN_S8);
	REFUSED("states", ERR_FORMAT, "is a constant, an input",
		m->outputs[0] = m->ops[LSTM].inputs[MODEL_LSTM_HIDDEN]);
	REFUSED("states", ERR_FORMAT, "a constant or listed twice",
		m->inputs[0] = m->ops[LSTM].inputs[MODEL_LSTM_HIDDEN]);
}

Test(refused, svdf)
{
	REFUSED("states-float", ERR_UNSUPPORTED, "hybrid",
		in(m, SVDF, MODEL_SVDF_FEATURE)->type = KERN_S8);
	REFUSED("states", ERR_RANGE, "rank", m->ops[SVDF].attr.rank = 3);
	REFUSED("states", ERR_RANGE, "rank", m->ops[SVDF].attr.rank = 0);
	REFUSED("states", ERR_FORMAT, "filters",
		in(m, SVDF, MODEL_SVDF_TIME)->dims[0] = 4;
		in(m, SVDF, MODEL_SVDF_TIME)->dims[1] = 6);
	REFUSED("states", ERR_FORMAT, "scale state x time",
		in(m, SVDF, MODEL_SVDF_BIAS)->quant.scales[0] = 1);
	REFUSED("states", ERR_RANGE, "one scale above 0",
		in(m, SVDF, MODEL_SVDF_TIME)->quant.scales[0] = 0);
	REFUSED("states", ERR_RANGE, "negative or not finite",
		in(m, SVDF, MODEL_SVDF_TIME)->quant.scales[0] = -1);
	REFUSED("states", ERR_UNSUPPORTED, "not symmetric",
		in(m, SVDF, MODEL_SVDF_FEATURE)->quant.zeros[0] = 1);
}

Test(refused, lstm)
{
	REFUSED("states", ERR_UNSUPPORTED, "peepholes",
		m->ops[LSTM].inputs[9] = m->ops[LSTM].inputs[12]);
	REFUSED("states", ERR_UNSUPPORTED, "CIFG",
		m->ops[LSTM].inputs[MODEL_LSTM_WEIGHTS] = -1);
	REFUSED("states", ERR_FORMAT, "missing",
		m->ops[LSTM].inputs[MODEL_LSTM_BIASES] = -1);
	REFUSED("states", ERR_RANGE, "too far apart",
		in(m, LSTM, MODEL_LSTM_CELL)->quant.scales[0] = 64);
	REFUSED("states", ERR_UNSUPPORTED, "differ in scale",
		in(m, LSTM, MODEL_LSTM_HIDDEN)->quant.scales[0] = 0.5f);
	REFUSED("states", ERR_RANGE, "not finite",
		m->ops[LSTM].attr.cell_clip = NAN);
}

enum { CONV, DEPTHWISE, POOL, TRANSPOSE_CONV };

Test(refused, int16_layers)
{
	REFUSED("int16", ERR_UNSUPPORTED, "int16 with a zero point",
		m->tensors[m->inputs[0]].quant.zeros[0] = 1);
	REFUSED("int16", ERR_UNSUPPORTED, "filter",
		in(m, CONV, 1)->type = KERN_S16);
	REFUSED("int16", ERR_FORMAT, "bias",
		in(m, TRANSPOSE_CONV, 2)->type = KERN_S32);
	REFUSED("int16", ERR_RANGE, "too small",
		m->tensors[m->ops[CONV].output].quant.scales[0] = 1e-8f);
	REFUSED("int16", ERR_FORMAT, "does not come from an input",
		m->ops[TRANSPOSE_CONV].attr.stride_h = 3);
}

/* ---- graphs ------------------------------------------------------------- */

static void graph_is(int kind, const char *ops, const char *words)
{
	static const char head[] = "model \"g\"\n"
		"tensor 0 \"x\" float32[1]\ntensor 1 \"a\" float32[1]\n"
		"tensor 2 \"b\" float32[1]\ntensor 3 \"y\" float32[1]\n";
	struct err err = { 0 };
	char text[500];
	struct model m;

	snprintf(text, sizeof(text), "%s%sinput 0\noutput 3\n", head, ops);
	cr_assert_eq(model_parse(&m, text, strlen(text), &err), kind);
	cr_assert(strstr(err.text, words), "%s", err.text);
}

static void graph_refused(const char *ops, const char *words)
{
	graph_is(ERR_FORMAT, ops, words);
}

/* An input may be left out where constants stand, not where values flow. */
Test(refused, a_join_of_something_and_nothing)
{
	graph_is(ERR_RANGE, "op CONCATENATION 0 -1 -> 3\n",
		 "input 1 is tensor -1, which does not exist");
}

Test(refused, cycles_and_islands)
{
	graph_refused("op ADD 0 2 -> 1\nop RELU 1 -> 2\nop RELU 1 -> 3\n",
		      "read before it is written");
	graph_refused("op ADD 0 1 -> 1\nop RELU 1 -> 2\nop RELU 2 -> 3\n",
		      "read before it is written");
	graph_refused("op RELU 0 -> 3\nop RELU 1 -> 2\n",
		      "read before it is written");
	graph_refused("op RELU 0 -> 1\nop RELU 0 -> 2\nop RELU 0 -> 3\n",
		      "used by nothing");
	graph_refused("op RELU 0 -> 3\n", "never written");
}

/* ---- buffers of a file -------------------------------------------------- */

/* Every 32-bit word of the file as a number that is far too large, or another
 * buffer's or tensor's: refused in words, or a sound model. */
Test(refused, buffers_shared_or_out_of_the_file)
{
	static const uint32_t values[] = { 0, 1, 2, 3, 5, 1 << 20, 1u << 31,
					   0xffffffff };
	struct buf file = BUF_INIT;
	struct model m;
	int refusals = 0;

	sample_model(&m, KERN_S8);
	cr_assert_eq(model_write_tflite(&m, &file, NULL), 0);
	model_release(&m);
	for (size_t at = 0; at + 4 <= file.len; at += 4)
		for (size_t i = 0; i < sizeof(values) / 4; i++) {
			struct err err = { 0 };
			uint8_t was[4];

			memcpy(was, file.data + at, 4);
			memcpy(file.data + at, &values[i], 4);
			if (model_read_tflite(&m, file.data, file.len,
					      &err)) {
				cr_assert_neq(err.text[0], '\0');
				refusals++;
			} else {
				model_release(&m);
			}
			memcpy(file.data + at, was, 4);
		}
	cr_assert_gt(refusals, 1000);
	buf_release(&file);
}
