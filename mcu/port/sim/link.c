#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include "sim.h"

/* Let the first line on standard output say where the board is. */
static void tell(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static void tell(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	printf("\n");
	fflush(stdout);
}

/* A socket at 127.0.0.1; *port becomes the one chosen. */
static int bound(int type, long *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons((uint16_t)*port) };
	socklen_t size = sizeof(at);
	int on = 1, fd = socket(AF_INET, type, 0);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) ||
	    (type == SOCK_STREAM && listen(fd, 1)) ||
	    getsockname(fd, (struct sockaddr *)&at, &size))
		sim_die("cannot listen on port %ld", *port);
	*port = ntohs(at.sin_port);
	return fd;
}

void sim_link_tcp(struct sim_link *link, long port)
{
	int fd = bound(SOCK_STREAM, &port);

	*link = (struct sim_link){ SIM_TCP, -1, -1, .listener = fd };
	tell("tcp:127.0.0.1:%ld", port);
}

void sim_link_udp(struct sim_link *link, long port)
{
	int fd = bound(SOCK_DGRAM, &port);

	*link = (struct sim_link){ SIM_UDP, fd, fd, .listener = -1 };
	tell("udp:127.0.0.1:%ld", port);
}

void sim_link_pty(struct sim_link *link)
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY);
	struct termios raw;
	const char *name;

	if (fd < 0 || grantpt(fd) || unlockpt(fd) || tcgetattr(fd, &raw))
		sim_die("cannot open a pty");
	cfmakeraw(&raw);
	tcsetattr(fd, TCSANOW, &raw);
	name = ptsname(fd);
	*link = (struct sim_link){ SIM_PTY, fd, fd, .listener = -1 };
	tell("pty:%s", name ? name : "?");
}

/* The other side has gone: wait for the next one, or end. */
void sim_link_hang_up(struct sim_link *link)
{
	if (link->kind == SIM_PTY) {
		usleep(10000);	/* nobody has it open */
		return;
	}
	if (link->listener < 0)
		exit(0);
	close(link->in);
	link->in = link->out = -1;
}

void sim_link_wait(struct sim_link *link, int ms)
{
	struct pollfd poll_fd = { link->in, POLLIN, 0 };

	if (link->in < 0)
		poll_fd.fd = link->listener;
	poll(&poll_fd, 1, ms);
	if (link->in < 0 && (poll_fd.revents & POLLIN))
		link->in = link->out = accept(link->listener, NULL, NULL);
}

/* A part of the datagram that came last. */
static size_t rx_datagram(struct sim_link *link, uint8_t *bytes, size_t room)
{
	socklen_t size = sizeof(link->peer);
	ssize_t n = 0;

	if (link->at == link->n) {
		n = recvfrom(link->in, link->datagram, sizeof(link->datagram),
			     MSG_DONTWAIT, (struct sockaddr *)&link->peer,
			     &size);
		link->at = 0;
		link->n = n > 0 ? (size_t)n : 0;
	}
	if (room > link->n - link->at)
		room = link->n - link->at;
	memcpy(bytes, link->datagram + link->at, room);
	link->at += room;
	return room;
}

size_t sim_link_rx(struct sim_link *link, uint8_t *bytes, size_t room)
{
	struct pollfd poll_fd = { link->in, POLLIN, 0 };
	ssize_t n;

	if (link->kind == SIM_UDP)
		return rx_datagram(link, bytes, room);
	if (link->in < 0 || poll(&poll_fd, 1, 0) != 1)
		return 0;
	n = read(link->in, bytes, room);
	if (n <= 0)
		sim_link_hang_up(link);
	return n > 0 ? (size_t)n : 0;
}

void sim_link_tx(struct sim_link *link, const uint8_t *bytes, size_t n)
{
	if (link->kind == SIM_UDP) {
		sendto(link->out, bytes, n, 0,
		       (const struct sockaddr *)&link->peer,
		       sizeof(link->peer));
		return;		/* lost or not: UDP */
	}
	while (n > 0 && link->out >= 0) {
		ssize_t put = write(link->out, bytes, n);

		if (put <= 0) {
			sim_link_hang_up(link);
			return;
		}
		bytes += put;
		n -= (size_t)put;
	}
}
