#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "link/link_priv.h"

enum { ARGS_MAX = 64 };

/* In the child: become argv. Tells errno through report when it cannot. */
static void become(const char *const *argv, int io, int keep_fd, int report,
		   pid_t parent)
{
	sigset_t none;
	int error;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)	/* it died before the line above */
		_exit(127);
	signal(SIGPIPE, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	dup2(io, STDIN_FILENO);
	dup2(io, STDOUT_FILENO);
	if (keep_fd >= 0)
		fcntl(keep_fd, F_SETFD, 0);
	execvp(argv[0], (char *const *)(uintptr_t)argv);
	error = errno;
	if (write(report, &error, sizeof(error)) < 0)
		_exit(126);
	_exit(127);
}

/* Wait until the child runs its program. 0, or why it does not. */
static int start_result(int report)
{
	int error = 0;
	ssize_t n;

	do
		n = read(report, &error, sizeof(error));
	while (n < 0 && errno == EINTR);
	return n == sizeof(error) ? error : 0;
}

static int start(struct link *link, const char *const *argv, int keep_fd,
		 const int io[2], const int report[2])
{
	pid_t parent = getpid();

	link->child = fork();
	if (link->child < 0) {
		link->child = 0;
		return errno;
	}
	if (link->child == 0)
		become(argv, io[1], keep_fd, report[1], parent);
	close(report[1]);
	return start_result(report[0]);
}

int link_open_child(struct link *link, const char *const *argv, int keep_fd,
		    struct err *err)
{
	int io[2], report[2], error;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, io))
		return err_errno(err, "cannot make a socket");
	if (pipe2(report, O_CLOEXEC)) {
		close(io[0]);
		close(io[1]);
		return err_errno(err, "cannot make a pipe");
	}
	error = start(link, argv, keep_fd, io, report);
	if (link->child == 0)
		close(report[1]);
	close(report[0]);
	close(io[1]);
	link->fd = io[0];
	fcntl(link->fd, F_SETFL, O_NONBLOCK);
	if (error) {
		err_set(err, ERR_TOOL, "cannot start '%s': %s", argv[0],
			strerror(error));
		return ERR_TOOL;
	}
	return 0;
}

int link_open_exec(struct link *link, const char *text, struct err *err)
{
	const char *argv[ARGS_MAX + 1];
	char *copy = strdup(text), *rest = copy, *word;
	size_t n = 0;
	int ret;

	if (!copy)
		return err_nomem(err);
	while ((word = strsep(&rest, " ")) && n < ARGS_MAX)
		if (word[0])
			argv[n++] = word;
	argv[n] = NULL;
	ret = n ? link_open_child(link, argv, -1, err) :
		err_set(err, ERR_USAGE, "'exec:' names no program");
	free(copy);
	return ret;
}
