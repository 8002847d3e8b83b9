#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "link/link_priv.h"

enum { CONNECT_MS = 5000, HOST_MAX = 256 };

/* Split HOST:PORT at the last colon; [::1]:1337 for IPv6 literals. */
static bool split_port(const char *text, char host[HOST_MAX],
		       const char **port)
{
	const char *colon = strrchr(text, ':');
	size_t n = colon ? (size_t)(colon - text) : 0;

	if (n == 0 || !colon[1] || n >= HOST_MAX)
		return false;
	if (text[0] == '[' && text[n - 1] == ']') {
		text++;
		n -= 2;
	}
	memcpy(host, text, n);
	host[n] = '\0';
	*port = colon + 1;
	return true;
}

/* connect(2) that does not wait for ever. 0 or errno. */
static int connect_within(int fd, const struct sockaddr *address,
			  socklen_t n, int timeout_ms)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	int error = 0;
	socklen_t size = sizeof(error);

	if (connect(fd, address, n) == 0)
		return 0;
	if (errno != EINPROGRESS)
		return errno;
	if (poll(&p, 1, timeout_ms) <= 0)
		return ETIMEDOUT;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size))
		return errno;
	return error;
}

static int no_connection(const char *text, int error, struct err *err)
{
	errno = error == ENOENT ? EIO : error;
	if (error == ETIMEDOUT)
		err_set(err, ERR_TIMEOUT, "no answer from '%s'", text);
	err_errno(err, "cannot connect to '%s'", text);
	err_hint(err, "is the board on, on this network, and is its agent "
		 "listening there?");
	return err ? err->kind : ERR_IO;
}

static int open_inet(struct link *link, const char *text, int type,
		     struct err *err)
{
	struct addrinfo hints = { .ai_socktype = type }, *all, *a;
	char host[HOST_MAX];
	const char *port;
	int error, on = 1;

	if (!split_port(text, host, &port)) {
		err_set(err, ERR_USAGE, "'%s' is not HOST:PORT", text);
		return ERR_USAGE;
	}
	error = getaddrinfo(host, port, &hints, &all);
	if (error) {
		err_set(err, ERR_IO, "cannot look up '%s': %s", text,
			gai_strerror(error));
		return ERR_IO;
	}
	error = EADDRNOTAVAIL;
	for (a = all; a && error; a = a->ai_next) {
		link->fd = socket(a->ai_family, a->ai_socktype | SOCK_NONBLOCK |
				  SOCK_CLOEXEC, a->ai_protocol);
		error = link->fd < 0 ? errno :
			connect_within(link->fd, a->ai_addr, a->ai_addrlen,
				       CONNECT_MS);
		if (error && link->fd >= 0) {
			close(link->fd);
			link->fd = -1;
		}
	}
	freeaddrinfo(all);
	if (error)
		return no_connection(text, error, err);
	if (type == SOCK_STREAM)
		setsockopt(link->fd, IPPROTO_TCP, TCP_NODELAY, &on,
			   sizeof(on));
	return 0;
}

int link_open_tcp(struct link *link, const char *text, struct err *err)
{
	return open_inet(link, text, SOCK_STREAM, err);
}

int link_open_udp(struct link *link, const char *text, struct err *err)
{
	link->datagram = true;
	return open_inet(link, text, SOCK_DGRAM, err);
}

int link_open_unix(struct link *link, const char *text, struct err *err)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int error;

	if (strlen(text) >= sizeof(address.sun_path))
		return err_set(err, ERR_LIMIT, "the socket path '%s' is "
			       "longer than the system takes", text);
	memcpy(address.sun_path, text, strlen(text) + 1);
	link->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
			  0);
	if (link->fd < 0)
		return err_errno(err, "cannot make a socket");
	error = connect_within(link->fd, (struct sockaddr *)&address,
			       sizeof(address), CONNECT_MS);
	return error ? no_connection(text, error, err) : 0;
}
