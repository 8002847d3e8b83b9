#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "base/json.h"

static void check(struct buf *out, const char *want)
{
	cr_assert_not(out->failed);
	cr_assert_str_eq((const char *)out->data, want);
	buf_release(out);
}

Test(json, the_example_of_the_header)
{
	struct buf out = BUF_INIT;
	struct json j;

	json_init(&j, &out);
	json_object(&j, NULL);
	json_text(&j, "name", "demo");
	json_array(&j, "sizes");
	json_int(&j, NULL, 4);
	json_int(&j, NULL, -5);
	json_end(&j);
	json_bool(&j, "good", true);
	json_bool(&j, "bad", false);
	json_end(&j);
	check(&out, "{\n  \"name\": \"demo\",\n  \"sizes\": [\n    4,\n    -5\n"
	      "  ],\n  \"good\": true,\n  \"bad\": false\n}\n");
}

Test(json, empty_levels_close_on_the_same_line)
{
	struct buf out = BUF_INIT;
	struct json j;

	json_init(&j, &out);
	json_array(&j, NULL);
	json_object(&j, NULL);
	json_end(&j);
	json_array(&j, NULL);
	json_end(&j);
	json_end(&j);
	check(&out, "[\n  {},\n  []\n]\n");
}

static void check_text(const char *text, const char *want)
{
	struct buf out = BUF_INIT;
	struct json j;

	json_init(&j, &out);
	json_text(&j, NULL, text);
	check(&out, want);
}

Test(json, any_bytes_become_valid_text)
{
	check_text("a\"b\\c", "\"a\\\"b\\\\c\"");
	check_text("tab\tnl\nesc\033del\x7f",
		   "\"tab\\u0009nl\\u000aesc\\u001bdel\\u007f\"");
	check_text("\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80",
		   "\"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\"");
	check_text("\xff", "\"\\ufffd\"");
	check_text("\xc3", "\"\\ufffd\"");
	check_text("\xc3z", "\"\\ufffdz\"");
	check_text("\x80z", "\"\\ufffdz\"");
	check_text("", "\"\"");
}

static void check_real(double value, const char *want)
{
	struct buf out = BUF_INIT;
	struct json j;

	json_init(&j, &out);
	json_real(&j, NULL, value);
	check(&out, want);
}

Test(json, reals_are_short_and_read_back)
{
	check_real(0.1, "0.1");
	check_real(1, "1");
	check_real(-2.5, "-2.5");
	check_real(1.0 / 3, "0.3333333333333333");
	check_real(1e300, "1e+300");
	check_real(INFINITY, "null");
	check_real(-INFINITY, "null");
	check_real(NAN, "null");
}

Test(json, integers_reach_their_ends)
{
	struct buf out = BUF_INIT;
	struct json j;

	json_init(&j, &out);
	json_array(&j, NULL);
	json_int(&j, NULL, INT64_MIN);
	json_int(&j, NULL, INT64_MAX);
	json_end(&j);
	check(&out, "[\n  -9223372036854775808,\n  9223372036854775807\n]\n");
}

Test(json, nesting_beyond_the_limit_fails_the_buffer)
{
	struct buf out = BUF_INIT;
	struct json j;

	json_init(&j, &out);
	for (int i = 0; i < JSON_DEPTH_MAX; i++)
		json_array(&j, NULL);
	cr_assert_not(out.failed);
	json_array(&j, NULL);
	cr_assert(out.failed);
	buf_release(&out);
}
