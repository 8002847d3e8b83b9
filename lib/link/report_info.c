#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "link/report.h"

enum { WORD_ROOM = 80, HASH_ROOM = 2 * WIRE_HASH_BYTES + 1 };

/* A board's own words, cut and made harmless. */
static void word(struct wire_text text, char out[WORD_ROOM])
{
	snprintf(out, WORD_ROOM, "%.*s", (int)(text.n < WORD_ROOM ? text.n :
					       WORD_ROOM - 1),
		 text.p ? text.p : "");
	text_neutralise(out);
}

static void hash(struct wire_bytes bytes, char out[HASH_ROOM])
{
	out[0] = '\0';
	if (bytes.n == WIRE_HASH_BYTES)
		text_hex(out, bytes.p, bytes.n);
}

static const char *model_state(const struct wire_info *info)
{
	if (info->slot == WIRE_NONE)
		return "none";
	if (info->trial)
		return "trial";
	return info->confirmed ? "confirmed" : "unconfirmed";
}

struct words {
	char board[WORD_ROOM], core[WORD_ROOM], kernels[WORD_ROOM];
	char name[WORD_ROOM], version[WORD_ROOM], identity[HASH_ROOM];
};

static struct words words_of(const struct wire_info *info)
{
	struct words w;

	word(info->board, w.board);
	word(info->core, w.core);
	word(info->kernels, w.kernels);
	word(info->name, w.name);
	word(info->version, w.version);
	hash(info->identity, w.identity);
	return w;
}

/* Keys of JSON and porcelain alike, in their order. */
static void put_all(void (*text)(void *, const char *, const char *),
		    void (*number)(void *, const char *, uint32_t),
		    void *ctx, const struct place *place,
		    const struct wire_info *info)
{
	struct words w = words_of(info);

	text(ctx, "name", place->name);
	text(ctx, "at", place->at);
	text(ctx, "type", w.board);
	text(ctx, "core", w.core);
	number(ctx, "ram_bytes", info->ram);
	number(ctx, "flash_bytes", info->flash);
	number(ctx, "arena_bytes", info->arena);
	number(ctx, "slots", info->slots);
	number(ctx, "slot_bytes", info->slot_bytes);
	number(ctx, "page_bytes", info->page);
	text(ctx, "kernels", w.kernels);
	number(ctx, "runtime", info->runtime);
	text(ctx, "model_state", model_state(info));
	text(ctx, "model_name", w.name);
	text(ctx, "model_version", w.version);
	text(ctx, "model_identity", w.identity);
	number(ctx, "model_slot", info->slot == WIRE_NONE ? 0 : info->slot);
	number(ctx, "model_counter", info->counter);
	number(ctx, "counter_floor", info->floor);
	number(ctx, "input_bytes", info->input);
	number(ctx, "output_bytes", info->output);
	number(ctx, "pcm_samples", info->pcm);
	number(ctx, "rate_hz", info->rate_hz);
}

static void json_put_text(void *ctx, const char *key, const char *value)
{
	json_text(ctx, key, value);
}

static void json_put_number(void *ctx, const char *key, uint32_t value)
{
	json_int(ctx, key, value);
}

static void line_put_text(void *ctx, const char *key, const char *value)
{
	buf_addf(ctx, "%s\t%s\n", key, value);
}

static void line_put_number(void *ctx, const char *key, uint32_t value)
{
	buf_addf(ctx, "%s\t%u\n", key, value);
}

static void info_text(struct buf *out, const struct place *place,
		      const struct wire_info *info)
{
	struct words w = words_of(info);

	if (strcmp(place->name, place->at) == 0)
		buf_addf(out, "%s\n", place->at);
	else
		buf_addf(out, "%s at %s\n", place->name, place->at);
	buf_addf(out, "  board    %s, %s\n", w.board, w.core);
	buf_addf(out, "  RAM      %u kB, %u kB of it for a model's arena\n",
		 info->ram / 1024, info->arena / 1024);
	buf_addf(out, "  flash    %u kB, with %u model slots of %u kB, erased "
		 "in pages of %u bytes\n", info->flash / 1024, info->slots,
		 info->slot_bytes / 1024, info->page);
	buf_addf(out, "  runtime  version %u, kernel set %s\n", info->runtime,
		 w.kernels);
	if (info->slot == WIRE_NONE) {
		buf_addf(out, "  model    none\n");
		return;
	}
	buf_addf(out, "  model    %s %s in slot %c, counter %u, %s\n",
		 w.name[0] ? w.name : "(unnamed)", w.version,
		 info->slot ? 'B' : 'A',
		 info->counter, model_state(info));
	buf_addf(out, "  from     %s\n",
		 w.identity[0] ? w.identity : "an unnamed artifact");
	if (info->pcm)
		buf_addf(out, "  input    %u samples at %u Hz, or %u bytes\n",
			 info->pcm, info->rate_hz, info->input);
	else
		buf_addf(out, "  input    %u bytes\n", info->input);
	buf_addf(out, "  output   %u bytes\n", info->output);
}

void report_info(struct buf *out, enum report_form form,
		 const struct place *place, const struct wire_info *info)
{
	struct json json;

	switch (form) {
	case REPORT_TEXT:
		info_text(out, place, info);
		return;
	case REPORT_LINES:
		put_all(line_put_text, line_put_number, out, place, info);
		return;
	case REPORT_JSON:
		json_init(&json, out);
		json_object(&json, NULL);
		put_all(json_put_text, json_put_number, &json, place, info);
		json_end(&json);
	}
}
