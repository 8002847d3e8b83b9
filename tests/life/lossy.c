/*
 * lossy WHAT N PROGRAM ARG... - a link between a host on standard input and
 * output and PROGRAM, a board on bare packets, that harms the board's stream:
 *
 *     drop     every N-th message of it gets lost
 *     silent   nothing of it comes after N messages; requests still do
 *     vanish   the link ends after N messages
 *     late     message N comes again after the one that follows it
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <signal.h>
#include <unistd.h>

#include "wire/messages.h"
#include "wire/smp_frame.h"

struct lossy {
	const char *what;
	unsigned n, count;	/* stream messages so far */
	struct smp_feed feed;
	uint8_t packet[SMP_PACKET_MAX];
	uint8_t kept[SMP_PACKET_MAX];
	size_t kept_n;
};

static void put(int fd, const uint8_t *bytes, size_t n)
{
	while (n > 0) {
		ssize_t done = write(fd, bytes, n);

		if (done <= 0)
			exit(0);
		bytes += done;
		n -= (size_t)done;
	}
}

static void stream(struct lossy *l, size_t n)
{
	unsigned number = ++l->count;

	if (strcmp(l->what, "drop") == 0 && number % l->n == 0)
		return;
	if (strcmp(l->what, "silent") == 0 && number > l->n)
		return;
	if (strcmp(l->what, "vanish") == 0 && number > l->n)
		exit(0);
	put(STDOUT_FILENO, l->packet, n);
	if (strcmp(l->what, "late") == 0 && number == l->n) {
		memcpy(l->kept, l->packet, n);
		l->kept_n = n;
	} else if (l->kept_n) {
		put(STDOUT_FILENO, l->kept, l->kept_n);
		l->kept_n = 0;
	}
}

static void from_board(struct lossy *l, const uint8_t *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t got = smp_feed_raw(&l->feed, bytes[i], l->packet,
					  sizeof(l->packet));
		struct smp_packet packet;

		if (!got || smp_packet_open(&packet, l->packet, got))
			continue;
		if (packet.header.group == WIRE_GROUP_STREAM &&
		    packet.header.id == WIRE_STREAM_DATA)
			stream(l, got);
		else
			put(STDOUT_FILENO, l->packet, got);
	}
}

static int start(char **argv)
{
	int io[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, io))
		exit(1);
	if (fork() == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(io[1], STDIN_FILENO);
		dup2(io[1], STDOUT_FILENO);
		close(io[0]);
		execvp(argv[0], argv);
		_exit(127);
	}
	close(io[1]);
	return io[0];
}

int main(int argc, char **argv)
{
	struct lossy lossy = { 0 };
	struct pollfd fds[2] = { { STDIN_FILENO, POLLIN, 0 },
				 { -1, POLLIN, 0 } };
	uint8_t bytes[1024];
	ssize_t n;

	if (argc < 4)
		return 2;
	lossy.what = argv[1];
	lossy.n = (unsigned)atoi(argv[2]);
	fds[1].fd = start(argv + 3);
	while (poll(fds, 2, -1) > 0) {
		for (int i = 0; i < 2; i++) {
			if (!fds[i].revents)
				continue;
			n = read(fds[i].fd, bytes, sizeof(bytes));
			if (n <= 0)
				return 0;
			if (i == 0)
				put(fds[1].fd, bytes, (size_t)n);
			else
				from_board(&lossy, bytes, (size_t)n);
		}
	}
	return 0;
}
