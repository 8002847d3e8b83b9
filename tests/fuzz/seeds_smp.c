/*
 * seeds_smp DIR - what fuzz_smp starts from: each message with all of its
 * fields, bare and in console lines, and both kinds of errors.
 */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "wire/messages.h"
#include "wire/shapes.h"
#include "wire/smp_frame.h"

static const uint8_t some[32] = { 1, 2, 3 };

static void fill(const struct wire_shape *shape, uint8_t *message)
{
	const struct wire_text text = wire_text("word");
	const struct wire_bytes bytes = { some, sizeof(some) };
	const uint32_t number = 70000, one = 1;
	const bool yes = true;

	for (size_t i = 0; i < shape->count; i++) {
		const struct wire_field *f = &shape->fields[i];
		uint8_t *at = message + f->at;

		switch (f->kind) {
		case WIRE_FIELD_U32: memcpy(at, &number, 4); break;
		case WIRE_FIELD_BOOL: memcpy(at, &yes, sizeof(yes)); break;
		case WIRE_FIELD_BYTES: memcpy(at, &bytes, sizeof(bytes)); break;
		case WIRE_FIELD_MAPS: fill(f->list->shape, at); break;
		default: memcpy(at, &text, sizeof(text)); break;
		}
		if (f->list)
			memcpy(message + f->list->count_at, &one, 4);
	}
}

static int save(const char *folder, const char *name,
		const struct cbor_out *out)
{
	struct smp_framer framer = smp_framer_init(out->bytes, out->len,
						   SMP_LINE_MAX);
	uint8_t lines[SMP_CONSOLE_BYTES(SMP_PACKET_MAX)];
	char path[4096];
	size_t n = 0, line;

	while ((line = smp_framer_line(&framer, lines + n)))
		n += line;
	snprintf(path, sizeof(path), "%s/%s.packet", folder, name);
	if (file_write(path, out->bytes, out->len, 0644, NULL))
		return 1;
	snprintf(path, sizeof(path), "%s/%s.lines", folder, name);
	return file_write(path, lines, n, 0644, NULL) != 0;
}

static int save_message(const char *folder, const char *name,
			const struct wire_shape *shape)
{
	static _Alignas(16) uint8_t message[4096];
	static uint8_t room[SMP_PACKET_MAX];
	struct cbor_out out = cbor_out_init(room, sizeof(room));
	struct smp_header header = { .version = 1, .op = SMP_WRITE_RSP,
				     .group = 64, .id = 2 };

	memset(message, 0, sizeof(message));
	fill(shape, message);
	smp_begin(&out, &header);
	wire_encode(shape, &out, message);
	return smp_end(&out) || save(folder, name, &out);
}

static int save_errors(const char *folder)
{
	struct smp_header request = { .op = SMP_WRITE, .group = 1 };
	static uint8_t room[64];
	struct cbor_out out = cbor_out_init(room, sizeof(room));

	smp_put_status(&out, &request, SMP_NOENT);
	if (save(folder, "error-1", &out))
		return 1;
	request.version = 1;
	smp_put_status(&out, &request, SMP_RC_TRUST);
	return save(folder, "error-2", &out);
}

int main(int argc, char **argv)
{
	int bad = argc != 2;

#define SAVE(name) \
	bad = bad || save_message(argv[1], #name, &wire_shape_##name);
	WIRE_MESSAGES(SAVE)
	return bad || save_errors(argv[1]);
}
