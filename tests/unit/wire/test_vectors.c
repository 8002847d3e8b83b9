/* What other implementations send and mean. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "tsv.h"
#include "wire/messages.h"
#include "wire/smp_frame.h"

#define MESSAGES "../shared/vectors/smp/messages.tsv"
#define FRAMES "../shared/vectors/smp/serial-frames.json"

/* ---- a CBOR value against the JSON that says what it means -------------- */

static bool same(struct cursor cur, const char **json);

static void blanks(const char **json)
{
	while (**json == ' ' || **json == ',' || **json == ':')
		(*json)++;
}

/* A JSON string without escapes; points behind it. */
static size_t string(const char **json, const char **text)
{
	size_t n;

	cr_assert_eq(**json, '"');
	*text = *json + 1;
	n = strcspn(*text, "\"");
	*json = *text + n + 1;
	return n;
}

static void skip_value(const char **json)
{
	const char *text;
	int depth = 0;

	do {
		if (**json == '"') {
			string(json, &text);
		} else {
			depth += **json == '{' || **json == '[';
			depth -= **json == '}' || **json == ']';
			(*json)++;
		}
	} while (depth || !strchr(",}]", **json));
}

/* Keys of the table's own beside the message's. */
static bool is_remark(const char *key, size_t n)
{
	static const char *const remarks[] = { "sequence", "version", "map",
					       "answers", "note" };

	for (size_t i = 0; i < 5; i++)
		if (n == strlen(remarks[i]) && !memcmp(key, remarks[i], n))
			return true;
	return false;
}

static bool same_map(struct cursor map, const char **json, bool top)
{
	const char *text;
	struct cursor value;
	char key[64];

	(*json)++;
	for (blanks(json); **json != '}'; blanks(json)) {
		size_t n = string(json, &text);

		blanks(json);
		snprintf(key, sizeof(key), "%.*s", (int)n, text);
		if (top && is_remark(text, n)) {
			skip_value(json);
		} else if (top && strcmp(key, "kwargs") == 0) {
			if (!same_map(map, json, false))
				return false;
		} else if (cbor_find(&map, key, &value) ||
			   !same(value, json)) {
			return false;
		}
	}
	(*json)++;
	return true;
}

static bool same_array(struct cursor cur, const char **json)
{
	struct cbor_item head;

	cbor_next(&cur, &head);
	if (head.kind != CBOR_ARRAY)
		return false;
	(*json)++;
	for (blanks(json); **json != ']'; blanks(json)) {
		if (!same(cur, json))
			return false;
		cbor_skip(&cur);
	}
	(*json)++;
	return true;
}

static bool same_string(const struct cbor_item *item, const char **json)
{
	const char *text;
	size_t n = string(json, &text);
	uint8_t bytes[256];
	char hex[512];

	if (item->kind == CBOR_TEXT)
		return item->value == n && !memcmp(item->bytes, text, n);
	snprintf(hex, sizeof(hex), "%.*s", (int)n, text);
	return item->kind == CBOR_BYTES &&
	       tsv_unhex(hex, bytes) == item->value &&
	       !memcmp(bytes, item->bytes, (size_t)item->value);
}

static bool same(struct cursor cur, const char **json)
{
	struct cursor at = cur;
	struct cbor_item item;
	char *end;
	long number;

	if (**json == '{')
		return same_map(cur, json, false);
	if (**json == '[')
		return same_array(cur, json);
	cbor_next(&at, &item);
	if (**json == '"')
		return same_string(&item, json);
	if (**json == 't' || **json == 'f') {
		bool is = **json == 't';

		*json += is ? 4 : 5;
		return item.kind == CBOR_SIMPLE &&
		       item.value == (is ? CBOR_TRUE : CBOR_FALSE);
	}
	number = strtol(*json, &end, 10);
	*json = end;
	return item.kind == CBOR_UINT && item.value == (uint64_t)number;
}

static bool means(const struct smp_packet *packet, const char *json)
{
	return same_map(cursor_init(packet->payload, packet->header.length),
			&json, true);
}

/* ---- the tables --------------------------------------------------------- */

/* Those of which we have a struct, by the last part of their name. */
static int decode_typed(const char *name, const struct smp_packet *packet)
{
#define TYPED(text, type) \
	if (strcmp(name, text) == 0) { \
		struct wire_##type message; \
		return wire_decode_##type(packet, &message); \
	}
	TYPED("EchoWriteRequest", echo)
	TYPED("EchoWriteResponse", echoed)
	TYPED("ResetWriteRequest", reset)
	TYPED("ResetWriteResponse", nothing)
	TYPED("MCUMgrParametersReadRequest", nothing)
	TYPED("MCUMgrParametersReadResponse", params)
	TYPED("OSApplicationInfoReadRequest", app_query)
	TYPED("OSApplicationInfoReadResponse", app)
	TYPED("BootloaderInformationReadRequest", bootloader_query)
	TYPED("BootloaderInformationReadResponse", bootloader)
	TYPED("ImageStatesReadRequest", nothing)
	TYPED("ImageUploadWriteRequest", upload)
	TYPED("ImageUploadWriteResponse", offset)
	TYPED("ImageEraseRequest", erase)
	TYPED("ImageEraseResponse", nothing)
	TYPED("GroupDataRequest", stat_query)
	TYPED("GroupDataResponse", stats)
	TYPED("ListOfGroupsRequest", nothing)
	TYPED("ListOfGroupsResponse", stat_list)
#undef TYPED
	return 0;
}

static void check_header(const struct smp_header *header, char **field)
{
	cr_expect_eq(header->version, atoi(field[2]));
	cr_expect_eq(header->op, atoi(field[3]));
	cr_expect_eq(header->flags, atoi(field[4]));
	cr_expect_eq(header->group, atoi(field[5]));
	cr_expect_eq(header->seq, atoi(field[6]));
	cr_expect_eq(header->id, atoi(field[7]));
}

Test(smp_vectors, messages)
{
	static struct tsv tsv;
	uint8_t bytes[1024];
	int cases = 0;

	tsv_open(&tsv, MESSAGES);
	tsv_next(&tsv);
	while (tsv_next(&tsv)) {
		size_t n = tsv_unhex(tsv.field[8], bytes);
		const char *name = strrchr(tsv.field[1], '.') + 1;
		struct smp_packet packet;
		struct smp_status status;

		cr_assert_eq(smp_packet_open(&packet, bytes, n), 0, "line %d",
			     tsv.number);
		check_header(&packet.header, tsv.field);
		cr_expect(means(&packet, tsv.field[9]), "line %d: %s",
			  tsv.number, name);
		cr_expect_eq(decode_typed(name, &packet), 0, "line %d: %s",
			     tsv.number, name);
		cr_expect_eq(smp_status(&packet, &status), 0);
		cr_expect_eq(status.rc, SMP_OK);
		cases++;
	}
	cr_assert_eq(cases, 73);
}

Test(smp_vectors, an_old_answer_with_rc_0_is_a_success)
{
	uint8_t bytes[64];
	size_t n = tsv_unhex("0300000c00010201bf62726300636f666618a5ff",
			     bytes);
	struct smp_packet packet;
	struct smp_status status;
	struct wire_offset answer;

	cr_assert_eq(smp_packet_open(&packet, bytes, n), 0);
	cr_assert_eq(smp_status(&packet, &status), 0);
	cr_assert_eq(status.rc, 0);
	cr_assert_eq(wire_decode_offset(&packet, &answer), 0);
	cr_assert_eq(answer.off, 165);
}

/* The frames of the table, read from its few lines of JSON. */
static void check_frame(char *entry, size_t line_max)
{
	uint8_t body[256], packet[256], line[SMP_LINE_MAX];
	char *at = strstr(entry, "\"body\": \"") + 9;
	struct smp_framer framer;
	struct smp_feed feed = { 0 };
	size_t n, got = 0, line_n;

	at[strcspn(at, "\"")] = '\0';
	n = tsv_unhex(at, body);
	framer = smp_framer_init(body, n, line_max);
	at = strchr(strstr(entry, "\"lines\""), '[');
	while ((at = strpbrk(at, "\"]")) && *at == '"') {
		uint8_t want[SMP_LINE_MAX];
		size_t want_n;

		at[1 + strcspn(at + 1, "\"")] = '\0';
		want_n = tsv_unhex(at + 1, want);
		line_n = smp_framer_line(&framer, line);
		cr_assert_eq(line_n, want_n);
		cr_assert_eq(memcmp(line, want, want_n), 0);
		for (size_t i = 0; i < want_n; i++) {
			cr_assert_eq(got, 0);
			got = smp_feed_console(&feed, want[i], packet,
					       sizeof(packet));
		}
		at += strlen(at) + 1;
	}
	cr_assert_eq(smp_framer_line(&framer, line), 0);
	cr_assert_eq(got, n);
	cr_assert_eq(memcmp(packet, body, n), 0);
}

Test(smp_vectors, serial_frames)
{
	static char text[4096];
	FILE *file = fopen(FRAMES, "r");
	char *second;

	if (!file)
		cr_skip_test("no '%s' here", FRAMES);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	second = strstr(text, "Hello, world!");
	second[-1] = '\0';
	check_frame(text, 15);
	check_frame(second, 8);
}
