#include "link/report.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"

static const char *emulator_word(enum board_emulator emulator)
{
	static const char *const words[] = { [BOARD_REAL] = "",
		[BOARD_SIM] = "sim", [BOARD_QEMU] = "qemu" };

	return words[emulator];
}

/* ---- types -------------------------------------------------------------- */

static void type_json(struct json *json, const struct board *b)
{
	json_object(json, NULL);
	json_text(json, "name", b->name);
	json_text(json, "core", b->core);
	json_text(json, "kernels", board_kernels(b->kernels));
	json_int(json, "ram_bytes", (int64_t)b->ram_bytes);
	json_int(json, "flash_bytes", (int64_t)b->flash_bytes);
	json_int(json, "arena_bytes", b->arena_bytes);
	json_int(json, "slot_bytes", b->slot_bytes);
	json_int(json, "clock_hz", b->clock_hz);
	json_text(json, "emulator", emulator_word(b->emulator));
	json_text(json, "title", b->title);
	json_end(json);
}

static void type_line(struct buf *out, const struct board *b)
{
	buf_addf(out, "%s\t%s\t%s\t%llu\t%llu\t%u\t%u\t%u\t%s\t%s\n", b->name,
		 b->core, board_kernels(b->kernels),
		 (unsigned long long)b->ram_bytes,
		 (unsigned long long)b->flash_bytes, b->arena_bytes,
		 b->slot_bytes, b->clock_hz, emulator_word(b->emulator),
		 b->title);
}

static void type_text(struct buf *out, const struct board *b)
{
	buf_addf(out, "%-17s %-13s %8llu %8llu  %s\n", b->name, b->core,
		 (unsigned long long)b->ram_bytes / 1024,
		 (unsigned long long)b->flash_bytes / 1024, b->title);
}

void report_types(struct buf *out, enum report_form form)
{
	const struct board *b;
	struct json json;

	json_init(&json, out);
	if (form == REPORT_JSON)
		json_array(&json, NULL);
	else if (form == REPORT_TEXT)
		buf_addf(out, "%-17s %-13s %8s %8s  %s\n", "TYPE", "CORE",
			 "RAM kB", "FLASH kB", "BOARD");
	for (size_t i = 0; (b = board_at(i)); i++) {
		if (form == REPORT_JSON)
			type_json(&json, b);
		else if (form == REPORT_LINES)
			type_line(out, b);
		else
			type_text(out, b);
	}
	if (form == REPORT_JSON)
		json_end(&json);
}

/* ---- what is here ------------------------------------------------------- */

enum { NAME_ROOM = 64, ID_ROOM = 16 };

/* "pico"; "pico?" when other boards share the identity; "" for a bridge. */
static void type_name(const struct board_usb *usb, char name[NAME_ROOM])
{
	snprintf(name, NAME_ROOM, "%s%s", usb ? usb->board : "",
		 usb && usb->board[0] && !board_usb_is_sure(usb) ? "?" : "");
}

static void id_text(uint16_t vid, uint16_t pid, char id[ID_ROOM])
{
	id[0] = '\0';
	if (vid)
		snprintf(id, ID_ROOM, "%04x:%04x", vid, pid);
}

static const char *usb_state(const struct board_usb *usb)
{
	static const char *const words[] = { [BOARD_APP] = "running",
		[BOARD_BOOT] = "bootloader", [BOARD_BRIDGE] = "bridge" };

	return usb ? words[usb->state] : "";
}

static const char *place_state(const struct place *place)
{
	if (!emulator_is(place))
		return "";
	return emulator_is_up(place) ? "up" : "down";
}

/* The columns of one row: name for JSON, value. Foreign values are
 * neutralised by whoever prints. */
struct cell {
	const char *key, *value;
};

enum { CELLS = 7 };	/* of a row at most; a key of NULL ends it before */

static void row(struct buf *out, struct json *json, enum report_form form,
		const char *what, const struct cell cells[CELLS])
{
	static const int widths[CELLS] = { 14, 17, 24, 11, 10, 0, 0 };

	if (form == REPORT_JSON)
		json_object(json, NULL);
	else
		buf_adds(out, form == REPORT_LINES ? what : " ");
	for (int i = 0; i < CELLS && cells[i].key; i++) {
		if (form == REPORT_JSON)
			json_text(json, cells[i].key, cells[i].value);
		else if (form == REPORT_LINES)
			buf_addf(out, "\t%s", cells[i].value);
		else
			buf_addf(out, " %-*s", widths[i], cells[i].value);
	}
	if (form == REPORT_JSON) {
		json_end(json);
		return;
	}
	while (form == REPORT_TEXT && out->len && !out->failed &&
	       out->data[out->len - 1] == ' ')
		out->len--;
	buf_addc(out, '\n');
}

static void begin(struct buf *out, struct json *json, enum report_form form,
		  const char *key, const char *heading, size_t n)
{
	if (form == REPORT_JSON)
		json_array(json, key);
	else if (form == REPORT_TEXT)
		buf_addf(out, "%s%s\n", heading, n ? "" : ": none");
}

static void list_boards(struct buf *out, struct json *json,
			enum report_form form, const struct project *project)
{
	begin(out, json, form, "boards", "boards of this project",
	      project->board_count);
	for (size_t i = 0; i < project->board_count; i++) {
		const struct project_board *b = &project->boards[i];
		struct place place = { b->name, b->type, b->at,
				       project->root };
		const struct cell cells[CELLS] = { { "name", b->name },
			{ "type", b->type }, { "at", b->at },
			{ "state", place_state(&place) }, { "note", "" } };

		row(out, json, form, "board", cells);
	}
	if (form == REPORT_JSON)
		json_end(json);
}

static void list_usb(struct buf *out, struct json *json,
		     enum report_form form, const struct scan *scan)
{
	char name[NAME_ROOM], id[ID_ROOM];
	size_t known = 0;

	for (size_t i = 0; i < scan->usb_count; i++)
		known += scan->usb[i].known != NULL;
	begin(out, json, form, "usb", "boards on USB", known);
	for (size_t i = 0; i < scan->usb_count; i++) {
		const struct scan_usb *usb = &scan->usb[i];
		const struct cell cells[CELLS] = { { "path", usb->path },
			{ "type", name }, { "serial", usb->serial },
			{ "state", usb_state(usb->known) }, { "id", id } };

		if (!usb->known)
			continue;
		type_name(usb->known, name);
		id_text(usb->vid, usb->pid, id);
		row(out, json, form, "usb", cells);
	}
	if (form == REPORT_JSON)
		json_end(json);
}

static void list_serial(struct buf *out, struct json *json,
			enum report_form form, const struct scan *scan,
			const struct probe *probes)
{
	char name[NAME_ROOM], id[ID_ROOM];

	begin(out, json, form, "serial", "serial ports", scan->serial_count);
	for (size_t i = 0; i < scan->serial_count; i++) {
		const struct scan_serial *port = &scan->serial[i];
		struct cell cells[CELLS] = { { "port", port->port },
			{ "type", name }, { "what", port->what },
			{ "state", usb_state(port->known) }, { "id", id } };

		if (probes) {
			cells[5] = (struct cell){ "answers", probes[i].board };
			cells[6] = (struct cell){ "problem",
						  probes[i].problem };
		}

		type_name(port->known, name);
		id_text(port->vid, port->pid, id);
		row(out, json, form, "serial", cells);
	}
	if (form == REPORT_JSON)
		json_end(json);
}

void report_list(struct buf *out, enum report_form form,
		 const struct project *project, const struct scan *scan,
		 const struct probe *probes)
{
	struct json json;

	json_init(&json, out);
	if (form == REPORT_JSON)
		json_object(&json, NULL);
	list_boards(out, &json, form, project);
	list_usb(out, &json, form, scan);
	list_serial(out, &json, form, scan, probes);
	if (form == REPORT_JSON)
		json_end(&json);
}
