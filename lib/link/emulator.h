/*
 * emulator - boards that are programs: `at: qemu:NAME` and `at: sim:NAME`.
 *
 * A board NAME keeps its flash in ROOT/.tinyml/boards/NAME.flash.  It is
 * started for one command and killed behind it (which is what pulling the
 * plug does), or kept running by emulator_up (`tinyml device up`), then
 * listening on NAME.sock beside its flash.  What the emulator itself has to
 * say goes to NAME.log.  NAME.lock makes sure that two never run on the same
 * flash: it is held as long as the emulator lives.
 *
 *     qemu    qemu-system-arm -M MACHINE with the flash file as memory
 *             backend and firmware/TYPE.elf; console frames on its UART
 *     sim     tinyml-boardsim --flash FILE --serial-framing
 */
#ifndef TINYML_LINK_EMULATOR_H
#define TINYML_LINK_EMULATOR_H

#include "link/smp_link.h"
#include "project/project.h"

/* A board of a project: an entry of tinyml.yaml's boards. */
struct place {
	const char *name;	/* for messages */
	const char *type;	/* of the board database; "" for any */
	const char *at;		/* link.h's spellings, qemu:NAME, sim:NAME */
	const char *root;	/* project folder, where .tinyml is */
};

/*
 * The board that a user calls name: an entry of the project's boards, or,
 * when it has a colon, a spelling of `at` itself.  Borrows from both.
 * ERR_MISSING lists the names there are.
 */
int place_find(struct place *place, const struct project *project,
	       const char *name, struct err *err);

/*
 * Connect to the board, starting it when it is an emulated one that does not
 * run.  options may be NULL.  As smp_link_open, and ERR_MISSING (no emulator
 * or firmware, with what to install or build as hint), ERR_BUSY (another
 * command runs it, or options want it to count and it is up already).
 */
int place_open(struct smp_link **out, const struct place *place,
	       const struct link_options *options, struct err *err);

/* Keep it running after this process. ERR_BUSY when it runs already;
 * ERR_USAGE when it is not an emulated one. */
int emulator_up(const struct place *place, struct err *err);

/* Stop it. ERR_MISSING when it does not run. */
int emulator_down(const struct place *place, struct err *err);

/* Is it an emulated board; and one that is kept running? */
bool emulator_is(const struct place *place);
bool emulator_is_up(const struct place *place);

/* The flash file of an emulated board.  QEMU's is made (erased) when missing;
 * the simulated board makes its own. */
int emulator_flash(const struct place *place, char *path, size_t room,
		   struct err *err);

#endif
