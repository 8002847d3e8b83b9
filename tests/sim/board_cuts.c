/*
 * board_cuts every BOARDSIM FOLDER
 *     power cut at every flash operation of an update, on the simulated board
 * board_cuts random AT TYPE FOLDER CUTS SEED
 *     the plug pulled at random moments of updates, on any emulated board
 *
 * After each cut the old or the new model must run; in the end the update is
 * carried through.  TAP on standard output.
 */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "board_client.h"

enum { MOMENT_US = 1500000 };

static const struct err none;

static void start(struct life *life)
{
	size_t n;
	uint8_t *bytes = container(life, 1, 0, 1, &n);

	plug_in(life);
	provision(life);
	report(whole_update(life, bytes, n) && ask_model(life) == 1,
	       "a first model runs", &none);
	pull_plug(life);
	free(bytes);
}

static int what_runs(struct life *life)
{
	int runs;

	plug_in(life);
	runs = ask_model(life);
	if (runs != 1 && runs != 2)
		report(false, "neither the old nor the new model runs", &none);
	return runs;
}

/* ---- every operation, on the simulated board ---- */

/* Did the update get through without meeting flash operation `at`? */
static bool is_through(struct life *life, const char *command,
		       const uint8_t *bytes, size_t n)
{
	struct err err = { 0 };
	bool through;

	if (smp_link_open(&life->link, command, NULL, &err))
		report(false, "the simulated board starts", &err);
	through = whole_update(life, bytes, n);
	pull_plug(life);
	return through;
}

static void every(const char *boardsim, const char *folder)
{
	static const char *const torn[] = { "none", "half", "bits", "all" };
	struct life life;
	struct buf before = BUF_INIT;
	char flash[300], command[700];
	uint8_t *bytes;
	bool through = false;	/* without meeting the operation */
	int at = 0;
	size_t n;

	life_init(&life, "sim:cuts", "sim", folder);
	start(&life);
	snprintf(flash, sizeof(flash), "%s/.tinyml/boards/cuts.flash", folder);
	file_read(flash, 1 << 24, &before, NULL);
	bytes = container(&life, 2, 0, 2, &n);
	while (!through) {
		file_write(flash, before.data, before.len, 0644, NULL);
		at++;
		snprintf(command, sizeof(command), "exec:%s --flash %s "
			 "--die-at %d --torn %s", boardsim, flash, at,
			 torn[at % 4]);
		through = is_through(&life, command, bytes, n);
		if (what_runs(&life) == 1 &&
		    (!whole_update(&life, bytes, n) || ask_model(&life) != 2))
			report(false, "the update is carried through", &none);
		pull_plug(&life);
	}
	printf("# %d flash operations\n", at - 1);
	report(at > 20, "every cut leaves the old or the new model", &none);
	buf_release(&before);
	free(bytes);
}

/* ---- random moments ---- */

/* Update in a process of its own and kill it, and the board with it. */
static void kill_within(struct life *life, const uint8_t *bytes, size_t n,
			uint32_t us)
{
	pid_t child = fork();

	if (child == 0) {
		plug_in(life);
		whole_update(life, bytes, n);
		_exit(0);
	}
	usleep(us);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

static void random_moments(struct life *life, int cuts, uint64_t seed)
{
	uint8_t *model[3];
	size_t n;
	int runs = 1, changed = 0;
	struct rng rng;

	rng_init(&rng, seed, 0);
	for (int8_t i = 1; i <= 2; i++)
		model[i] = container(life, i, 0, 1, &n);
	for (int i = 0; i < cuts; i++) {
		int before = runs;

		kill_within(life, model[3 - runs], n,
			    rng_below(&rng, MOMENT_US));
		runs = what_runs(life);
		pull_plug(life);
		changed += runs != before;
	}
	printf("# seed %lu: %d cuts, %d of them behind the confirmation\n",
	       (unsigned long)seed, cuts, changed);
	plug_in(life);
	report(whole_update(life, model[3 - runs], n) &&
	       ask_model(life) == 3 - runs,
	       "every cut leaves the old or the new model", &none);
	pull_plug(life);
	free(model[1]);
	free(model[2]);
}

int main(int argc, char **argv)
{
	struct life life;

	if (argc == 4) {
		every(argv[2], argv[3]);
	} else if (argc == 7) {
		life_init(&life, argv[2], argv[3], argv[4]);
		start(&life);
		random_moments(&life, atoi(argv[5]),
			       strtoul(argv[6], NULL, 10));
	} else {
		return 2;
	}
	return 0;
}
