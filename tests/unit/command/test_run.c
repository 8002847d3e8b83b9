#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "fixture.h"

static int run(const char *line, struct err *err)
{
	*err = (struct err){ 0 };
	place(line);
	return command_run(&command, err);
}

static void fails(const char *line, int kind, const char *words)
{
	struct err err;

	cr_assert_eq(run(line, &err), kind, "'%s': %d %s", line, err.kind,
		     err.text);
	cr_assert(strstr(err.text, words), "'%s' lacks '%s'", err.text, words);
	command_close(&command);
	cr_assert(!file_exists(".tinyml/command/train"));
}

static void pause_ms(long ms)
{
	const struct timespec t = { ms / 1000, ms % 1000 * 1000000L };

	nanosleep(&t, NULL);
}

/* The number in a file that a program writes, once it is there. */
static pid_t pid_in(const char *path)
{
	int pid = 0;

	for (int i = 0; i < 500 && !pid; i++) {
		FILE *f = fopen(path, "r");

		if (f && fscanf(f, "%d", &pid) != 1)
			pid = 0;
		if (f)
			fclose(f);
		pause_ms(10);
	}
	cr_assert_gt(pid, 0, "no number in %s", path);
	return pid;
}

static bool is_gone(pid_t pid)
{
	for (int i = 0; i < 800; i++) {
		if (kill(pid, 0) && errno == ESRCH)
			return true;
		pause_ms(10);
	}
	return false;
}

Test(run, runs_in_the_project_with_its_environment, .init = enter,
     .fini = leave)
{
	struct err err;

	cr_assert_eq(file_write("here", "", 0, 0644, NULL), 0);
	cr_assert_eq(run("test -e here && test -d \"$TINYML_IN\" && "
			 "test -d \"$TINYML_OUT\" && test $TINYML_SEED = 7 && "
			 "test $TINYML_THREADS = 3 && "
			 "test $TINYML_STAGE = train", &err), 0, "%s",
		     err.text);
}

Test(run, has_no_input_no_terminal_and_no_descriptor_of_ours, .init = enter,
     .fini = leave)
{
	int secret = open("/etc/passwd", O_RDONLY);	/* not O_CLOEXEC */
	struct err err;

	cr_assert_geq(secret, 3);
	cr_assert_eq(run("test \"$(cat)\" = '' && ! (: </dev/tty) 2>/dev/null "
			 "&& for fd in 3 4 5 6 7 8 9; do "
			 "test ! -e /proc/self/fd/$fd || "
			 "test \"$(readlink /proc/self/fd/$fd)\" != "
			 "/etc/passwd || exit 9; done", &err), 0, "%s",
		     err.text);
	close(secret);
}

Test(run, failures_have_words, .init = enter, .fini = leave)
{
	cr_assert_eq(file_write("plain", "x", 1, 0644, NULL), 0);
	fails("no-such-program", ERR_TOOL, "was not found: sh:");
	fails("./plain", ERR_TOOL, "cannot be executed");
	fails("echo out; echo why >&2; exit 5", ERR_TOOL,
	      "the command of 'train' ended with status 5: why");
	fails("echo only this; exit 1", ERR_TOOL, "status 1: only this");
	fails("kill -SEGV $$", ERR_TOOL, "was killed by signal 11 (");
}

Test(run, time_over_ends_the_whole_family, .init = enter, .fini = leave)
{
	pid_t child, away;

	project.train.command.timeout_s = 1;
	fails("setsid sleep 60 & echo $! >away; sleep 60 & echo $! >child; "
	      "wait", ERR_TIMEOUT, "was ended after 1 seconds");
	child = pid_in("child");
	away = pid_in("away");
	cr_assert(is_gone(child));
	cr_assert(is_gone(away));
}

Test(run, who_does_not_hear_is_killed, .init = enter, .fini = leave)
{
	time_t start = time(NULL);

	project.train.command.timeout_s = 1;
	fails("trap '' TERM; while :; do sleep 0.1; done", ERR_TIMEOUT,
	      "was ended after 1 seconds");
	cr_assert_leq(time(NULL) - start, 1 + COMMAND_GRACE_S + 3);
}

Test(run, nothing_stays_in_the_background, .init = enter, .fini = leave)
{
	struct err err;

	cr_assert_eq(run("sleep 60 & echo $! >child", &err), 0);
	cr_assert(is_gone(pid_in("child")));
}

Test(run, when_we_are_killed_nothing_is_left, .init = enter, .fini = leave)
{
	pid_t child, us = fork();
	struct err err;

	if (us == 0) {
		run("trap 'sleep 0.2; exit' TERM; echo $$ >child; "
		    "while :; do sleep 0.05; done", &err);
		_exit(0);
	}
	child = pid_in("child");
	cr_assert(file_exists(".tinyml/command/train/out"));
	kill(us, SIGKILL);
	cr_assert_eq(waitpid(us, NULL, 0), us);
	cr_assert(is_gone(child));
	/* the workplace is free again, and empty */
	place("true");
	cr_assert(!file_exists(".tinyml/command/train/in/x"));
}

Test(run, two_at_once_exclude_each_other, .init = enter, .fini = leave)
{
	const struct command_job job = { .project = &project,
					 .which = STAGE_TRAIN };
	struct command second;
	struct err err = { 0 };

	place("true");
	cr_assert_eq(command_open(&second, &job, &err), ERR_BUSY);
	cr_assert(strstr(err.text, "another command of 'train'"));
	command_close(&second);
	cr_assert(file_exists(command.out), "taken away from the first");
}
