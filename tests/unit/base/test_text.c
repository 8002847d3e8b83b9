#include <criterion/criterion.h>

#include "base/text.h"

Test(text, hex_goes_there_and_back)
{
	uint8_t in[3] = { 0x00, 0xa5, 0xff }, out[3];
	char hex[7];

	text_hex(hex, in, 3);
	cr_assert_str_eq(hex, "00a5ff");
	cr_assert(text_unhex(hex, out, 3));
	cr_assert_arr_eq(in, out, 3);
}

Test(text, unhex_refuses_case_length_and_rubbish)
{
	uint8_t out[2];

	cr_assert_not(text_unhex("00A5", out, 2));
	cr_assert_not(text_unhex("00a", out, 2));
	cr_assert_not(text_unhex("00a5f", out, 2));
	cr_assert_not(text_unhex("0g00", out, 2));
}

Test(text, terminal_tricks_become_question_marks)
{
	char text[] = "a\033[2J\tb\x7f\xc3\xa9\xff\xc0\x80";

	text_neutralise(text);
	cr_assert_str_eq(text, "a?[2J?b?\xc3\xa9???");
}

Test(text, nearest_finds_typos_only)
{
	const char *words[] = { "train", "label", "run" };

	cr_assert_str_eq(text_nearest("trian", words, 3), "train");
	cr_assert_str_eq(text_nearest("labels", words, 3), "label");
	cr_assert_null(text_nearest("deploy", words, 3));
	cr_assert_null(text_nearest("x", words, 3));
}

Test(text, numbers_have_nothing_around_them)
{
	long v;

	cr_assert(text_long("-7", -10, 10, &v));
	cr_assert_eq(v, -7);
	cr_assert_not(text_long(" 7", -10, 10, &v));
	cr_assert_not(text_long("7x", -10, 10, &v));
	cr_assert_not(text_long("", -10, 10, &v));
	cr_assert_not(text_long("11", -10, 10, &v));
	cr_assert_not(text_long("99999999999999999999", 0, 10, &v));
}
