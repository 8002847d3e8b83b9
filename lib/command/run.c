#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command/command.h"
#include "command/relay.h"
#include "command/supervise.h"

enum { NOT_EXECUTABLE = 126, NOT_FOUND = 127, TAIL_BYTES = 280 };

struct running {
	struct supervised at;
	struct relay out, err;
	struct program_end end;
};

/* All there is to read now; false when nothing will come any more. */
static bool drain(int fd, struct relay *relay)
{
	char bytes[4096];
	ssize_t n;

	while ((n = read(fd, bytes, sizeof(bytes))) > 0)
		relay_add(relay, bytes, (size_t)n);
	return n < 0 && (errno == EAGAIN || errno == EINTR);
}

static void listen(struct running *r)
{
	struct pollfd fds[3] = { { r->at.end, POLLIN, 0 },
				 { r->at.out, POLLIN, 0 },
				 { r->at.err, POLLIN, 0 } };
	ssize_t n;

	while (!fds[0].revents) {
		if (poll(fds, 3, -1) < 0)
			continue;
		if (fds[1].revents && !drain(r->at.out, &r->out))
			fds[1].fd = -1;
		if (fds[2].revents && !drain(r->at.err, &r->err))
			fds[2].fd = -1;
	}
	n = read(r->at.end, &r->end, sizeof(r->end));
	if (n != sizeof(r->end))
		r->end = (struct program_end){ .status = -1 };
	drain(r->at.out, &r->out);
	drain(r->at.err, &r->err);
	relay_finish(&r->out);
	relay_finish(&r->err);
}

static int fail(const struct command *c, const char *said, int kind,
		const char *what, struct err *err)
{
	return err_set(err, kind, "the command of '%s' %s%s%s", c->stage, what,
		       said[0] ? ": " : "", said);
}

static int judge_status(const struct command *c, const char *said, int status,
			struct err *err)
{
	char what[48];

	if (status == NOT_FOUND) {
		fail(c, said, ERR_TOOL, "was not found", err);
		err_hint(err, "install it, or correct 'command' below '%s' in "
			 "tinyml.yaml", c->stage);
	} else if (status == NOT_EXECUTABLE) {
		fail(c, said, ERR_TOOL, "cannot be executed", err);
		err_hint(err, "chmod +x the program, or name its interpreter: "
			 "'python3 train.py'");
	} else {
		snprintf(what, sizeof(what), "ended with status %d", status);
		fail(c, said, ERR_TOOL, what, err);
		err_hint(err, "all that it says stands above, unless -q "
			 "was given");
	}
	return err ? err->kind : ERR_TOOL;
}

static int judge(const struct running *r, const struct command *c,
		 struct err *err)
{
	const struct relay *from = r->err.told ? &r->err : &r->out;
	char said[TAIL_BYTES], what[80];

	relay_tail(from, said, sizeof(said));
	if (r->end.timed_out) {
		snprintf(what, sizeof(what), "was ended after %ld seconds",
			 c->how->timeout_s);
		fail(c, said, ERR_TIMEOUT, what, err);
		err_hint(err, "allow it more with 'timeout_seconds' below "
			 "'%s' in tinyml.yaml", c->stage);
		return ERR_TIMEOUT;
	}
	if (r->end.signal) {
		snprintf(what, sizeof(what), "was killed by signal %d (%s)",
			 r->end.signal, strsignal(r->end.signal));
		return fail(c, said, ERR_TOOL, what, err);
	}
	if (r->end.status < 0)
		return fail(c, said, ERR_TOOL, "could not be started", err);
	return r->end.status ? judge_status(c, said, r->end.status, err) : 0;
}

static int threads_of(const struct command *c)
{
	cpu_set_t set;

	if (c->job.threads > 0)
		return c->job.threads;
	return sched_getaffinity(0, sizeof(set), &set) ? 1 : CPU_COUNT(&set);
}

int command_run(struct command *command, struct err *err)
{
	char seed[24], threads[24];
	const char *const environment[][2] = {
		{ "TINYML_STAGE", command->stage },
		{ "TINYML_IN", command->job.in ? command->job.in :
				       command->in },
		{ "TINYML_OUT", command->out },
		{ "TINYML_SEED", seed },
		{ "TINYML_THREADS", threads },
		{ NULL, NULL }
	};
	const struct supervise how = {
		command->how->line, command->job.project->root, environment,
		command->how->timeout_s, command->place };
	struct running r = {
		.out = { .progress = command->job.progress,
			 .what = command->stage },
		.err = { .progress = command->job.progress,
			 .what = command->stage } };
	int ret;

	snprintf(seed, sizeof(seed), "%ld", command->job.seed);
	snprintf(threads, sizeof(threads), "%d", threads_of(command));
	ret = supervise_start(&r.at, &how, err);
	if (ret)
		return ret;
	listen(&r);
	supervise_finish(&r.at);
	return judge(&r, command, err);
}
