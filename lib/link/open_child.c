#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "link/link_priv.h"

enum { ARGS_MAX = 64 };

struct child {
	const char *const *argv;
	int keep_fd, io, report, log;
	bool one_cpu;
	pid_t parent;
};

/* Stay on the processor we are on. */
static void pin(void)
{
	cpu_set_t set;
	int cpu = sched_getcpu();

	if (cpu < 0 || cpu >= CPU_SETSIZE)
		return;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

/* In the child: become argv. Tells errno through report when it cannot. */
static void become(const struct child *c)
{
	sigset_t none;
	int error;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != c->parent)	/* it died before the line above */
		_exit(127);
	signal(SIGPIPE, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	dup2(c->io, STDIN_FILENO);
	dup2(c->io, STDOUT_FILENO);
	if (c->log >= 0)
		dup2(c->log, STDERR_FILENO);
	if (c->keep_fd >= 0)
		fcntl(c->keep_fd, F_SETFD, 0);
	if (c->one_cpu)
		pin();
	execvp(c->argv[0], (char *const *)(uintptr_t)c->argv);
	error = errno;
	if (write(c->report, &error, sizeof(error)) < 0)
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

static int start(struct link *link, const struct child *child,
		 int report_end)
{
	link->child = fork();
	if (link->child < 0) {
		link->child = 0;
		return errno;
	}
	if (link->child == 0)
		become(child);
	close(child->report);
	return start_result(report_end);
}

/* -1: none wanted. */
static int open_log(const struct link *link, int *log, struct err *err)
{
	*log = -1;
	if (!link->log)
		return 0;
	*log = open(link->log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
		    0666);
	return *log < 0 ? err_errno(err, "cannot write '%s'", link->log) : 0;
}

int link_open_child(struct link *link, const char *const *argv, int keep_fd,
		    struct err *err)
{
	struct child child = { .argv = argv, .keep_fd = keep_fd,
			       .one_cpu = link->one_cpu, .parent = getpid() };
	int io[2], report[2], error, ret = open_log(link, &child.log, err);

	if (ret)
		return ret;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, io)) {
		ret = err_errno(err, "cannot make a socket");
		goto out;
	}
	if (pipe2(report, O_CLOEXEC)) {
		close(io[0]);
		close(io[1]);
		ret = err_errno(err, "cannot make a pipe");
		goto out;
	}
	child.io = io[1];
	child.report = report[1];
	error = start(link, &child, report[0]);
	if (link->child == 0)
		close(report[1]);
	close(report[0]);
	close(io[1]);
	link->fd = io[0];
	fcntl(link->fd, F_SETFL, O_NONBLOCK);
	if (error) {
		err_set(err, ERR_TOOL, "cannot start '%s': %s", argv[0],
			strerror(error));
		ret = ERR_TOOL;
	}
out:
	if (child.log >= 0)
		close(child.log);
	return ret;
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
