#include "wire/smp_frame.h"

#include <string.h>

#include "bits/crc.h"
#include "bits/le.h"

enum { FIRST_0 = 0x06, FIRST_1 = 0x09, NEXT_0 = 0x04, NEXT_1 = 0x14 };
enum { LENGTH_BYTES = 2, CRC_BYTES = 2 };

/* ---- sending ------------------------------------------------------------- */

struct smp_framer smp_framer_init(const void *packet, size_t n,
				  size_t line_max)
{
	return (struct smp_framer){ packet, n, 0, line_max,
				    crc16(0, packet, n) };
}

/* Byte i of length | packet | CRC. */
static uint8_t framer_byte(const struct smp_framer *framer, size_t i)
{
	size_t length = framer->n + CRC_BYTES;

	if (i < LENGTH_BYTES)
		return (uint8_t)(i == 0 ? length >> 8 : length);
	i -= LENGTH_BYTES;
	if (i < framer->n)
		return framer->packet[i];
	return (uint8_t)(i == framer->n ? framer->crc >> 8 : framer->crc);
}

/* Up to three bytes become four characters. */
static void put_group(struct smp_framer *framer, size_t total, uint8_t *out)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"abcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t n = total - framer->at < 3 ? total - framer->at : 3;
	uint32_t bits = 0;

	for (size_t i = 0; i < n; i++)
		bits |= (uint32_t)framer_byte(framer, framer->at + i) <<
			(16 - 8 * i);
	for (size_t i = 0; i < 4; i++)
		out[i] = (uint8_t)(i > n ? '=' : letters[bits >> (18 - 6 * i) &
							 63]);
	framer->at += n;
}

size_t smp_framer_line(struct smp_framer *framer, uint8_t line[SMP_LINE_MAX])
{
	size_t total = LENGTH_BYTES + framer->n + CRC_BYTES, n = 2;

	if (framer->at == total)
		return 0;
	line[0] = framer->at ? NEXT_0 : FIRST_0;
	line[1] = framer->at ? NEXT_1 : FIRST_1;
	while (framer->at < total && n + 4 + 1 <= framer->line_max) {
		put_group(framer, total, line + n);
		n += 4;
	}
	line[n++] = '\n';
	return n;
}

/* ---- receiving ----------------------------------------------------------- */

/* Where in a line the feed is. */
enum {
	OUTSIDE,	/* between frames, or in a line that is none of ours */
	MARK_FIRST,	/* after 06 */
	MARK_NEXT,	/* after 04, a frame being open */
	BODY,		/* characters */
	BETWEEN		/* a line of an open frame has ended */
};

static int sextet(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Forget the frame; the counters stay. */
static void drop(struct smp_feed *feed)
{
	uint32_t skipped = feed->skipped, damaged = feed->damaged;

	*feed = (struct smp_feed){ .skipped = skipped, .damaged = damaged };
}

static size_t damage(struct smp_feed *feed)
{
	drop(feed);
	feed->damaged++;
	return 0;
}

static void begin_line(struct smp_feed *feed)
{
	feed->state = BODY;
	feed->pad = 0;
	feed->sextets = 0;
	feed->group = 0;
}

/* One decoded byte. False: the frame is bad. */
static bool take_byte(struct smp_feed *feed, uint8_t byte, uint8_t *room,
		      size_t room_n)
{
	if (feed->got < LENGTH_BYTES) {
		feed->want = feed->want << 8 | byte;
		if (++feed->got < LENGTH_BYTES)
			return true;
		feed->want += LENGTH_BYTES;
		return feed->want >= LENGTH_BYTES + CRC_BYTES &&
		       feed->want - LENGTH_BYTES - CRC_BYTES <= room_n;
	}
	if (feed->got == feed->want)
		return false;		/* more than it said */
	if (feed->want - feed->got > CRC_BYTES)
		room[feed->got - LENGTH_BYTES] = byte;
	feed->crc = crc16(feed->crc, &byte, 1);
	feed->got++;
	return true;
}

/* One character of base64. */
static bool take_character(struct smp_feed *feed, uint8_t c, uint8_t *room,
			   size_t room_n)
{
	int value = sextet(c);

	if (feed->pad == 0xff)
		return false;		/* behind a padded group */
	if (c == '=' && feed->sextets >= 2) {
		feed->pad++;
		value = 0;
	} else if (value < 0 || feed->pad) {
		return false;
	}
	feed->group = feed->group << 6 | (uint32_t)value;
	if (++feed->sextets < 4)
		return true;
	for (int i = 0; i < 3 - feed->pad; i++)
		if (!take_byte(feed, (uint8_t)(feed->group >> (16 - 8 * i)),
			       room, room_n))
			return false;
	feed->sextets = 0;
	feed->group = 0;
	if (feed->pad)
		feed->pad = 0xff;
	return true;
}

static size_t end_line(struct smp_feed *feed)
{
	size_t n;

	if (feed->sextets)
		return damage(feed);
	if (feed->got < LENGTH_BYTES || feed->got < feed->want) {
		feed->state = BETWEEN;
		return 0;
	}
	if (feed->crc != 0)
		return damage(feed);
	n = feed->want - LENGTH_BYTES - CRC_BYTES;
	drop(feed);
	return n;
}

/* A byte that may begin a line of ours, or is talk between lines. */
static size_t outside(struct smp_feed *feed, uint8_t byte)
{
	bool open = feed->state == BETWEEN;

	if (byte == FIRST_0) {
		if (open)		/* the rest of the old one was lost */
			damage(feed);
		feed->state = MARK_FIRST;
	} else if (byte == NEXT_0 && open) {
		feed->state = MARK_NEXT;
	} else {
		feed->skipped++;
	}
	return 0;
}

size_t smp_feed_console(struct smp_feed *feed, uint8_t byte, uint8_t *room,
			size_t room_n)
{
	switch (feed->state) {
	case MARK_FIRST:
		if (byte == FIRST_1) {
			begin_line(feed);
			return 0;
		}
		feed->skipped++;
		drop(feed);
		return outside(feed, byte);
	case MARK_NEXT:
		if (byte == NEXT_1) {
			begin_line(feed);
			return 0;
		}
		damage(feed);
		return outside(feed, byte);
	case BODY:
		if (byte == '\n')
			return end_line(feed);
		if (byte == '\r' || take_character(feed, byte, room, room_n))
			return 0;
		damage(feed);
		return outside(feed, byte);
	default:
		return outside(feed, byte);
	}
}

size_t smp_feed_raw(struct smp_feed *feed, uint8_t byte, uint8_t *room,
		    size_t room_n)
{
	struct smp_header header;
	size_t n;

	if (room_n < SMP_HEADER_BYTES)
		return 0;
	room[feed->got++] = byte;
	if (feed->got < SMP_HEADER_BYTES)
		return 0;
	if (feed->got == SMP_HEADER_BYTES) {
		if (smp_header_decode(&header, room) ||
		    header.length > room_n - SMP_HEADER_BYTES) {
			memmove(room, room + 1, SMP_HEADER_BYTES - 1);
			feed->got--;
			feed->skipped++;
			return 0;
		}
		feed->want = SMP_HEADER_BYTES + (uint32_t)header.length;
	}
	if (feed->got < feed->want)
		return 0;
	n = feed->want;
	drop(feed);
	return n;
}
