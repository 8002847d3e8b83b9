/*
 * bad_board silent|closes|leaves|garbage - a network board that is none: one
 * line with the TCP port it listens on, then, for every connection,
 *     silent   nothing, ever
 *     closes   end at once
 *     leaves   end in the middle of an answer
 *     garbage  noise until the other end goes
 * It ends when standard input does.
 */
#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int listen_somewhere(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t n = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, n) || listen(fd, 8) ||
	    getsockname(fd, (struct sockaddr *)&at, &n))
		exit(4);
	printf("%d\n", ntohs(at.sin_port));
	fflush(stdout);
	return fd;
}

static void noise(int fd)
{
	uint8_t bytes[1024];
	uint32_t state = 1;

	do {
		for (size_t i = 0; i < sizeof(bytes); i++) {
			state = state * 1664525 + 1013904223;
			bytes[i] = (uint8_t)(state >> 24);
		}
		usleep(1000);
	} while (send(fd, bytes, sizeof(bytes), MSG_NOSIGNAL) > 0);
}

static void behave(const char *how, int fd)
{
	/* the first half of an SMP answer over TCP */
	static const uint8_t half[] = { 0x09, 0, 0, 40, 0, 0, 0, 0, 0xbf };
	uint8_t request[64];

	if (strcmp(how, "garbage") == 0)
		noise(fd);
	if (strcmp(how, "leaves") == 0 &&
	    recv(fd, request, sizeof(request), 0) > 0)
		send(fd, half, sizeof(half), MSG_NOSIGNAL);
}

/* Every connection has a process of its own, as noise takes for ever; what
 * is silent stays open. */
static void serve(const char *how, int fd)
{
	if (strcmp(how, "silent") == 0)
		return;
	if (fork() == 0) {
		behave(how, fd);
		_exit(0);
	}
	close(fd);
}

int main(int argc, char **argv)
{
	struct pollfd on[2] = { { 0, POLLIN, 0 }, { -1, POLLIN, 0 } };

	if (argc != 2)
		return 2;
	signal(SIGCHLD, SIG_IGN);
	on[1].fd = listen_somewhere();
	while (poll(on, 2, -1) > 0 && !on[0].revents)
		if (on[1].revents)
			serve(argv[1], accept(on[1].fd, NULL, NULL));
	return 0;
}
