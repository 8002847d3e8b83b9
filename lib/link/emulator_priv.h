/*
 * emulator_priv - what starting an emulator and keeping it running share.
 */
#ifndef TINYML_LINK_EMULATOR_PRIV_H
#define TINYML_LINK_EMULATOR_PRIV_H

#include "base/program.h"
#include "board/board.h"
#include "link/emulator.h"

enum { EMULATOR_ARGS = 24, EMULATOR_TEXT = PROGRAM_PATH + 128 };

/* A board that is a program: where its files are and what runs it. */
struct emulator {
	const struct board *board;
	char folder[PROGRAM_PATH];	/* ROOT/.tinyml/boards */
	char flash[PROGRAM_PATH], socket[PROGRAM_PATH], lock[PROGRAM_PATH];
	char log[PROGRAM_PATH];	/* what the emulator itself has to say */
	char program[PROGRAM_PATH], firmware[PROGRAM_PATH];
	char memory[EMULATOR_TEXT], machine[PROGRAM_PATH];
	bool counts;		/* link_options.counts */
	const char *argv[EMULATOR_ARGS];	/* point into this struct */
};

/* Fill all but argv; makes no file. ERR_USAGE, ERR_MISSING. */
int emulator_find(struct emulator *e, const struct place *place,
		  struct err *err);

/* Look for the program and its firmware and fill argv; makes no file. */
int emulator_prepare(struct emulator *e, struct err *err);

/* options (or NULL) with what an emulator needs besides. */
struct link_options emulator_options(const struct emulator *e,
				     const struct link_options *options);

/* Make the folder, hold the lock, make the flash file.  *fd is the lock: the
 * emulator keeps it open while it lives.  ERR_BUSY after waiting a little for
 * one that is just ending. */
int emulator_lock(const struct emulator *e, const char *name, int *fd,
		  struct err *err);

#endif
