#include "artifact/describe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

void describe_signer(const struct artifact *a, char text[DESCRIBE_SIGNER])
{
	char id[KEY_ID_TEXT];

	key_id_text(&a->signer, id);
	if (a->is_signed)
		snprintf(text, DESCRIBE_SIGNER, "signed by %s%s", id,
			 a->is_trusted ? "" : ", not trusted");
	else
		snprintf(text, DESCRIBE_SIGNER, "not signed");
}

void describe_line(const struct artifact *a, const char *lead,
		   struct buf *out)
{
	char hex[DIGEST_HEX], signer[DESCRIBE_SIGNER];

	digest_hex(&a->id, hex);
	describe_signer(a, signer);
	buf_addf(out, "%-4s  %-8s %s  %s", lead, a->stage, hex, signer);
}

static void add_safe(struct buf *out, const char *text)
{
	char *safe = strdup(text);

	if (!safe) {
		out->failed = true;
		return;
	}
	text_neutralise(safe);
	buf_adds(out, safe);
	free(safe);
}

static void text_pairs(struct buf *out, const char *title,
		       const struct artifact_pair *pairs, size_t n)
{
	if (n)
		buf_addf(out, "%s\n", title);
	for (size_t i = 0; i < n; i++) {
		buf_addf(out, "  %s: ", pairs[i].key);
		add_safe(out, pairs[i].value);
		buf_addc(out, '\n');
	}
}

static void text_inputs(struct buf *out, const struct artifact *a)
{
	char hex[DIGEST_HEX];

	if (a->input_count)
		buf_adds(out, "inputs\n");
	for (size_t i = 0; i < a->input_count; i++) {
		digest_hex(&a->inputs[i].id, hex);
		buf_addf(out, "  %-8s %s\n", a->inputs[i].stage, hex);
	}
}

static void text_members(struct buf *out, const struct artifact *a)
{
	size_t total = 0;

	for (size_t i = 0; i < a->member_count; i++)
		total += a->members[i].n;
	buf_addf(out, "members: %zu, %zu bytes\n", a->member_count, total);
	for (size_t i = 0; i < a->member_count; i++)
		buf_addf(out, "  %10zu  %s\n", a->members[i].n,
			 a->members[i].name);
}

void describe_text(const struct artifact *a, struct buf *out)
{
	char hex[DIGEST_HEX], signer[DESCRIBE_SIGNER];

	digest_hex(&a->id, hex);
	describe_signer(a, signer);
	buf_addf(out, "%s, format %d, made by ", a->stage, a->format);
	add_safe(out, a->tool);
	buf_addf(out, "\n%s\n%s\n", hex, signer);
	text_pairs(out, "parameters", a->params, a->param_count);
	text_pairs(out, "toolchains", a->toolchains, a->toolchain_count);
	text_inputs(out, a);
	text_members(out, a);
}

static void json_digest(struct json *json, const char *key,
			const struct digest *digest)
{
	char hex[DIGEST_HEX];

	digest_hex(digest, hex);
	json_text(json, key, hex);
}

static void json_pairs(struct json *json, const char *key,
		       const struct artifact_pair *pairs, size_t n)
{
	json_object(json, key);
	for (size_t i = 0; i < n; i++)
		json_text(json, pairs[i].key, pairs[i].value);
	json_end(json);
}

void describe_json_head(const struct artifact *a, struct json *json)
{
	char id[KEY_ID_TEXT];

	key_id_text(&a->signer, id);
	json_text(json, "stage", a->stage);
	json_int(json, "format", a->format);
	json_text(json, "tool", a->tool);
	json_digest(json, "id", &a->id);
	json_bool(json, "signed", a->is_signed);
	json_bool(json, "trusted", a->is_trusted);
	json_text(json, "signer", a->is_signed ? id : "");
}

void describe_json(const struct artifact *a, struct json *json)
{
	describe_json_head(a, json);
	json_pairs(json, "params", a->params, a->param_count);
	json_array(json, "inputs");
	for (size_t i = 0; i < a->input_count; i++) {
		json_object(json, NULL);
		json_text(json, "stage", a->inputs[i].stage);
		json_digest(json, "id", &a->inputs[i].id);
		json_end(json);
	}
	json_end(json);
	json_pairs(json, "toolchains", a->toolchains, a->toolchain_count);
	json_array(json, "members");
	for (size_t i = 0; i < a->member_count; i++) {
		json_object(json, NULL);
		json_text(json, "path", a->members[i].name);
		json_int(json, "bytes", (int64_t)a->members[i].n);
		json_digest(json, "sha256", &a->members[i].digest);
		json_end(json);
	}
	json_end(json);
}

void describe_sums(const struct artifact *a, struct buf *out)
{
	char hex[DIGEST_HEX];

	for (size_t i = 0; i < a->member_count; i++) {
		digest_hex(&a->members[i].digest, hex);
		buf_addf(out, "%s  %s\n", hex, a->members[i].name);
	}
}
