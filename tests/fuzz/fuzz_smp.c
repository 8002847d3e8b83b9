/* SMP: bytes of a link, in both framings, into packets, statuses and every
 * message; what is decoded encodes and decodes again, what is framed comes
 * back. */
#include <stdlib.h>
#include <string.h>

#include "wire/messages.h"
#include "wire/session.h"
#include "wire/smp_frame.h"

enum { ROOM = 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TRY(name) do { \
	struct wire_##name first, second; \
	struct cbor_out out = cbor_out_init(room, sizeof(room)); \
	struct smp_packet again; \
	if (wire_decode_##name(packet, &first)) \
		break; \
	smp_begin(&out, &packet->header); \
	wire_encode_##name(&out, &first); \
	if (smp_end(&out) || smp_packet_open(&again, room, out.len) || \
	    wire_decode_##name(&again, &second)) \
		abort(); \
} while (0);

static void messages(const struct smp_packet *packet)
{
	static uint8_t room[4 * SMP_PACKET_MAX];

	WIRE_MESSAGES(TRY)
}

/* The answer that is only a status says what was put into it. */
static void status_again(const struct smp_packet *packet, unsigned rc)
{
	uint8_t room[64];
	struct cbor_out out = cbor_out_init(room, sizeof(room));
	struct smp_status status;
	struct smp_packet answer;

	smp_put_status(&out, &packet->header, rc);
	if (out.err || smp_packet_open(&answer, room, out.len) ||
	    smp_status(&answer, &status) || status.rc != rc)
		abort();
}

static void frame_again(const uint8_t *data, size_t size)
{
	uint8_t line[SMP_LINE_MAX], room[ROOM];
	struct smp_framer framer = smp_framer_init(data, size, SMP_LINE_MAX);
	struct smp_feed feed = { 0 };
	size_t n, got = 0;

	while ((n = smp_framer_line(&framer, line)))
		for (size_t i = 0; i < n; i++)
			got = smp_feed_console(&feed, line[i], room, ROOM);
	if (got != size || memcmp(room, data, size))
		abort();
}

static void stream(const struct smp_packet *packet)
{
	struct wire_started s;
	struct wire_stream load = { .bps = 115200, .bits_per_byte = 10 };
	uint64_t need = 0;

	if (wire_decode_started(packet, &s))
		return;
	load.rate_mhz = s.rate_mhz;
	load.channels = s.channels;
	load.kind = s.kind;
	load.data = s.data;
	if (wire_stream_fits(&load, &need) == 0 && need > load.bps)
		abort();
}

static void take(const uint8_t *bytes, size_t n, struct session *session)
{
	struct smp_packet packet;
	struct smp_status status;

	if (smp_packet_open(&packet, bytes, n))
		return;
	if (smp_status(&packet, &status) == 0) {
		smp_rc_text(status.rc);
		status_again(&packet, status.rc);
	}
	session_receive(session, &packet);
	session_tick(session, packet.header.seq);
	messages(&packet);
	stream(&packet);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct session session;
	struct smp_header header = { .op = SMP_WRITE };

	session_init(&session, 100, 1, 0);
	session_start(&session, &header, 0);
	take(data, size, &session);
	if (size && size <= ROOM)
		frame_again(data, size);
	for (int framing = 0; framing < 2; framing++) {
		struct smp_feed feed = { 0 };
		uint8_t *room = malloc(ROOM);

		if (!room)
			abort();
		for (size_t i = 0; i < size; i++) {
			size_t n = smp_feed(&feed, (enum smp_framing)framing,
					    data[i], room, ROOM);

			if (n > ROOM)
				abort();
			if (n)
				take(room, n, &session);
		}
		free(room);
	}
	return 0;
}
