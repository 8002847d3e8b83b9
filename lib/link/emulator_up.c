/*
 * An emulator kept running: a process of ours in the background that owns it,
 * listens on its socket and passes bytes between it and whoever connects, one
 * at a time.  Bytes that nobody is there to read are dropped, as on a serial
 * line.  The lock file holds the process's number.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "link/emulator.h"
#include "link/emulator_priv.h"
#include "link/link_priv.h"

enum { RELAY_BYTES = 4096, DOWN_TRIES = 250 };

/* ---- the process in the background -------------------------------------- */

static int listen_at(const char *socket_path, struct err *err)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(socket_path) >= sizeof(address.sun_path)) {
		err_set(err, ERR_LIMIT, "the socket path '%s' is longer than "
			"the system takes", socket_path);
		err_hint(err, "keep the project in a folder with a shorter "
			 "name");
		return -1;
	}
	memcpy(address.sun_path, socket_path, strlen(socket_path) + 1);
	unlink(socket_path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) ||
	    listen(fd, 4)) {
		err_errno(err, "cannot listen on '%s'", socket_path);
		if (fd >= 0)
			close(fd);
		return -1;
	}
	return fd;
}

/* From the board to the client, if there is one. False: the board ended. */
static bool from_board(struct link *board, int *client)
{
	uint8_t bytes[RELAY_BYTES];
	size_t n, done = 0;

	if (link_read(board, bytes, sizeof(bytes), 20, &n, NULL))
		return false;
	while (*client >= 0 && done < n) {
		ssize_t put = send(*client, bytes + done, n - done,
				   MSG_NOSIGNAL);

		if (put <= 0) {
			close(*client);
			*client = -1;
			break;
		}
		done += (size_t)put;
	}
	return true;
}

static bool from_client(struct link *board, int *client)
{
	uint8_t bytes[RELAY_BYTES];
	ssize_t n = recv(*client, bytes, sizeof(bytes), MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (n <= 0) {
		close(*client);
		*client = -1;
		return true;
	}
	return link_write(board, bytes, (size_t)n, NULL) == 0;
}

/* Until the board ends, or stop (a signalfd) is readable. */
static void relay(struct link *board, int listener, int stop)
{
	int client = -1;
	bool alive = true;

	while (alive) {
		struct pollfd p[3] = {
			{ .fd = board->fd, .events = POLLIN },
			{ .fd = client >= 0 ? client : listener,
			  .events = POLLIN },
			{ .fd = stop, .events = POLLIN },
		};

		if ((poll(p, 3, -1) < 0 && errno != EINTR) || p[2].revents)
			break;
		if (p[0].revents)
			alive = from_board(board, &client);
		if (alive && p[1].revents && client >= 0)
			alive = from_client(board, &client);
		else if (p[1].revents && client < 0)
			client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	}
}

static void leave_terminal(void)
{
	int null = open("/dev/null", O_RDWR);

	setsid();
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	if (null < 0)
		return;
	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	if (null > STDERR_FILENO)
		close(null);
}

/* A descriptor that becomes readable on SIGTERM. */
static int stop_signal(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

static int write_pid(int lock, struct err *err)
{
	char text[32];
	int n = snprintf(text, sizeof(text), "%ld\n", (long)getpid());

	if (ftruncate(lock, 0) || pwrite(lock, text, (size_t)n, 0) != n)
		return err_errno(err, "cannot write the lock file");
	return 0;
}

/* All of the background process. Tells how starting went through report. */
static void serve(struct emulator *e, const char *name, int lock, int report)
{
	struct link_options options = emulator_options(e, NULL);
	const struct link_child child = { name, e->argv, SMP_CONSOLE, lock };
	struct err err = { 0 };
	struct link *board = NULL;
	int listener, ret, stop;

	leave_terminal();
	stop = stop_signal();
	ret = write_pid(lock, &err);
	listener = ret ? -1 : listen_at(e->socket, &err);
	if (listener >= 0)
		link_spawn(&board, &child, &options, &err);
	if (write(report, &err, sizeof(err)) < 0 || err.kind) {
		unlink(e->socket);
		_exit(1);
	}
	close(report);
	relay(board, listener, stop);
	unlink(e->socket);
	link_close(board);
	_exit(0);
}

/* ---- up and down -------------------------------------------------------- */

static int launch(struct emulator *e, const char *name, int lock,
		  struct err *err)
{
	struct err told = { 0 };
	int report[2];
	pid_t child;

	if (pipe2(report, O_CLOEXEC))
		return err_errno(err, "cannot make a pipe");
	child = fork();
	if (child == 0) {
		/* twice, so that init takes care of it */
		if (fork())
			_exit(0);
		close(report[0]);
		serve(e, name, lock, report[1]);
	}
	close(report[1]);
	if (child > 0)
		waitpid(child, NULL, 0);
	if (child < 0 || read(report[0], &told, sizeof(told)) !=
	    (ssize_t)sizeof(told))
		err_set(&told, ERR_TOOL, "board '%s' did not start", name);
	close(report[0]);
	if (told.kind && err && !err->kind)
		*err = told;
	return told.kind;
}

int emulator_up(const struct place *place, struct err *err)
{
	struct emulator e;
	int lock, ret = emulator_find(&e, place, err);

	if (!ret && emulator_is_up(place))
		ret = err_set(err, ERR_BUSY, "board '%s' is running already",
			      place->name);
	if (!ret)
		ret = emulator_prepare(&e, err);
	if (!ret)
		ret = emulator_lock(&e, place->name, &lock, err);
	if (ret)
		return ret;
	ret = launch(&e, place->name, lock, err);
	close(lock);
	return ret;
}

/* The number in the lock file, while somebody holds the lock; else 0. */
static pid_t holder(const struct emulator *e)
{
	int fd = open(e->lock, O_RDONLY | O_CLOEXEC);
	char text[32] = "";
	long pid = 0;

	if (fd < 0)
		return 0;
	if (flock(fd, LOCK_SH | LOCK_NB) && errno == EWOULDBLOCK &&
	    pread(fd, text, sizeof(text) - 1, 0) > 0)
		pid = strtol(text, NULL, 10);
	close(fd);
	return pid > 1 ? (pid_t)pid : 0;
}

int emulator_down(const struct place *place, struct err *err)
{
	const struct timespec wait = { 0, 20000000 };
	struct emulator e;
	pid_t pid;
	int ret = emulator_find(&e, place, err);

	if (ret)
		return ret;
	pid = emulator_is_up(place) ? holder(&e) : 0;
	if (!pid) {
		err_set(err, ERR_MISSING, "board '%s' is not kept running",
			place->name);
		err_hint(err, "'tinyml device up %s' starts it", place->name);
		return ERR_MISSING;
	}
	if (kill(pid, SIGTERM))
		return err_errno(err, "cannot stop board '%s'", place->name);
	for (int i = 0; i < DOWN_TRIES && holder(&e); i++)
		nanosleep(&wait, NULL);
	unlink(e.socket);
	if (holder(&e))
		return err_set(err, ERR_BUSY, "board '%s' does not stop",
			       place->name);
	return 0;
}
