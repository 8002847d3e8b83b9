/*
 * peer - a board of a few lines for tests of links: it answers echo, params
 * and uploads on a Unix socket, as badly as it is told to.
 */
#ifndef TINYML_TESTS_PEER_H
#define TINYML_TESTS_PEER_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "wire/messages.h"
#include "wire/smp_frame.h"

enum { PEER_UPLOAD_MAX = 65536 };

struct peer {
	/* set before peer_start */
	enum smp_framing framing;
	unsigned lose_every;	/* answers not sent: every n-th; 0: none */
	unsigned repeat_every;	/* answers sent twice */
	unsigned talk_every;	/* console text in front of answers */
	unsigned damage_every;	/* answers with one byte changed */
	unsigned push_every;	/* stream data in front of answers */
	bool silent;		/* reads, never answers */
	bool garbage;		/* answers with bytes that are no SMP */
	unsigned die_at;	/* closes instead of the n-th answer */
	unsigned refuse;	/* answers everything with this rc */

	char at[128];		/* for link_open */
	unsigned answers;
	uint8_t upload[PEER_UPLOAD_MAX];
	uint32_t upload_n;
	int listener, fd;
	pthread_t thread;
	char path[100];
};

void peer_start(struct peer *peer);
void peer_stop(struct peer *peer);

#endif
