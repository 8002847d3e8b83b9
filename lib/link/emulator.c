#include "link/emulator.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "link/emulator_priv.h"
#include "link/link_priv.h"

enum {
	NAME_BYTES_MAX = 64,
	LOCK_TRIES = 100,		/* 20 ms apart */
};

/* The memory of a machine that QEMU can keep in a file, all of it; the board's
 * flash is at its front. */
static const struct machine {
	const char *name;
	uint64_t bytes;
} machines[] = {
	{ "mps2-an386", UINT64_C(16) << 20 },	/* PSRAM */
	{ "mps2-an385", UINT64_C(16) << 20 },
	{ "mps3-an547", UINT64_C(2) << 30 },	/* DDR */
};

/* 0 when there is none. */
static uint64_t memory_of(const struct board *board)
{
	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++)
		if (strcmp(board->machine, machines[i].name) == 0)
			return machines[i].bytes;
	return 0;
}

int place_find(struct place *place, const struct project *project,
	       const char *name, struct err *err)
{
	const struct project_board *board;
	int ret;

	*place = (struct place){ name, "", name, project->root };
	if (strchr(name, ':'))
		return 0;
	if (strncmp(name, "/dev/", 5) == 0) {
		err_set(err, ERR_MISSING, "no board '%s' in tinyml.yaml",
			name);
		err_hint(err, "for a serial port write serial:%s", name);
		return ERR_MISSING;
	}
	ret = project_board(project, name, &board, err);
	if (!ret)
		*place = (struct place){ board->name, board->type, board->at,
					 project->root };
	return ret;
}

/* What follows "qemu:" or "sim:", or NULL. */
static const char *emulated_name(const char *at)
{
	if (strncmp(at, "qemu:", 5) == 0)
		return at + 5;
	return strncmp(at, "sim:", 4) == 0 ? at + 4 : NULL;
}

bool emulator_is(const struct place *place)
{
	return emulated_name(place->at) != NULL;
}

static bool is_name(const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
	size_t n = strlen(name);

	return n && n <= NAME_BYTES_MAX && name[0] != '.' &&
	       strspn(name, allowed) == n;
}

static int need_board(struct emulator *e, const struct place *place,
		      struct err *err)
{
	bool sim = strncmp(place->at, "sim:", 4) == 0;
	const char *type = place->type[0] ? place->type :
		sim ? "sim" : "mps2-an386";
	int ret = board_need(type, &e->board, err);

	if (ret)
		return ret;
	if (e->board->emulator == (sim ? BOARD_SIM : BOARD_QEMU))
		return 0;
	err_set(err, ERR_USAGE, "board '%s' is a '%s', which is not emulated "
		"by '%s'", place->name, type, place->at);
	err_hint(err, "'tinyml device --list-types' tells which are");
	return ERR_USAGE;
}

static bool path(char out[PROGRAM_PATH], const char *folder,
		 const char *name, const char *ending)
{
	return snprintf(out, PROGRAM_PATH, "%s/%s%s", folder, name, ending) <
	       PROGRAM_PATH;
}

int emulator_find(struct emulator *e, const struct place *place,
		  struct err *err)
{
	const char *name = emulated_name(place->at);
	int ret;

	*e = (struct emulator){ 0 };
	if (!name)
		return err_set(err, ERR_USAGE, "board '%s' at '%s' is not an "
			       "emulated one", place->name, place->at);
	if (!is_name(name))
		return err_set(err, ERR_USAGE, "'%s' is no name for an "
			       "emulated board: letters, digits, '_', '-' "
			       "and '.' only", name);
	ret = need_board(e, place, err);
	if (ret)
		return ret;
	if (!path(e->folder, place->root, ".tinyml/boards", "") ||
	    !path(e->flash, e->folder, name, ".flash") ||
	    !path(e->socket, e->folder, name, ".sock") ||
	    !path(e->log, e->folder, name, ".log") ||
	    !path(e->lock, e->folder, name, ".lock"))
		return err_set(err, ERR_LIMIT, "the path of the project is "
			       "too long");
	return 0;
}

/* ---- flash -------------------------------------------------------------- */

/* QEMU's: erased flash is all ones; what lies behind it in the backing memory
 * stays a hole in the file. */
static int make_flash(const struct emulator *e, struct err *err)
{
	char temporary[PROGRAM_PATH + 8];
	uint8_t ones[4096];
	FILE *file;
	bool ok;

	snprintf(temporary, sizeof(temporary), "%s.new", e->flash);
	file = fopen(temporary, "we");
	if (!file)
		return err_errno(err, "cannot make '%s'", temporary);
	memset(ones, 0xff, sizeof(ones));
	ok = true;
	for (uint64_t at = 0; at < e->board->flash_bytes && ok;
	     at += sizeof(ones))
		ok = fwrite(ones, 1, sizeof(ones), file) == sizeof(ones);
	ok = ok && fflush(file) == 0 &&
	     ftruncate(fileno(file), (off_t)memory_of(e->board)) == 0;
	if (fclose(file) || !ok || rename(temporary, e->flash)) {
		err_errno(err, "cannot make '%s'", e->flash);
		unlink(temporary);
		return err ? err->kind : ERR_IO;
	}
	return 0;
}

static int need_flash(const struct emulator *e, struct err *err)
{
	int ret = file_mkdirs(e->folder, err);

	if (!ret && e->board->emulator == BOARD_QEMU &&
	    access(e->flash, F_OK))
		ret = make_flash(e, err);
	return ret;
}

int emulator_flash(const struct place *place, char *out, size_t room,
		   struct err *err)
{
	struct emulator e;
	int ret = emulator_find(&e, place, err);

	if (!ret)
		ret = need_flash(&e, err);
	if (!ret && (size_t)snprintf(out, room, "%s", e.flash) >= room)
		ret = err_set(err, ERR_LIMIT, "the path '%s' is too long",
			      e.flash);
	return ret;
}

/* ---- command lines ------------------------------------------------------ */

static int sim_command(struct emulator *e, struct err *err)
{
	const char *argv[] = { e->program, "--flash", e->flash,
			       "--serial-framing", NULL };

	if (!program_verb("boardsim", e->program)) {
		err_set(err, ERR_MISSING, "the simulated board "
			"'tinyml-boardsim' is not installed");
		err_hint(err, "'make' builds it beside the other commands");
		return ERR_MISSING;
	}
	memcpy(e->argv, argv, sizeof(argv));
	return 0;
}

static int qemu_command(struct emulator *e, struct err *err)
{
	const char *argv[] = { "qemu-system-arm", "-M", e->machine,
		"-object", e->memory, "-kernel", e->firmware,
		"-display", "none", "-monitor", "none",
		"-nic", "user,restrict=on", "-serial", "stdio",
		e->counts ? "-icount" : NULL, "shift=0", NULL };
	char name[96];

	if (!memory_of(e->board)) {
		err_set(err, ERR_UNSUPPORTED, "QEMU keeps no flash for board "
			"type '%s'", e->board->name);
		err_hint(err, "use type mps2-an386");
		return ERR_UNSUPPORTED;
	}
	if (strchr(e->flash, ','))	/* separates QEMU's options */
		return err_set(err, ERR_UNSUPPORTED, "the path '%s' has a "
			       "comma, which QEMU does not take", e->flash);
	snprintf(name, sizeof(name), "firmware/%s.elf", e->board->name);
	if (!program_data(name, e->firmware)) {
		err_set(err, ERR_MISSING, "no firmware for '%s'",
			e->board->name);
		err_hint(err, "'make' builds it when gcc-arm-none-eabi is "
			 "installed");
		return ERR_MISSING;
	}
	snprintf(e->machine, sizeof(e->machine), "%s,memory-backend=mem",
		 e->board->machine);
	snprintf(e->memory, sizeof(e->memory), "memory-backend-file,id=mem,"
		 "size=%" PRIu64 ",mem-path=%s,share=on",
		 memory_of(e->board), e->flash);
	memcpy(e->argv, argv, sizeof(argv));
	return 0;
}

int emulator_prepare(struct emulator *e, struct err *err)
{
	return e->board->emulator == BOARD_SIM ? sim_command(e, err) :
		qemu_command(e, err);
}

static bool take_lock(int fd)
{
	const struct timespec wait = { 0, 20000000 };

	for (int i = 0; i < LOCK_TRIES; i++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return true;
		nanosleep(&wait, NULL);
	}
	return false;
}

int emulator_lock(const struct emulator *e, const char *name, int *fd,
		  struct err *err)
{
	int ret = file_mkdirs(e->folder, err);

	*fd = -1;
	if (ret)
		return ret;
	*fd = open(e->lock, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (*fd < 0)
		return err_errno(err, "cannot open '%s'", e->lock);
	if (!take_lock(*fd)) {
		ret = ERR_BUSY;
		err_set(err, ERR_BUSY, "board '%s' is in use by another "
			"command", name);
		err_hint(err, "wait for it, or keep the board running for all "
			 "with 'tinyml device up %s'", name);
	} else {
		ret = need_flash(e, err);
	}
	if (ret) {
		close(*fd);
		*fd = -1;
	}
	return ret;
}

struct link_options emulator_options(const struct emulator *e,
				     const struct link_options *options)
{
	struct link_options own = { 0 };

	if (options)
		own = *options;
	own.log = e->log;
	own.one_cpu = e->board->emulator == BOARD_QEMU;
	return own;
}

/* ---- connecting --------------------------------------------------------- */

static int start(struct link **out, struct emulator *e,
		 const struct place *place,
		 const struct link_options *options, struct err *err)
{
	struct link_options own = emulator_options(e, options);
	struct link_child child = { place->at, e->argv, SMP_CONSOLE, -1 };
	int ret;

	e->counts = own.counts;
	ret = emulator_prepare(e, err);
	if (!ret)
		ret = emulator_lock(e, place->name, &child.keep_fd, err);
	if (ret)
		return ret;
	ret = link_spawn(out, &child, &own, err);
	close(child.keep_fd);	/* the child has it too */
	if (ret == ERR_TOOL && e->board->emulator == BOARD_QEMU)
		err_hint(err, "install it: apt-get install qemu-system-arm");
	return ret;
}

/* Connect to one that is kept running. False: there is none. */
static bool join(struct link **out, const struct emulator *e,
		 const struct place *place,
		 const struct link_options *options)
{
	struct link_options own = emulator_options(e, options);
	char at[PROGRAM_PATH + 16];

	if (access(e->socket, F_OK))
		return false;
	snprintf(at, sizeof(at), "console+unix:%s", e->socket);
	return link_open_as(out, place->at, at, &own, NULL) == 0;
}

bool emulator_is_up(const struct place *place)
{
	struct emulator e;
	struct link *link = NULL;
	bool up = emulator_is(place) && !emulator_find(&e, place, NULL) &&
		  join(&link, &e, place, NULL);

	link_close(link);
	return up;
}

/* One that is up was started without counting. */
static int check_down(const struct place *place, struct err *err)
{
	if (!emulator_is_up(place))
		return 0;
	err_set(err, ERR_BUSY, "board '%s' is kept running and does not count "
		"instructions", place->name);
	err_hint(err, "'tinyml device down %s' first", place->name);
	return ERR_BUSY;
}

int place_open(struct smp_link **out, const struct place *place,
	       const struct link_options *options, struct err *err)
{
	struct emulator e;
	struct link *link;
	int ret;

	*out = NULL;
	if (!emulator_is(place))
		return smp_link_open(out, place->at, options, err);
	ret = emulator_find(&e, place, err);
	if (!ret && options && options->counts)
		ret = check_down(place, err);
	if (!ret && !join(&link, &e, place, options))
		ret = start(&link, &e, place, options, err);
	return ret ? ret : smp_link_wrap(out, link, err);
}
