/*
 * agent_peer - a board in memory (tiny_board.h) behind a Unix socket, so that
 * host code talks to the real agent over a real link.  The thread owns the
 * board between agent_peer_start and agent_peer_stop.
 */
#ifndef TINYML_TESTS_AGENT_PEER_H
#define TINYML_TESTS_AGENT_PEER_H

#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tiny_board.h"
#include "wire/smp_frame.h"

struct agent_peer {
	struct tiny_board *board;
	/* set before the first request: answers in the board's place, or
	 * leaves it to the board with 0 */
	size_t (*script)(const struct smp_packet *request, uint8_t *out,
			 size_t room);
	char at[100];			/* for link_open */
	unsigned uploads, resets;	/* requests of these kinds */
	int listener;
	pthread_t thread;
};

static inline void agent_peer_answer(struct agent_peer *peer, int fd,
				     const uint8_t *bytes, size_t n)
{
	struct tiny_board *board = peer->board;
	struct smp_packet request;
	size_t said = 0;

	if (smp_packet_open(&request, bytes, n) == 0) {
		peer->uploads += request.header.group == SMP_GROUP_IMAGE &&
				 request.header.id == WIRE_IMAGE_UPLOAD;
		if (peer->script)
			said = peer->script(&request, board->answer,
					    sizeof(board->answer));
	}
	n = said ? said : agent_request(&board->agent, bytes, n, board->answer,
					sizeof(board->answer));
	if (n && send(fd, board->answer, n, MSG_NOSIGNAL) < 0)
		return;
	if (board->agent.wants_reset) {
		peer->resets++;
		tb_boot(board);
	}
}

static inline void *agent_peer_run(void *arg)
{
	struct agent_peer *peer = arg;
	struct smp_feed feed = { 0 };
	uint8_t packet[AGENT_PACKET_BYTES], bytes[256];
	int fd = accept(peer->listener, NULL, NULL);
	ssize_t n;

	while ((n = recv(fd, bytes, sizeof(bytes), 0)) > 0)
		for (ssize_t i = 0; i < n; i++) {
			size_t got = smp_feed_raw(&feed, bytes[i], packet,
						  sizeof(packet));

			if (got)
				agent_peer_answer(peer, fd, packet, got);
		}
	close(fd);
	return NULL;
}

/* folder: where the socket may lie. Serves one connection. */
static inline void agent_peer_start(struct agent_peer *peer,
				    struct tiny_board *board,
				    const char *folder)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	*peer = (struct agent_peer){ .board = board };
	snprintf(address.sun_path, sizeof(address.sun_path), "%.80s/board",
		 folder);
	snprintf(peer->at, sizeof(peer->at), "unix:%.80s/board", folder);
	unlink(address.sun_path);
	peer->listener = socket(AF_UNIX, SOCK_STREAM, 0);
	cr_assert_eq(bind(peer->listener, (struct sockaddr *)&address,
			  sizeof(address)), 0);
	cr_assert_eq(listen(peer->listener, 1), 0);
	cr_assert_eq(pthread_create(&peer->thread, NULL, agent_peer_run, peer),
		     0);
}

/* The link must be closed already. */
static inline void agent_peer_stop(struct agent_peer *peer)
{
	pthread_join(peer->thread, NULL);
	close(peer->listener);
}

#endif
