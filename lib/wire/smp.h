/*
 * smp - the packets of the Simple Management Protocol (mcumgr), both ends.
 *
 * A packet is an 8-byte header, big-endian, and one CBOR map:
 *
 *      0        1        2        3        4        5        6       7
 *     +--------+--------+--------+--------+--------+--------+-------+-----+
 *     |000 vv oo| flags |     length      |      group      |  seq  | id  |
 *     +--------+--------+--------+--------+--------+--------+-------+-----+
 *
 *     vv      0: errors are {"rc": n}; 1: also {"err": {"group": g, "rc": n}}
 *     oo      SMP_READ, SMP_READ_RSP, SMP_WRITE, SMP_WRITE_RSP
 *     length  bytes of the map
 *     seq     copied from request to answer
 *
 * A board answers every request with the request's version, group, seq and
 * id, and op + 1.  What the board sends unasked (stream data) is SMP_READ_RSP
 * of group WIRE_GROUP_STREAM.
 *
 * Source: Zephyr's SMP protocol specification (doc/services/device_mgmt).
 */
#ifndef TINYML_WIRE_SMP_H
#define TINYML_WIRE_SMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cbor/cbor.h"

enum {
	SMP_HEADER_BYTES = 8,
	SMP_PACKET_MAX = 4096,	/* header and map; host's buffers. A board may
				   have less: os params buf_size */
	SMP_VERSION_MAX = 1
};

enum smp_op { SMP_READ, SMP_READ_RSP, SMP_WRITE, SMP_WRITE_RSP };

enum smp_group {
	SMP_GROUP_OS, SMP_GROUP_IMAGE, SMP_GROUP_STAT, SMP_GROUP_SETTINGS,
	SMP_GROUP_LOG, SMP_GROUP_CRASH, SMP_GROUP_SPLIT, SMP_GROUP_RUN,
	SMP_GROUP_FS, SMP_GROUP_SHELL,
	SMP_GROUP_USER = 64	/* ours: wire/messages.h */
};

/* What a board answers in "rc". */
enum smp_rc {
	SMP_OK, SMP_UNKNOWN, SMP_NOMEM, SMP_INVAL, SMP_TIMEOUT, SMP_NOENT,
	SMP_BADSTATE, SMP_MSGSIZE, SMP_NOTSUP, SMP_CORRUPT, SMP_BUSY,
	SMP_DENIED,
	SMP_RC_USER = 256,
	/* ours */
	SMP_RC_TRUST = 256,	/* the image's signature or key is wrong */
	SMP_RC_COUNTER,		/* its security counter is too low: a replay */
	SMP_RC_KERNELS,		/* it needs another kernel set or runtime */
	SMP_RC_NOFIT,		/* stream or model does not fit */
	SMP_RC_NO_MODEL,	/* no model is active */
	SMP_RC_GOLDEN,		/* golden vectors answered wrongly */
	SMP_RC_TARGET		/* it is made for another type of board */
};

struct smp_header {
	uint8_t version, op, flags;
	uint16_t length;	/* filled by smp_end when writing */
	uint16_t group;
	uint8_t seq, id;
};

/* A packet taken apart; payload borrows. */
struct smp_packet {
	struct smp_header header;
	const uint8_t *payload;	/* header.length bytes of CBOR */
};

void smp_header_encode(const struct smp_header *header,
		       uint8_t bytes[SMP_HEADER_BYTES]);

/* ERR_FORMAT when the reserved bits are set; ERR_UNSUPPORTED for a version
 * above SMP_VERSION_MAX or an op above SMP_WRITE_RSP. */
int smp_header_decode(struct smp_header *header,
		      const uint8_t bytes[SMP_HEADER_BYTES]);

/*
 * Take exactly n bytes apart and check that the payload is one well-formed
 * CBOR map (an empty payload is an empty map, as some clients send).
 * ERR_SHORT, ERR_FORMAT (bytes behind the length, not a map), ERR_LIMIT
 * (nested too deeply), ERR_UNSUPPORTED.
 */
int smp_packet_open(struct smp_packet *packet, const void *bytes, size_t n);

/* The header that answers a request. */
struct smp_header smp_answer(const struct smp_header *request);

/*
 * Write a packet: begin, put the map into out (wire_encode_... or cbor_put_...)
 * and end, which fills in the length.
 *
 *     struct cbor_out out = cbor_out_init(room, sizeof(room));
 *
 *     smp_begin(&out, &header);
 *     wire_encode_info(&out, &info);
 *     if (smp_end(&out)) ...                   ERR_FULL: does not fit room
 *     send(room, out.len);
 */
void smp_begin(struct cbor_out *out, const struct smp_header *header);
int smp_end(struct cbor_out *out);

/* A whole answer that is only a status; rc SMP_OK gives the empty map. A v1
 * client gets {"rc": rc}, a v2 client {"err": {"group": G, "rc": rc}} for
 * rc >= SMP_RC_USER and {"rc": rc} below (Zephyr does the same). */
void smp_put_status(struct cbor_out *out, const struct smp_header *request,
		    unsigned rc);

/* What went wrong, from an answer. rc SMP_OK also when it says nothing about
 * it, or says "rc": 0 as old firmware does. */
struct smp_status {
	unsigned group;		/* 0 unless a v2 "err" named one */
	unsigned rc;
};

/* ERR_FORMAT when "rc" or "err" is there but not as it should be. */
int smp_status(const struct smp_packet *answer, struct smp_status *status);

/* "corrupt" ..., "code N is not known here" is the caller's: NULL then. */
const char *smp_rc_text(unsigned rc);

#endif
