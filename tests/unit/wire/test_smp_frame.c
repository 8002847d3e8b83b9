#include <criterion/criterion.h>
#include <string.h>

#include "wire/smp_frame.h"

enum { ROOM = 600 };

/* A packet of n bytes that says so, and whose bytes differ. */
static void make_packet(uint8_t *packet, size_t n)
{
	struct smp_header header = { .version = 1, .op = SMP_WRITE,
		.length = (uint16_t)(n - SMP_HEADER_BYTES), .group = 65 };

	for (size_t i = 0; i < n; i++)
		packet[i] = (uint8_t)(i * 7 + 3);
	smp_header_encode(&header, packet);
}

static size_t frame(const uint8_t *packet, size_t n, size_t line_max,
		    uint8_t *out)
{
	struct smp_framer framer = smp_framer_init(packet, n, line_max);
	size_t total = 0, line;

	while ((line = smp_framer_line(&framer, out + total)))
		total += line;
	return total;
}

struct seen {
	int packets;
	size_t n;
	uint8_t bytes[ROOM];
};

static void feed_all(struct smp_feed *feed, enum smp_framing framing,
		     const void *bytes, size_t n, struct seen *seen)
{
	static uint8_t room[ROOM];
	const uint8_t *p = bytes;

	for (size_t i = 0; i < n; i++) {
		size_t got = smp_feed(feed, framing, p[i], room, ROOM);

		if (got) {
			seen->packets++;
			seen->n = got;
			memcpy(seen->bytes, room, got);
		}
	}
}

Test(smp_frame, every_length_comes_back_in_every_line_length)
{
	uint8_t packet[300], lines[1200];

	for (size_t n = SMP_HEADER_BYTES; n <= sizeof(packet); n++)
		for (size_t max = SMP_LINE_MIN; max <= SMP_LINE_MAX;
		     max += 17) {
			struct smp_feed feed = { 0 };
			struct seen seen = { 0 };
			size_t total;

			make_packet(packet, n);
			total = frame(packet, n, max, lines);
			feed_all(&feed, SMP_CONSOLE, lines, total, &seen);
			cr_assert_eq(seen.packets, 1);
			cr_assert_eq(seen.n, n);
			cr_assert_eq(memcmp(seen.bytes, packet, n), 0);
			cr_assert_eq(feed.damaged + feed.skipped, 0);
		}
}

Test(smp_frame, no_line_is_longer_than_allowed)
{
	uint8_t packet[500], line[SMP_LINE_MAX];
	struct smp_framer framer;
	size_t n, total = 0;

	make_packet(packet, sizeof(packet));
	framer = smp_framer_init(packet, sizeof(packet), SMP_LINE_MAX);
	while ((n = smp_framer_line(&framer, line))) {
		cr_assert_leq(n, 127);
		cr_assert_eq(line[n - 1], '\n');
		total += n;
	}
	cr_assert_eq(total, SMP_CONSOLE_BYTES(sizeof(packet)));
}

/* The state is plain data: after every byte it moves to another place. */
static void check_moves(enum smp_framing framing, const uint8_t *bytes,
			size_t n, const uint8_t *packet, size_t packet_n)
{
	struct smp_feed a = { 0 }, b;
	uint8_t room_a[ROOM] = { 0 }, room_b[ROOM];
	size_t got = 0;

	for (size_t i = 0; i < n; i++) {
		cr_assert_eq(got, 0);
		memcpy(&b, &a, sizeof(a));
		memcpy(room_b, room_a, ROOM);
		memset(&a, 0xee, sizeof(a));
		memset(room_a, 0xee, ROOM);
		got = smp_feed(&b, framing, bytes[i], room_b, ROOM);
		memcpy(&a, &b, sizeof(b));
		memcpy(room_a, room_b, ROOM);
	}
	cr_assert_eq(got, packet_n);
	cr_assert_eq(memcmp(room_a, packet, packet_n), 0);
}

Test(smp_frame, state_survives_a_move_between_any_two_bytes)
{
	uint8_t packet[200], lines[600];
	size_t n;

	make_packet(packet, sizeof(packet));
	n = frame(packet, sizeof(packet), SMP_LINE_MAX, lines);
	check_moves(SMP_CONSOLE, lines, n, packet, sizeof(packet));
	check_moves(SMP_RAW, packet, sizeof(packet), packet, sizeof(packet));
}

Test(smp_frame, talk_between_lines_is_skipped_and_counted)
{
	static const char talk[] = "*** booting ***\r\n";
	uint8_t packet[150], line[SMP_LINE_MAX];
	struct smp_framer framer;
	struct smp_feed feed = { 0 };
	struct seen seen = { 0 };
	size_t n;

	make_packet(packet, sizeof(packet));
	framer = smp_framer_init(packet, sizeof(packet), SMP_LINE_MAX);
	while ((n = smp_framer_line(&framer, line))) {
		feed_all(&feed, SMP_CONSOLE, talk, sizeof(talk) - 1, &seen);
		feed_all(&feed, SMP_CONSOLE, line, n, &seen);
	}
	cr_assert_eq(seen.packets, 1);
	cr_assert_eq(feed.skipped, 2 * (sizeof(talk) - 1));
	cr_assert_eq(feed.damaged, 0);
}

/* Any one byte changed: the packet is lost or whole, never wrong; and the
 * next one arrives. */
Test(smp_frame, damage_never_makes_a_packet)
{
	uint8_t packet[150], lines[400], bad[400];
	size_t n;

	make_packet(packet, sizeof(packet));
	n = frame(packet, sizeof(packet), SMP_LINE_MAX, lines);
	for (size_t i = 0; i < n; i++)
		for (int bit = 0; bit < 8; bit++) {
			struct smp_feed feed = { 0 };
			struct seen seen = { 0 };

			memcpy(bad, lines, n);
			bad[i] ^= (uint8_t)(1 << bit);
			feed_all(&feed, SMP_CONSOLE, bad, n, &seen);
			if (seen.packets)
				cr_assert_eq(memcmp(seen.bytes, packet,
						    sizeof(packet)), 0);
			feed_all(&feed, SMP_CONSOLE, "\n", 1, &seen);
			seen.packets = 0;
			feed_all(&feed, SMP_CONSOLE, lines, n, &seen);
			cr_assert_eq(seen.packets, 1);
		}
}

Test(smp_frame, a_frame_cut_anywhere_does_not_spoil_the_next)
{
	uint8_t packet[150], lines[400];
	size_t n;

	make_packet(packet, sizeof(packet));
	n = frame(packet, sizeof(packet), SMP_LINE_MAX, lines);
	for (size_t cut = 0; cut < n; cut++) {
		struct smp_feed feed = { 0 };
		struct seen seen = { 0 };

		feed_all(&feed, SMP_CONSOLE, lines, cut, &seen);
		feed_all(&feed, SMP_CONSOLE, lines, n, &seen);
		cr_assert_eq(seen.packets, 1, "cut at %zu", cut);
		cr_assert_eq(memcmp(seen.bytes, packet, sizeof(packet)), 0);
	}
}

Test(smp_frame, a_frame_larger_than_the_room_is_dropped)
{
	uint8_t packet[100], lines[300], room[99];
	struct smp_feed feed = { 0 };
	size_t n;

	make_packet(packet, sizeof(packet));
	n = frame(packet, sizeof(packet), SMP_LINE_MAX, lines);
	for (size_t i = 0; i < n; i++)
		cr_assert_eq(smp_feed_console(&feed, lines[i], room,
					      sizeof(room)), 0);
	cr_assert_eq(feed.damaged, 1);
}

Test(smp_frame, raw_finds_the_next_header_in_garbage)
{
	static const uint8_t garbage[] = "no packet at all";
	uint8_t packet[60], bytes[200];
	struct smp_feed feed = { 0 };
	struct seen seen = { 0 };

	make_packet(packet, sizeof(packet));
	memcpy(bytes, garbage, sizeof(garbage) - 1);
	memcpy(bytes + sizeof(garbage) - 1, packet, sizeof(packet));
	feed_all(&feed, SMP_RAW, bytes, sizeof(garbage) - 1 + sizeof(packet),
		 &seen);
	cr_assert_eq(seen.packets, 1);
	cr_assert_eq(memcmp(seen.bytes, packet, sizeof(packet)), 0);
	cr_assert_eq(feed.skipped, sizeof(garbage) - 1);
}
