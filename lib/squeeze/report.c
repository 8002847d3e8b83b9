#include "base/json.h"
#include "squeeze/squeeze.h"

static double percent(const struct squeeze_score *s)
{
	return s->count ? 100.0 * (double)s->right / (double)s->count : 0;
}

bool squeeze_fits(const struct squeeze_target *t)
{
	return t->arena_bytes <= t->arena_room &&
	       t->slow_bytes <= t->slow_room &&
	       t->image_bytes <= t->image_room;
}

void squeeze_print_target(const struct squeeze_target *t, struct buf *out)
{
	buf_addf(out, "%-16s arena %7u of %7u bytes (%s %u), image %7u of "
		 "%7u bytes\n", t->name, t->arena_bytes, t->arena_room,
		 t->is_optimal ? "the least possible; bound" : "bound",
		 t->bound_bytes, t->image_bytes, t->image_room);
	if (t->slow_bytes)
		buf_addf(out, "%-16s slow memory %7u of %7u bytes\n", "",
			 t->slow_bytes, t->slow_room);
	if (t->variant)
		buf_addf(out, "%-16s %s, %.2f%% of %zu right:\n%-16s %s\n",
			 "", t->variant, percent(&t->score), t->score.count,
			 "", t->why);
}

void squeeze_print(const struct squeeze_report *r, struct buf *out)
{
	buf_addf(out, "%-6s %9s %10s\n", "", "float32", r->format);
	if (r->as_float.count)
		buf_addf(out, "%-6s %8.2f%% %9.2f%%  of %zu recordings in the "
			 "%s part; both agree on %zu\n", "right",
			 percent(&r->as_float), percent(&r->as_int8),
			 r->as_float.count, r->part, r->agree);
	else
		buf_addf(out, "right  not measured: %s\n", r->part[0] ?
			 "no recordings were kept from training" :
			 "there are no recordings to a model file");
	buf_addf(out, "%-6s %9zu %10zu  bytes of .tflite\n", "file",
		 r->float_bytes, r->int8_bytes);
	buf_addf(out, "%llu multiply-accumulates, ranges from %zu "
		 "recordings\n", (unsigned long long)r->macs, r->calibrated);
	for (size_t i = 0; i < r->target_count; i++)
		squeeze_print_target(&r->targets[i], out);
}

static void json_score(struct json *json, const char *key,
		       const struct squeeze_score *score)
{
	json_object(json, key);
	json_int(json, "right", (int64_t)score->right);
	json_int(json, "count", (int64_t)score->count);
	json_end(json);
}

static void json_target(struct json *json, const struct squeeze_target *t)
{
	json_object(json, NULL);
	json_text(json, "target", t->name);
	json_int(json, "arena_bytes", t->arena_bytes);
	json_int(json, "bound_bytes", t->bound_bytes);
	json_bool(json, "arena_is_optimal", t->is_optimal);
	json_int(json, "arena_room_bytes", t->arena_room);
	json_int(json, "slow_bytes", t->slow_bytes);
	json_int(json, "slow_room_bytes", t->slow_room);
	json_int(json, "const_bytes", t->const_bytes);
	json_int(json, "image_bytes", t->image_bytes);
	json_int(json, "image_room_bytes", t->image_room);
	json_int(json, "estimated_instructions", (int64_t)t->instructions);
	if (t->variant) {
		json_text(json, "variant", t->variant);
		json_text(json, "squeeze", t->section);
		json_score(json, "score", &t->score);
		json_text(json, "why", t->why);
	}
	json_end(json);
}

void squeeze_json(const struct squeeze_report *r, struct buf *out)
{
	struct json json;

	json_init(&json, out);
	json_object(&json, NULL);
	json_text(&json, "part", r->part);
	json_text(&json, "format", r->format);
	json_score(&json, "float32", &r->as_float);
	json_score(&json, "int8", &r->as_int8);
	json_int(&json, "agree", (int64_t)r->agree);
	json_int(&json, "calibrated", (int64_t)r->calibrated);
	json_int(&json, "macs", (int64_t)r->macs);
	json_int(&json, "float32_tflite_bytes", (int64_t)r->float_bytes);
	json_int(&json, "int8_tflite_bytes", (int64_t)r->int8_bytes);
	json_array(&json, "targets");
	for (size_t i = 0; i < r->target_count; i++)
		json_target(&json, &r->targets[i]);
	json_end(&json);
	json_end(&json);
}
