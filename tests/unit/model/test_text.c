#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "model/text.h"
#include "sample_model.h"

static void there_and_back(enum kern_type type)
{
	struct buf one = BUF_INIT, two = BUF_INIT;
	struct err err = { 0 };
	struct model m, back;

	sample_model(&m, type);
	m.name = "quo\"te \xc3\xa9";
	model_print(&m, false, &one);
	cr_assert_eq(model_parse(&back, (char *)one.data, one.len, &err), 0,
		     "%s, %s", err.text, err.place);
	cr_assert_str_eq(back.name, m.name);
	model_print(&back, false, &two);
	cr_assert_eq(one.len, two.len);
	cr_assert_arr_eq(one.data, two.data, one.len);
	for (int i = 0; i < m.tensor_count; i++) {
		cr_assert_eq(m.tensors[i].quant.n, back.tensors[i].quant.n);
		cr_assert(model_same_shape(&m.tensors[i], &back.tensors[i]));
	}
	model_release(&m);
	model_release(&back);
	buf_release(&one);
	buf_release(&two);
}

Test(text, an_int8_model_goes_there_and_back)
{
	there_and_back(KERN_S8);
}

Test(text, a_float_model_goes_there_and_back)
{
	there_and_back(KERN_F32);
}

static const char good[] =
	"model \"m\"\n"
	"tensor 0 \"x\" int8[1x2] scale 0x1p-4 zero 3\n"
	"const 1 \"w\" int8[2x2] axis 0 scale 0x1p-5 0x1p-6 zero 0\n"
	"data 01ff02fe\n"
	"tensor 2 \"y\" int8[1x2] scale 0x1p-3 zero -1\n"
	"op FULLY_CONNECTED 0 1 - -> 2 act RELU6\n"
	"input 0\n"
	"output 2\n";

Test(text, the_spelling_is_stable)
{
	struct buf out = BUF_INIT;
	struct err err = { 0 };
	struct model m;

	cr_assert_eq(model_parse(&m, good, strlen(good), &err), 0, "%s, %s",
		     err.text, err.place);
	model_print(&m, false, &out);
	cr_assert_str_eq((char *)out.data, good);
	cr_assert_eq(m.ops[0].attr.act, MODEL_ACT_RELU6);
	cr_assert_eq(m.ops[0].inputs[2], -1);
	model_release(&m);
	buf_release(&out);
}

static void refused_at(const char *from, const char *to, const char *place)
{
	char text[sizeof(good) + 100];
	const char *at = strstr(good, from);
	struct err err = { 0 };
	struct model m;

	snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - good), good, to,
		 at + strlen(from));
	cr_assert_eq(model_parse(&m, text, strlen(text), &err), ERR_FORMAT,
		     "%s", text);
	cr_assert(strstr(err.place, place), "%s: %s", err.text, err.place);
	cr_assert_eq(m.op_count, 0);
}

Test(text, mistakes_are_refused_with_their_line)
{
	refused_at("model \"m\"", "modell \"m\"", "line 1");
	refused_at("tensor 0", "tensor 1", "line 2");
	refused_at("int8[1x2] scale 0x1p-4", "int7[1x2] scale 0x1p-4",
		   "line 2");
	refused_at("int8[1x2] scale 0x1p-4", "int8[0x2] scale 0x1p-4",
		   "line 2");
	refused_at("0x1p-5 0x1p-6 zero 0", "nan 0x1p-6 zero 0", "line 3");
	refused_at("0x1p-6 zero 0", "0x1p-6 zero 0 0 0", "line 3");
	refused_at("01ff02fe", "01ff02f", "line 4");
	refused_at("01ff02fe", "01ff02fe00", "line 4");
	refused_at("01ff02fe", "01FF02fe", "line 4");
	refused_at("data 01ff02fe\n", "", "line 4");
	refused_at("FULLY_CONNECTED", "FULLY", "line 6");
	refused_at("act RELU6", "act RELU7", "line 6");
	refused_at("act RELU6", "act RELU6 stride 1", "line 6");
	refused_at("-> 2", "-> 9", "line 6");
	refused_at("output 2\n", "output 2", "line 8");
	refused_at("input 0\n", "input 0 0\n", "line 7");
}

Test(text, every_truncation_is_refused)
{
	struct err err = { 0 };
	struct model m;

	for (size_t n = 0; n + 1 < sizeof(good); n++) {
		err = (struct err){ 0 };
		cr_assert_neq(model_parse(&m, good, n, &err), 0, "at %zu", n);
	}
}

/* A megabyte is promised, nothing follows. */
Test(text, data_that_is_not_there_takes_no_memory)
{
	const char text[] = "model \"m\"\n"
		"const 0 \"w\" float32[1000x1000x100]\n";
	struct err err = { 0 };
	struct model m;

	cr_assert_eq(model_parse(&m, text, strlen(text), &err), ERR_FORMAT);
	cr_assert(strstr(err.text, "cut off"));
}
