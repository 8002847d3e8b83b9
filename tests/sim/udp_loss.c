/*
 * udp_loss PORT PERCENT SEED - a UDP link that loses packets: says on which
 * port of 127.0.0.1 it listens, passes datagrams between whoever wrote there
 * last and PORT, and drops PERCENT of them each way.  Ends when killed; what
 * it did goes to standard error at SIGTERM.
 */
#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/rng.h"

enum { DATAGRAM_MAX = 4096 };

static volatile sig_atomic_t ended;

static void end(int signal)
{
	(void)signal;
	ended = 1;
}

static struct sockaddr_in local(int port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons((uint16_t)port) };

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return at;
}

static unsigned passed, lost;

static void pass(int from, int to, struct sockaddr_in *sender,
		 const struct sockaddr_in *receiver, bool lose)
{
	char bytes[DATAGRAM_MAX];
	socklen_t size = sizeof(*sender);
	ssize_t n = recvfrom(from, bytes, sizeof(bytes), 0,
			     (struct sockaddr *)sender, &size);

	if (n <= 0 || lose) {
		lost += lose;
		return;
	}
	passed++;
	if (sendto(to, bytes, (size_t)n, 0,
		   (const struct sockaddr *)receiver, sizeof(*receiver)) < 0)
		lost++;
}

int main(int argc, char **argv)
{
	int front = socket(AF_INET, SOCK_DGRAM, 0);
	int back = socket(AF_INET, SOCK_DGRAM, 0);
	struct sockaddr_in at = local(0), board, host = { 0 }, ignored;
	struct pollfd fds[] = { { front, POLLIN, 0 }, { back, POLLIN, 0 } };
	socklen_t size = sizeof(at);
	uint64_t percent;
	struct rng rng;

	if (argc != 4)
		return 2;
	board = local(atoi(argv[1]));
	percent = (uint64_t)atoi(argv[2]);
	rng_init(&rng, (uint64_t)atoi(argv[3]), 0);
	if (bind(front, (struct sockaddr *)&at, sizeof(at)) ||
	    getsockname(front, (struct sockaddr *)&at, &size))
		return 4;
	sigaction(SIGTERM, &(struct sigaction){ .sa_handler = end }, NULL);
	printf("udp:127.0.0.1:%d\n", ntohs(at.sin_port));
	fflush(stdout);
	while (!ended) {
		if (poll(fds, 2, -1) < 0)
			continue;
		if (fds[0].revents)
			pass(front, back, &host, &board,
			     rng_u64(&rng) % 100 < percent);
		if (fds[1].revents)
			pass(back, front, &ignored, &host,
			     rng_u64(&rng) % 100 < percent);
	}
	fprintf(stderr, "passed %u, lost %u\n", passed, lost);
	return 0;
}
