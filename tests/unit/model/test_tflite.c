#include <criterion/criterion.h>
#include <string.h>

#include "model/tflite.h"
#include "sample_model.h"

static void write_sample(struct buf *out, enum kern_type type)
{
	struct model m;
	struct err err = { 0 };

	sample_model(&m, type);
	cr_assert_eq(model_check(&m, &err), 0, "%s", err.text);
	cr_assert_eq(model_write_tflite(&m, out, &err), 0);
	model_release(&m);
}

static void there_and_back(enum kern_type type)
{
	struct buf one = BUF_INIT, two = BUF_INIT;
	struct err err = { 0 };
	struct model m;

	write_sample(&one, type);
	cr_assert_eq(model_read_tflite(&m, one.data, one.len, &err), 0, "%s",
		     err.text);
	cr_assert_eq(m.op_count, 9);
	cr_assert_str_eq(m.name, "sample");
	cr_assert_eq(model_write_tflite(&m, &two, &err), 0);
	cr_assert_eq(one.len, two.len);
	cr_assert_arr_eq(one.data, two.data, one.len);
	model_release(&m);
	buf_release(&one);
	buf_release(&two);
}

Test(tflite, an_int8_model_goes_there_and_back)
{
	there_and_back(KERN_S8);
}

Test(tflite, a_float_model_goes_there_and_back)
{
	there_and_back(KERN_F32);
}

/* Bytes end at the end of an allocation, so that a read behind them shows
 * under the address sanitizer. */
static int read_copy(const uint8_t *bytes, size_t n)
{
	uint8_t *copy = malloc(n + !n);
	struct err err = { 0 };
	struct model m;
	int kind;

	memcpy(copy, bytes, n);
	kind = model_read_tflite(&m, copy, n, &err);
	free(copy);
	cr_assert_eq(kind, err.kind);
	if (kind)
		return kind;
	cr_assert_eq(model_check(&m, &err), 0);
	model_release(&m);
	return 0;
}

Test(tflite, every_truncation_is_refused)
{
	struct buf file = BUF_INIT;

	write_sample(&file, KERN_S8);
	/* the padding behind the last buffer is not part of it */
	for (size_t n = 0; n < file.len - 16; n++)
		cr_assert_neq(read_copy(file.data, n), 0, "cut to %zu", n);
	buf_release(&file);
}

Test(tflite, every_flipped_bit_is_refused_or_gives_a_sound_model)
{
	struct buf file = BUF_INIT;

	write_sample(&file, KERN_S8);
	for (size_t bit = 0; bit < file.len * 8; bit++) {
		file.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
		read_copy(file.data, file.len);
		file.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	buf_release(&file);
}

/* A layer that rounds once, written and read again. */
Test(tflite, one_rounding_goes_there_and_back)
{
	const struct model_attr once = { .rounds_once = 1 };
	struct buf file = BUF_INIT;
	struct model m, back;
	int x, w, y;

	model_init(&m, "once");
	x = model_add_tensor(&m, "x", KERN_S8, MODEL_SHAPE(1, 2));
	w = model_add_const(&m, "w", KERN_S8, MODEL_SHAPE(3, 2), NULL);
	y = model_add_tensor(&m, "y", KERN_S8, MODEL_SHAPE(1, 3));
	model_set_quant(&m, x, 0.1f, 3);
	model_set_quant(&m, w, 0.1f, 0);
	model_set_quant(&m, y, 0.1f, -3);
	model_add_op(&m, KERN_FULLY_CONNECTED, &once, (int[]){ x, w }, 2, y);
	model_add_input(&m, x);
	model_add_output(&m, y);
	cr_assert_eq(model_write_tflite(&m, &file, NULL), 0);
	cr_assert_eq(model_read_tflite(&back, file.data, file.len, NULL), 0);
	cr_assert_eq(back.ops[0].attr.rounds_once, 1);
	model_release(&back);
	model_release(&m);
	buf_release(&file);
}

Test(tflite, explicit_padding_has_no_spelling)
{
	struct buf out = BUF_INIT;
	struct err err = { 0 };
	struct model m;

	sample_model(&m, KERN_F32);
	m.ops[0].attr.padding = MODEL_PAD_EXPLICIT;
	cr_assert_eq(model_write_tflite(&m, &out, &err), ERR_UNSUPPORTED);
	cr_assert_eq(out.len, 0);
	model_release(&m);
	buf_release(&out);
}
