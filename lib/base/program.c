#include "base/program.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static bool try(char path[PROGRAM_PATH], int mode, const char *folder,
		size_t n, const char *prefix, const char *name)
{
	return n && snprintf(path, PROGRAM_PATH, "%.*s/%s%s", (int)n, folder,
			     prefix, name) < PROGRAM_PATH &&
	       access(path, mode) == 0;
}

/* Length of the folder in the path of this program, which goes to self. */
static size_t own_folder(char self[PROGRAM_PATH])
{
	ssize_t n = readlink("/proc/self/exe", self, PROGRAM_PATH - 1);

	if (n <= 0)
		return 0;
	self[n] = '\0';
	return (size_t)(strrchr(self, '/') - self);
}

static bool on_path(const char *verb, char path[PROGRAM_PATH])
{
	const char *p = getenv("PATH");

	while (p && *p) {
		size_t n = strcspn(p, ":");

		if (try(path, X_OK, p, n, "tinyml-", verb))
			return true;
		p += n + (p[n] == ':');
	}
	return false;
}

bool program_verb(const char *verb, char path[PROGRAM_PATH])
{
	const char *given = getenv("TINYML_EXEC_PATH");
	char self[PROGRAM_PATH];
	size_t own = own_folder(self);

	if (!verb[0] || strchr(verb, '/'))
		return false;
	if (given && try(path, X_OK, given, strlen(given), "tinyml-", verb))
		return true;
	if (try(path, X_OK, self, own, "tinyml-", verb) ||
	    try(path, X_OK, self, own, "../libexec/tinyml/tinyml-", verb))
		return true;
	if (try(path, X_OK, TINYML_LIBEXEC, strlen(TINYML_LIBEXEC), "tinyml-",
		verb))
		return true;
	return on_path(verb, path);
}

bool program_data(const char *name, char path[PROGRAM_PATH])
{
	char self[PROGRAM_PATH];
	size_t n = own_folder(self);

	while (n && self[n - 1] != '/')	/* the folder above */
		n--;
	if (n && (try(path, R_OK, self, n - 1, "", name) ||
		  try(path, R_OK, self, n - 1, "../share/tinyml/", name)))
		return true;
	return try(path, R_OK, TINYML_DATADIR, strlen(TINYML_DATADIR), "",
		   name);
}

/* A killed parent must not leave a stage behind that still writes. */
static void die_with(pid_t parent)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != parent)
		_exit(127);
}

static void child(const char *const *argv, const char *folder, pid_t parent)
{
	/* execvp promises to leave the words alone */
	union { const char *const *in; char *const *out; } words = { argv };

	die_with(parent);
	if (folder && chdir(folder))
		_exit(127);
	execvp(argv[0], words.out);
	_exit(127);
}

int program_run(const char *const *argv, const char *folder,
		struct program_end *end, struct err *err)
{
	pid_t parent = getpid(), pid = fork();
	int status = 0;

	*end = (struct program_end){ .status = -1 };
	if (pid < 0)
		return err_errno(err, "cannot start '%s'", argv[0]);
	if (pid == 0)
		child(argv, folder, parent);
	while (waitpid(pid, &status, 0) != pid)
		;
	if (WIFSIGNALED(status))
		end->signal = WTERMSIG(status);
	else
		end->status = WEXITSTATUS(status);
	if (end->status == 127) {
		err_set(err, ERR_TOOL, "cannot run '%s'", argv[0]);
		err_hint(err, "is it installed and executable?");
		return ERR_TOOL;
	}
	return 0;
}
