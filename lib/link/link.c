#include "link/link.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "link/link_priv.h"

enum { BITS_PER_BYTE = 10, PACE_SLICE_US = 10000, REOPEN_US = 50000,
       LAST_WORDS = 160 };

static uint64_t now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

uint32_t link_now_ms(void)
{
	return (uint32_t)(now_us() / 1000);
}

static void sleep_us(uint64_t us)
{
	struct timespec ts = { (time_t)(us / 1000000),
			       (long)(us % 1000000) * 1000 };

	while (nanosleep(&ts, &ts) && errno == EINTR)
		;
}

/* ---- opening ------------------------------------------------------------ */

static const char *const kinds[] = { "serial", "pty", "tcp", "udp", "unix",
				     "exec" };
enum kind { SERIAL, PTY, TCP, UDP, UNIX, EXEC, KINDS };

/* Which kind at begins with; text is what follows the colon. */
static int split_kind(const char *at, const char **text, bool *console)
{
	static const char prefix[] = "console+";

	*console = strncmp(at, prefix, sizeof(prefix) - 1) == 0;
	if (*console)
		at += sizeof(prefix) - 1;
	for (int i = 0; i < KINDS; i++) {
		size_t n = strlen(kinds[i]);

		if (strncmp(at, kinds[i], n) == 0 && at[n] == ':') {
			*text = at + n + 1;
			return i;
		}
	}
	return KINDS;
}

static int open_kind(struct link *link, enum kind kind, const char *text,
		     uint32_t baud, struct err *err)
{
	switch (kind) {
	case SERIAL: return link_open_serial(link, text, baud, err);
	case PTY: return link_open_tty(link, text, baud, err);
	case TCP: return link_open_tcp(link, text, err);
	case UDP: return link_open_udp(link, text, err);
	case UNIX: return link_open_unix(link, text, err);
	default: return link_open_exec(link, text, err);
	}
}

static struct link *link_new(const char *name,
			     const struct link_options *options)
{
	struct link *link = calloc(1, sizeof(*link));

	if (!link)
		return NULL;
	link->fd = -1;
	link->name = strdup(name);
	link->baud = options && options->baud ? options->baud : LINK_BAUD;
	if (options && options->log)
		link->log = strdup(options->log);
	if (!link->name || (options && options->log && !link->log)) {
		link_close(link);
		return NULL;
	}
	link->one_cpu = options && options->one_cpu;
	if (options && options->bits_per_second) {
		link->bits_per_second = options->bits_per_second;
		link->paced = true;
	}
	return link;
}

static int bad_place(const char *at, struct err *err)
{
	err_set(err, ERR_USAGE, "'%s' does not say how to reach a board", at);
	err_hint(err, "write serial:/dev/ttyACM0, pty:/dev/pts/3, "
		 "tcp:HOST:PORT, udp:HOST:PORT, unix:PATH or exec:PROGRAM");
	return ERR_USAGE;
}

int link_open_as(struct link **out, const char *name, const char *at,
		 const struct link_options *options, struct err *err)
{
	const char *text = "";
	bool console;
	int kind = split_kind(at, &text, &console), ret;
	struct link *link;

	*out = NULL;
	if (kind == KINDS || !text[0] || (console && kind == UDP))
		return bad_place(at, err);
	link = link_new(name, options);
	if (!link)
		return err_nomem(err);
	link->framing = console || kind == SERIAL || kind == PTY ?
		SMP_CONSOLE : SMP_RAW;
	if (kind == SERIAL && !link->bits_per_second)
		link->bits_per_second = link->baud;
	link->at = strdup(at);
	ret = link->at ? open_kind(link, (enum kind)kind, text, link->baud,
				   err) : err_nomem(err);
	if (ret) {
		link_close(link);
		return ret;
	}
	*out = link;
	return 0;
}

int link_open(struct link **out, const char *at,
	      const struct link_options *options, struct err *err)
{
	return link_open_as(out, at, at, options, err);
}

int link_spawn(struct link **out, const struct link_child *child,
	       const struct link_options *options, struct err *err)
{
	struct link *link = link_new(child->name, options);
	int ret;

	*out = NULL;
	if (!link)
		return err_nomem(err);
	link->framing = child->framing;
	ret = link_open_child(link, child->argv, child->keep_fd, err);
	if (ret) {
		link_close(link);
		return ret;
	}
	*out = link;
	return 0;
}

static void disconnect(struct link *link)
{
	if (link->close_port)
		link->close_port(link->port);
	else if (link->fd >= 0)
		close(link->fd);
	link->close_port = NULL;
	link->port = NULL;
	link->fd = -1;
}

void link_close(struct link *link)
{
	if (!link)
		return;
	disconnect(link);
	if (link->child > 0) {
		kill(link->child, SIGKILL);
		while (waitpid(link->child, NULL, 0) < 0 && errno == EINTR)
			;
	}
	free(link->name);
	free(link->at);
	free(link->log);
	free(link);
}

/* ---- reading and writing ------------------------------------------------ */

/* The last line that the emulator said, without its end; "" for none. */
static void last_words(const struct link *link, char line[LAST_WORDS])
{
	FILE *file = link->log ? fopen(link->log, "re") : NULL;
	char *text = NULL;
	size_t room = 0;

	line[0] = '\0';
	if (!file)
		return;
	while (getline(&text, &room, file) > 0) {
		text[strcspn(text, "\r\n")] = '\0';
		if (text[0])
			snprintf(line, LAST_WORDS, "%s", text);
	}
	free(text);
	fclose(file);
}

static int gone(struct link *link, struct err *err)
{
	char line[LAST_WORDS];

	link->gone = true;
	last_words(link, line);
	err_set(err, ERR_DEVICE, "the board at '%s' disappeared%s%s",
		link->name, line[0] ? ": " : "", line);
	if (line[0])
		err_hint(err, "the emulator ended; its messages are in '%s'",
			 link->log);
	else if (link->child)
		err_hint(err, "its program ended");
	else
		err_hint(err, "look at its cable and power, then try again");
	return ERR_DEVICE;
}

/* Wait for events. 1: there they are; 0: not in time; ERR_*. */
static int wait_for(struct link *link, short events, uint32_t timeout_ms,
		    struct err *err)
{
	struct pollfd p = { .fd = link->fd, .events = events };
	uint32_t start = link_now_ms(), passed = 0;
	int n;

	do {
		n = poll(&p, 1, (int)(timeout_ms - passed));
		passed = link_now_ms() - start;
	} while (n < 0 && errno == EINTR && passed < timeout_ms);
	if (n < 0 && errno != EINTR)
		return err_errno(err, "cannot wait for '%s'", link->name);
	return n > 0;
}

static bool lost_by(int error)
{
	return error != EAGAIN && error != EWOULDBLOCK && error != EINTR;
}

/* How much a paced line has to give, and when it is free for more. */
static size_t pace(const struct link *link, size_t n)
{
	uint64_t slice = (uint64_t)link->bits_per_second * PACE_SLICE_US /
		(1000000 * BITS_PER_BYTE);

	if (!link->paced || link->datagram || n <= slice)
		return n;
	return slice ? (size_t)slice : 1;
}

static void pace_account(const struct link *link, uint64_t *free_us, size_t n)
{
	uint64_t now = now_us();

	if (!link->paced)
		return;
	if (*free_us < now)
		*free_us = now;
	*free_us += (uint64_t)n * BITS_PER_BYTE * 1000000 /
		link->bits_per_second;
}

/* Until the line is free, at most timeout_ms. False: not in time. */
static bool pace_wait(const struct link *link, uint64_t free_us,
		      uint32_t timeout_ms)
{
	uint64_t now = now_us(), limit = (uint64_t)timeout_ms * 1000;

	if (!link->paced || free_us <= now)
		return true;
	sleep_us(free_us - now < limit ? free_us - now : limit);
	return free_us - now <= limit;
}

int link_read(struct link *link, void *bytes, size_t room,
	      uint32_t timeout_ms, size_t *n, struct err *err)
{
	ssize_t got;
	int ready;

	*n = 0;
	if (link->gone)
		return gone(link, err);
	if (!pace_wait(link, link->read_us, timeout_ms))
		return 0;
	ready = wait_for(link, POLLIN, timeout_ms, err);
	if (ready <= 0)
		return ready;
	got = read(link->fd, bytes, pace(link, room));
	if (got < 0 && (!lost_by(errno) ||
			(link->datagram && errno == ECONNREFUSED)))
		return 0;	/* nobody listens there yet: a timeout */
	if (got < 0 || (got == 0 && !link->datagram))
		return gone(link, err);
	pace_account(link, &link->read_us, (size_t)got);
	*n = (size_t)got;
	return 0;
}

/* write(2) that never raises SIGPIPE. */
static ssize_t put_bytes(const struct link *link, const void *bytes, size_t n)
{
	ssize_t put = send(link->fd, bytes, n, MSG_NOSIGNAL);

	return put < 0 && errno == ENOTSOCK ? write(link->fd, bytes, n) : put;
}

static int write_some(struct link *link, const uint8_t *bytes, size_t n,
		      size_t *done, struct err *err)
{
	int ready = wait_for(link, POLLOUT, LINK_WRITE_MS, err);
	ssize_t put;

	if (ready < 0)
		return ready;
	if (ready == 0) {
		err_set(err, ERR_DEVICE, "the board at '%s' takes no bytes",
			link->name);
		err_hint(err, "reset it, and look whether another program "
			 "holds the link");
		return ERR_DEVICE;
	}
	put = put_bytes(link, bytes, pace(link, n));
	if (put < 0 && link->datagram && errno == ECONNREFUSED)
		put = (ssize_t)n;	/* as lost as any datagram */
	if (put < 0 && lost_by(errno))
		return gone(link, err);
	if (put > 0) {
		pace_account(link, &link->write_us, (size_t)put);
		*done += (size_t)put;
	}
	return 0;
}

int link_write(struct link *link, const void *bytes, size_t n,
	       struct err *err)
{
	const uint8_t *p = bytes;
	size_t done = 0;
	int ret = link->gone ? gone(link, err) : 0;

	while (!ret && done < n) {
		pace_wait(link, link->write_us, UINT32_MAX);
		ret = write_some(link, p + done, n - done, &done, err);
	}
	return ret;
}

bool link_is_gone(const struct link *link)
{
	return link->gone;
}

/* The old descriptor is closed first: as long as it is open, the system gives
 * the port that comes back another name. */
int link_reopen(struct link *link, uint32_t within_ms, struct err *err)
{
	uint32_t start = link_now_ms();
	const char *text = "";
	bool console;
	int kind;

	if (!link->at || link->child > 0 || link->log)
		return gone(link, err);
	kind = split_kind(link->at, &text, &console);
	disconnect(link);
	do {
		sleep_us(REOPEN_US);
		if (!open_kind(link, (enum kind)kind, text, link->baud,
			       NULL)) {
			link->gone = false;
			return 0;
		}
		disconnect(link);
	} while (link_now_ms() - start < within_ms);
	return gone(link, err);
}

enum smp_framing link_framing(const struct link *link)
{
	return link->framing;
}

bool link_is_datagram(const struct link *link)
{
	return link->datagram;
}

uint32_t link_bits_per_second(const struct link *link)
{
	return link->bits_per_second;
}

const char *link_name(const struct link *link)
{
	return link->name;
}
