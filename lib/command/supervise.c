/*
 * Three processes: we, the supervisor (forked from us), the program (forked
 * from that).  The supervisor blocks all signals and sleeps until the program
 * or one of its children ends, the time is over, or the pipe that only we hold
 * open is closed.  As a "child subreaper" (prctl(2)) it inherits what the
 * program leaves behind, also what left the group.
 */
#include "command/supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "command/command.h"

enum { LIFE, END, OUT, ERR, PIPES };

/* What the supervisor knows. */
struct watch {
	const struct supervise *how;
	pid_t pid;		/* the program, leader of its group */
	int signals, life;	/* -1 when we are gone */
	double deadline_s;	/* 0: none */
	bool has_ended, was_told;	/* SIGTERM was sent */
	struct program_end end;
};

static double now_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *at)
{
	(void)st, (void)type, (void)at;
	remove(path);
	return 0;
}

void supervise_remove(const char *folder)
{
	enum { DESCRIPTORS = 16 };

	nftw(folder, remove_one, DESCRIPTORS, FTW_DEPTH | FTW_PHYS);
}

/* ---- the program --------------------------------------------------------- */

static void become(const struct supervise *how, const int say[2])
{
	int null = open("/dev/null", O_RDONLY);
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	setsid();
	for (size_t i = 0; how->environment[i][0]; i++)
		if (setenv(how->environment[i][0], how->environment[i][1], 1))
			_exit(126);
	if (null < 0 || dup2(null, 0) < 0 || dup2(say[0], 1) < 0 ||
	    dup2(say[1], 2) < 0 || close_range(3, ~0u, 0) ||
	    chdir(how->folder))
		_exit(126);
	execl("/bin/sh", "sh", "-c", how->line, (char *)NULL);
	_exit(127);
}

/* ---- the supervisor ------------------------------------------------------ */

/* Also what left the program's group: it is our child by now. */
static void kill_children(void)
{
	FILE *list = fopen("/proc/thread-self/children", "re");
	int pid;

	while (list && fscanf(list, "%d", &pid) == 1)
		kill(pid, SIGKILL);
	if (list)
		fclose(list);
}

static void tell(struct watch *w)
{
	w->was_told = true;
	w->deadline_s = now_s() + COMMAND_GRACE_S;
	kill(-w->pid, SIGTERM);
}

/* Bury the dead; false when nobody is left. */
static bool reap(struct watch *w)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid != w->pid)
			continue;
		w->has_ended = true;
		if (WIFSIGNALED(status))
			w->end.signal = WTERMSIG(status);
		else
			w->end.status = WEXITSTATUS(status);
	}
	return pid == 0;
}

static int wait_ms(const struct watch *w)
{
	double left = w->deadline_s - now_s();

	if (w->deadline_s <= 0)
		return -1;
	return left <= 0 ? 0 : left > 1e6 ? 1000000000 : (int)(left * 1e3) + 1;
}

/* Sleep until something happens, and see what. */
static void look(struct watch *w)
{
	struct pollfd fds[2] = { { w->signals, POLLIN, 0 },
				 { w->life, POLLIN, 0 } };
	struct signalfd_siginfo info;

	poll(fds, 2, wait_ms(w));
	if (fds[0].revents)
		(void)!read(w->signals, &info, sizeof(info));
	if (w->life >= 0 && fds[1].revents) {
		w->life = -1;
		if (!w->was_told)
			tell(w);
	}
	if (w->deadline_s > 0 && !w->was_told && now_s() >= w->deadline_s) {
		w->end.timed_out = true;
		tell(w);
	}
}

/* Whoever cannot be killed (in a driver that hangs) is not waited for. */
static void watch(struct watch *w)
{
	enum { ROUNDS = 40 };
	int killed = 0;

	while (reap(w) && killed < ROUNDS) {
		/* what it left in the background, or what heard and stayed */
		if ((w->has_ended && !w->was_told) ||
		    (w->was_told && now_s() >= w->deadline_s)) {
			kill(-w->pid, SIGKILL);
			kill_children();
			w->was_told = true;
			w->deadline_s = now_s() + 0.05;
			killed++;
		}
		look(w);
	}
}

static void supervise(const struct supervise *how, int pipes[PIPES][2])
{
	const int say[2] = { pipes[OUT][1], pipes[ERR][1] };
	struct watch w = { .how = how, .life = pipes[LIFE][0],
			   .end.status = -1 };
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	setpgid(0, 0);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	close(pipes[LIFE][1]);
	close(pipes[END][0]);
	w.signals = signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
	if (how->timeout_s)
		w.deadline_s = now_s() + (double)how->timeout_s;
	w.pid = fork();
	if (w.pid == 0)
		become(how, say);
	close(say[0]);
	close(say[1]);
	if (w.pid > 0)
		watch(&w);
	if (w.life < 0)
		supervise_remove(how->place);
	else
		(void)!write(pipes[END][1], &w.end, sizeof(w.end));
	_exit(0);
}

/* ---- we ------------------------------------------------------------------ */

static void close_pipes(int pipes[PIPES][2])
{
	for (int i = 0; i < PIPES; i++)
		for (int end = 0; end < 2; end++)
			if (pipes[i][end] >= 0)
				close(pipes[i][end]);
}

int supervise_start(struct supervised *to, const struct supervise *how,
		    struct err *err)
{
	int pipes[PIPES][2], ret = 0;

	memset(pipes, -1, sizeof(pipes));
	for (int i = 0; i < PIPES && !ret; i++)
		if (pipe2(pipes[i], O_CLOEXEC))
			ret = err_errno(err, "cannot make a pipe");
	if (!ret)
		to->pid = fork();
	if (!ret && to->pid < 0)
		ret = err_errno(err, "cannot start a process");
	if (ret) {
		close_pipes(pipes);
		return ret;
	}
	if (to->pid == 0)
		supervise(how, pipes);
	to->life = pipes[LIFE][1];
	to->end = pipes[END][0];
	to->out = pipes[OUT][0];
	to->err = pipes[ERR][0];
	pipes[LIFE][1] = pipes[END][0] = pipes[OUT][0] = pipes[ERR][0] = -1;
	close_pipes(pipes);
	fcntl(to->out, F_SETFL, O_NONBLOCK);
	fcntl(to->err, F_SETFL, O_NONBLOCK);
	return 0;
}

void supervise_finish(struct supervised *to)
{
	close(to->life);
	close(to->out);
	close(to->err);
	close(to->end);
	while (waitpid(to->pid, NULL, 0) < 0 && errno == EINTR)
		;
}
