#include "base/json.h"
#include "squeeze/compare.h"

static double percent(size_t part, size_t of)
{
	return of ? 100.0 * (double)part / (double)of : 0;
}

static void print_row(const struct compare *c, size_t target, size_t i,
		      bool is_chosen, struct buf *out)
{
	const struct compare_row *row = &c->rows[i];
	const struct squeeze_target *t = &row->targets[target];

	if (!row->made) {
		buf_addf(out, "  %-20s not made: %s\n", row->name, row->why);
		return;
	}
	buf_addf(out, "%s %-20s %6.2f%% %7.2f%% %8u %8u %11llu %11llu  %s\n",
		 is_chosen ? "*" : " ", row->name,
		 percent(row->score.right, row->score.count),
		 percent(row->agree, row->score.count), t->arena_bytes,
		 t->image_bytes, (unsigned long long)row->macs,
		 (unsigned long long)t->instructions,
		 squeeze_fits(t) ? "fits" : "too large");
}

/* Why this one, in words. */
static void print_choice(const struct compare *c, size_t target, int chosen,
			 struct buf *out)
{
	const struct compare_row *row = &c->rows[chosen < 0 ? 0 : chosen];
	const struct squeeze_target *t = &row->targets[target];

	if (chosen < 0) {
		buf_addf(out, "No variant fits '%s': it has %u bytes of RAM "
			 "for an arena and %u of flash for an image.\n"
			 "Train a smaller network or choose another board.\n",
			 c->names[target], t->arena_room, t->image_room);
		return;
	}
	buf_addf(out, "Chosen: %s.  It fits, and answers among the best that "
		 "do\n(%.1f%% of the recordings, or one, make no difference); "
		 "of those it takes the\nfewest instructions, then the least "
		 "flash and RAM.  It leaves\n%u of %u bytes of RAM and %u of "
		 "%u of flash.\nIn tinyml.yaml:\n    squeeze: {%s}\n",
		 row->name, COMPARE_SLACK_PERMILLE / 10.0,
		 t->arena_room - t->arena_bytes, t->arena_room,
		 t->image_room - t->image_bytes, t->image_room, row->section);
}

static void print_target(const struct compare *c, size_t target,
			 struct buf *out)
{
	int chosen = compare_choose(c, target);

	buf_addf(out, "\n%s\n  %-20s %7s %8s %8s %8s %11s %11s\n",
		 c->names[target], "variant", "right", "as float", "RAM",
		 "flash", "MACs", "instr. est.");
	for (size_t i = 0; i < c->count; i++)
		print_row(c, target, i, (int)i == chosen, out);
	print_choice(c, target, chosen, out);
}

void compare_print(const struct compare *c, struct buf *out)
{
	buf_addf(out, "float32: %.2f%% of %zu recordings of the %s part "
		 "right%s, %zu bytes.\nRanges from %zu recordings.  "
		 "RAM is the arena, flash the image without golden\nvectors, "
		 "instructions are estimates.\n",
		 percent(c->as_float.right, c->as_float.count),
		 c->as_float.count, c->part,
		 c->has_labels ? "" : " (no classes are known)",
		 c->float_bytes, c->calibrated);
	for (size_t t = 0; t < c->target_count; t++)
		print_target(c, t, out);
}

/* ---- for programs -------------------------------------------------------- */

static void json_target(struct json *json, const struct squeeze_target *t)
{
	json_object(json, NULL);
	json_text(json, "target", t->name);
	json_bool(json, "fits", squeeze_fits(t));
	json_int(json, "arena_bytes", t->arena_bytes);
	json_int(json, "image_bytes", t->image_bytes);
	json_int(json, "estimated_instructions", (int64_t)t->instructions);
	json_end(json);
}

static void json_row(struct json *json, const struct compare *c,
		     const struct compare_row *row)
{
	json_object(json, NULL);
	json_text(json, "variant", row->name);
	json_text(json, "squeeze", row->section);
	json_bool(json, "made", row->made);
	if (!row->made)
		json_text(json, "why", row->why);
	json_int(json, "right", (int64_t)row->score.right);
	json_int(json, "agree", (int64_t)row->agree);
	json_int(json, "tflite_bytes", (int64_t)row->file_bytes);
	json_int(json, "macs", (int64_t)row->macs);
	json_array(json, "targets");
	for (size_t t = 0; t < c->target_count && row->made; t++)
		json_target(json, &row->targets[t]);
	json_end(json);
	json_end(json);
}

void compare_json(const struct compare *c, struct buf *out)
{
	struct json json;

	json_init(&json, out);
	json_object(&json, NULL);
	json_text(&json, "part", c->part);
	json_int(&json, "count", (int64_t)c->as_float.count);
	json_int(&json, "calibrated", (int64_t)c->calibrated);
	json_int(&json, "float32_right", (int64_t)c->as_float.right);
	json_int(&json, "float32_tflite_bytes", (int64_t)c->float_bytes);
	json_array(&json, "variants");
	for (size_t i = 0; i < c->count; i++)
		json_row(&json, c, &c->rows[i]);
	json_end(&json);
	json_array(&json, "chosen");
	for (size_t t = 0; t < c->target_count; t++) {
		int chosen = compare_choose(c, t);

		json_object(&json, NULL);
		json_text(&json, "target", c->names[t]);
		if (chosen >= 0)
			json_text(&json, "variant", c->rows[chosen].name);
		json_end(&json);
	}
	json_end(&json);
	json_end(&json);
}
