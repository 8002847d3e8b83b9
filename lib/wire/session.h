/*
 * session - the client's side of a conversation: one request at a time, its
 * answer found by sequence number, sent again when it stays away.
 *
 * No I/O and no clock: the caller sends, receives and says what time it is
 * (milliseconds of any steady clock; wrapping at 2^32 is fine).
 *
 *     session_start(&s, &header, now);     header.seq is now set
 *     send(packet)
 *     for (;;)
 *         packet arrived:  session_receive() -> ANSWER, PUSHED or STALE
 *         otherwise:       session_tick()    -> WAIT, AGAIN (send the same
 *                                               bytes once more) or LOST
 *
 * The same bytes are sent again, sequence number included; so every request
 * must be safe to repeat.  All of wire/messages.h are: an upload's answer says
 * which offset the board wants next, whatever it got before.
 */
#ifndef TINYML_WIRE_SESSION_H
#define TINYML_WIRE_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "wire/smp.h"

enum session_event {
	SESSION_WAIT,		/* nothing to do before session_left_ms */
	SESSION_AGAIN,		/* no answer in time: send the request again */
	SESSION_LOST,		/* no answer to any try */
	SESSION_ANSWER,		/* this packet answers the request */
	SESSION_PUSHED,		/* sent by the board unasked: stream data */
	SESSION_STALE		/* answers an earlier request, or nobody's */
};

struct session {
	uint32_t timeout_ms;	/* for each try, or for the first: */
	uint32_t longest_ms;	/* more than that: each try has twice the time
				   of the one before, up to this; 0 at first */
	uint8_t retries;	/* tries after the first */
	uint8_t seq;		/* of the next request */
	bool waiting;
	uint8_t tries;		/* left */
	uint32_t wait_ms;	/* for this try */
	uint32_t since_ms;	/* the last try */
	struct smp_header request;
	/* counted for ever, wrapping */
	uint32_t repeated, stale;
};

/* first_seq: any; differing between runs keeps an answer to an earlier
 * process from being taken for ours. */
void session_init(struct session *session, uint32_t timeout_ms,
		  uint8_t retries, uint8_t first_seq);

/* Begin a request: sets header->seq and notes whom to expect. An earlier
 * request still waiting is forgotten. */
void session_start(struct session *session, struct smp_header *header,
		   uint32_t now_ms);

enum session_event session_receive(struct session *session,
				   const struct smp_packet *packet);
enum session_event session_tick(struct session *session, uint32_t now_ms);

/* Until session_tick has something to say; 0: now. */
uint32_t session_left_ms(const struct session *session, uint32_t now_ms);

#endif
