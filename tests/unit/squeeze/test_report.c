#include <criterion/criterion.h>
#include <string.h>

#include "squeeze/squeeze.h"

static const struct squeeze_report report = {
	.part = "test", .format = "int8",
	.as_float = { 90, 96 }, .as_int8 = { 89, 96 }, .agree = 95,
	.calibrated = 200, .macs = 5000000000,
	.float_bytes = 95000, .int8_bytes = 31000,
	.targets = {
		{ .name = "mps2-an386", .arena_bytes = 22000,
		  .bound_bytes = 22000, .arena_room = 131072,
		  .image_bytes = 30000, .image_room = 384512,
		  .const_bytes = 28000, .is_optimal = true,
		  .instructions = 3900000 },
		{ .name = "microbit", .arena_bytes = 8000,
		  .bound_bytes = 7000, .arena_room = 8192,
		  .image_bytes = 30000, .image_room = 65024,
		  .const_bytes = 28000 },
	},
	.target_count = 2,
};

Test(report, text_for_people)
{
	struct buf out = BUF_INIT;

	squeeze_print(&report, &out);
	cr_assert_str_eq((char *)out.data,
		"         float32       int8\n"
		"right     93.75%     92.71%  of 96 recordings in the test "
		"part; both agree on 95\n"
		"file       95000      31000  bytes of .tflite\n"
		"5000000000 multiply-accumulates, ranges from 200 recordings\n"
		"mps2-an386       arena   22000 of  131072 bytes (the least "
		"possible; bound 22000), image   30000 of  384512 bytes\n"
		"microbit         arena    8000 of    8192 bytes (bound 7000), "
		"image   30000 of   65024 bytes\n");
	buf_release(&out);
}

Test(report, nothing_held_out_is_said_and_not_zero_percent)
{
	struct squeeze_report none = report;
	struct buf out = BUF_INIT;

	none.as_float = none.as_int8 = (struct squeeze_score){ 0 };
	squeeze_print(&none, &out);
	cr_assert_not_null(strstr((char *)out.data, "right  not measured: no "
				  "recordings were kept from training\n"));
	cr_assert_null(strchr((char *)out.data, '%'));
	buf_release(&out);
}

Test(report, json_for_programs)
{
	struct squeeze_report one = report;
	struct buf out = BUF_INIT;

	one.target_count = 1;
	squeeze_json(&one, &out);
	cr_assert_str_eq((char *)out.data,
		"{\n"
		"  \"part\": \"test\",\n"
		"  \"format\": \"int8\",\n"
		"  \"float32\": {\n"
		"    \"right\": 90,\n"
		"    \"count\": 96\n"
		"  },\n"
		"  \"int8\": {\n"
		"    \"right\": 89,\n"
		"    \"count\": 96\n"
		"  },\n"
		"  \"agree\": 95,\n"
		"  \"calibrated\": 200,\n"
		"  \"macs\": 5000000000,\n"
		"  \"float32_tflite_bytes\": 95000,\n"
		"  \"int8_tflite_bytes\": 31000,\n"
		"  \"targets\": [\n"
		"    {\n"
		"      \"target\": \"mps2-an386\",\n"
		"      \"arena_bytes\": 22000,\n"
		"      \"bound_bytes\": 22000,\n"
		"      \"arena_is_optimal\": true,\n"
		"      \"arena_room_bytes\": 131072,\n"
		"      \"slow_bytes\": 0,\n"
		"      \"slow_room_bytes\": 0,\n"
		"      \"const_bytes\": 28000,\n"
		"      \"image_bytes\": 30000,\n"
		"      \"image_room_bytes\": 384512,\n"
		"      \"estimated_instructions\": 3900000\n"
		"    }\n"
		"  ]\n"
		"}\n");
	buf_release(&out);
}
