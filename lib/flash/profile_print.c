#include <string.h>

#include "base/json.h"
#include "flash/profile.h"
#include "run/op.h"

/* The arena in so many columns. */
enum { MAP_COLUMNS = 40 };

/* One operation, counted. */
struct line {
	struct run_step step;
	uint64_t count, macs;
};

static uint32_t ticks_of(const struct profile *p, uint32_t op)
{
	uint32_t ticks;

	memcpy(&ticks, p->asked.ticks.data + 4 * (size_t)op, sizeof(ticks));
	return ticks;
}

static struct line line_of(const struct profile *p, uint32_t op)
{
	struct line line = { .count = profile_count(p, ticks_of(p, op)),
			     .macs = plan_runner_macs(&p->image, op) };

	step_load(&line.step, &p->image.run, op);
	return line;
}

static uint64_t total_of(const struct profile *p, uint64_t *macs)
{
	uint64_t total = 0;

	*macs = 0;
	for (uint32_t i = 0; i < p->asked.ops; i++) {
		struct line line = line_of(p, i);

		total += line.count;
		*macs += line.macs;
	}
	return total;
}

/* ---- the map of the arena ------------------------------------------------ */

static void mark(char *map, const struct profile *p, uint32_t at,
		 uint32_t bytes, char sign)
{
	uint64_t arena = p->image.arena_bytes;

	if (!bytes || !arena)
		return;
	for (uint64_t i = at * (uint64_t)MAP_COLUMNS / arena;
	     i < MAP_COLUMNS && i * arena < ((uint64_t)at + bytes) *
	     MAP_COLUMNS; i++)
		map[i] = sign;
}

/* Where an operation reads (i), writes (o) and works (s). */
static void draw(char map[static MAP_COLUMNS + 1], const struct profile *p,
		 const struct run_step *step)
{
	memset(map, '.', MAP_COLUMNS);
	map[MAP_COLUMNS] = '\0';
	for (unsigned i = 0; i < step->op.input_count; i++)
		if (step->in[i].place == MODEL_IMAGE_IN_ARENA)
			mark(map, p, step->in[i].offset, step->in[i].bytes,
			     'i');
	mark(map, p, step->op.scratch, step->op.scratch_bytes, 's');
	mark(map, p, step->out.offset, step->out.bytes, 'o');
}

/* ---- text ---------------------------------------------------------------- */

static void print_numbers(const struct profile *p, const char *name,
			  const struct line *line, uint64_t total,
			  struct buf *out)
{
	double factor = profile_cycles_factor(p);
	double share = total ? 100.0 * (double)line->count / (double)total : 0;

	buf_addf(out, "%-17.17s %12llu %6.1f%% %11llu ", name,
		 (unsigned long long)line->count, share,
		 (unsigned long long)line->macs);
	if (line->macs)
		buf_addf(out, "%8.2f", (double)line->count /
				       (double)line->macs);
	else
		buf_addf(out, "%8s", "-");
	if (factor > 0)
		buf_addf(out, " %12.0f", (double)line->count * factor);
}

static void print_head(const struct profile *p, struct buf *out)
{
	const char *what = p->is_counted ? "instructions" : "cycles";

	buf_addf(out, "%s: %s, %s, kernels %s, one inference\n", p->board,
		 p->info.board, p->info.core, p->info.kernels);
	if (p->asked.features)
		buf_addf(out, "features      %12llu %s\n", (unsigned long long)
			 profile_count(p, p->asked.features), what);
	buf_addf(out, "arena         %12zu bytes, a column of the map is %zu: "
		 "i input, o output, s scratch\n\n", p->image.arena_bytes,
		 (p->image.arena_bytes + MAP_COLUMNS - 1) / MAP_COLUMNS);
	buf_addf(out, " op %-17s %12s %7s %11s %8s", "", what, "share", "MACs",
		 "per MAC");
	if (profile_cycles_factor(p) > 0)
		buf_addf(out, " %12s", "cycles (1)");
	buf_adds(out, "  arena\n");
}

static void print_note(const struct profile *p, struct buf *out)
{
	double factor = profile_cycles_factor(p);

	if (factor <= 0)
		return;
	buf_addf(out, "\n(1) an estimate, %.1f an instruction: ", factor);
	buf_adds(out, factor < 2 ?
		 "assumed for loads that wait\n"
		 "    and branches, without flash wait states; not "
		 "measured\n" :
		 "as if each were a vector\n    instruction of 128 bits, "
		 "without memory waits: assumed, not measured\n");
}

void profile_print(const struct profile *p, struct buf *out)
{
	struct line sum = { .macs = 0 };
	char map[MAP_COLUMNS + 1];

	sum.count = total_of(p, &sum.macs);
	print_head(p, out);
	for (uint32_t i = 0; i < p->asked.ops; i++) {
		struct line line = line_of(p, i);

		buf_addf(out, "%3u ", i);
		print_numbers(p, kern_op_info(line.step.op.op)->name, &line,
			      sum.count, out);
		draw(map, p, &line.step);
		buf_addf(out, "  %s\n", map);
	}
	buf_adds(out, "    ");
	print_numbers(p, "all", &sum, sum.count, out);
	buf_addc(out, '\n');
	print_note(p, out);
}

/* ---- JSON ---------------------------------------------------------------- */

static void put_op(struct json *json, const struct profile *p, uint32_t i)
{
	const char *what = p->is_counted ? "instructions" : "cycles";
	double factor = profile_cycles_factor(p);
	struct line line = line_of(p, i);

	json_object(json, NULL);
	json_text(json, "op", kern_op_info(line.step.op.op)->name);
	json_int(json, what, (int64_t)line.count);
	if (factor > 0)
		json_real(json, "cycles_estimate", (double)line.count * factor);
	json_int(json, "macs", (int64_t)line.macs);
	json_int(json, "output_at", line.step.out.offset);
	json_int(json, "output_bytes", line.step.out.bytes);
	json_int(json, "scratch_at", line.step.op.scratch);
	json_int(json, "scratch_bytes", line.step.op.scratch_bytes);
	json_end(json);
}

void profile_json(const struct profile *p, struct buf *out)
{
	const char *what = p->is_counted ? "instructions" : "cycles";
	struct json json;
	uint64_t macs;

	json_init(&json, out);
	json_object(&json, NULL);
	json_text(&json, "board", p->board);
	json_text(&json, "type", p->info.board);
	json_text(&json, "core", p->info.core);
	json_text(&json, "kernels", p->info.kernels);
	json_int(&json, what, (int64_t)total_of(p, &macs));
	json_int(&json, "macs", (int64_t)macs);
	json_int(&json, "features", (int64_t)profile_count(p,
							p->asked.features));
	if (profile_cycles_factor(p) > 0)
		json_real(&json, "cycles_factor_assumed",
			  profile_cycles_factor(p));
	json_int(&json, "arena_bytes", (int64_t)p->image.arena_bytes);
	json_array(&json, "ops");
	for (uint32_t i = 0; i < p->asked.ops; i++)
		put_op(&json, p, i);
	json_end(&json);
	json_end(&json);
}
