/*
 * smp_frame - packets in a stream of bytes: console lines, or raw.
 *
 * SMP_CONSOLE (serial ports, shared with a text console).  The packet becomes
 *
 *     length u16 BE | packet | CRC-16 u16 BE        length = packet + 2
 *
 * base64 of that, cut into lines of at most 127 bytes:
 *
 *     06 09  up to 124 characters  0a               first line
 *     04 14  up to 124 characters  0a               following lines
 *
 * The CRC is CRC-16/XMODEM over the packet alone, so that running it over
 * packet and CRC gives 0.
 *
 * SMP_RAW (TCP, Unix sockets, pipes).  One packet after another; the length
 * in the header says where it ends.  Eight bytes that are no header are
 * skipped byte by byte until eight are one.  A datagram (UDP) is one packet
 * and needs no framing.
 *
 * Whatever lies between frames (boot messages, echo, damaged frames) is
 * skipped and counted.
 *
 * Source: mcumgr's transport/smp-console.md.
 */
#ifndef TINYML_WIRE_SMP_FRAME_H
#define TINYML_WIRE_SMP_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/smp.h"

enum smp_framing { SMP_CONSOLE, SMP_RAW };

enum {
	SMP_LINE_MAX = 127,	/* with the two first bytes and the newline */
	SMP_LINE_MIN = 8	/* shortest limit that smp_framer takes */
};

/* The longest console framing of an n-byte packet in lines of SMP_LINE_MAX */
#define SMP_CONSOLE_BYTES(n) \
	((((n) + 4 + 92) / 93) * 3 + ((n) + 4 + 2) / 3 * 4)

/* Cuts one packet into lines. Borrows the packet. */
struct smp_framer {
	const uint8_t *packet;
	size_t n, at;		/* at: next byte of length | packet | CRC */
	size_t line_max;
	uint16_t crc;
};

/* n <= 65533; line_max from SMP_LINE_MIN to SMP_LINE_MAX. */
struct smp_framer smp_framer_init(const void *packet, size_t n,
				  size_t line_max);

/* The next line, newline included; its length, 0 after the last. */
size_t smp_framer_line(struct smp_framer *framer, uint8_t line[SMP_LINE_MAX]);

/*
 * The receiving side, fed one byte at a time.  The packet grows in the
 * caller's room, which is handed over with every byte and must keep its
 * content; the state is plain data without pointers and may be copied away
 * and back between any two bytes.  Starts as all zeros.
 */
struct smp_feed {
	uint8_t state;		/* where in a line; 0 outside of frames */
	uint8_t pad;		/* '=' seen in this group; 255: line must end */
	uint8_t sextets;	/* characters of the group so far */
	uint32_t group;		/* their 6-bit values */
	uint32_t got;		/* bytes of length | packet | CRC, or raw */
	uint32_t want;		/* how many there will be; 0: not known yet */
	uint16_t crc;
	/* counted for ever, wrapping */
	uint32_t skipped;	/* bytes outside of frames */
	uint32_t damaged;	/* frames begun and given up */
};

/* The length of a whole packet now in room, otherwise 0.  A frame larger than
 * room_n is skipped and counted as damaged. */
size_t smp_feed_console(struct smp_feed *feed, uint8_t byte, uint8_t *room,
			size_t room_n);
size_t smp_feed_raw(struct smp_feed *feed, uint8_t byte, uint8_t *room,
		    size_t room_n);

static inline size_t smp_feed(struct smp_feed *feed, enum smp_framing framing,
			      uint8_t byte, uint8_t *room, size_t room_n)
{
	return framing == SMP_RAW ?
		smp_feed_raw(feed, byte, room, room_n) :
		smp_feed_console(feed, byte, room, room_n);
}

#endif
