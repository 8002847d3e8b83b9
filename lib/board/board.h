/*
 * board - the database of boards: what each has, and by which identities it
 * shows itself.
 *
 * boards.def is the one table; `tinyml device --list-types` prints it.  A
 * board's name here is what tinyml.yaml calls type and targets, and what a
 * board answers to "who are you" (wire_info.board).
 *
 * USB identities name a board only when nobody else uses them.  A bridge (a
 * serial chip such as CP210x that sits on hundreds of boards) says nothing
 * about what is behind it: board_by_usb never guesses one, the chip itself
 * has to be asked.
 */
#ifndef TINYML_BOARD_BOARD_H
#define TINYML_BOARD_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "run/run.h"

/* How a board that is not hardware is made. */
enum board_emulator {
	BOARD_REAL,
	BOARD_SIM,		/* the host process tinyml-boardsim */
	BOARD_QEMU		/* qemu-system-arm -M machine */
};

struct board {
	const char *name;	/* "mps2-an386" */
	const char *title;	/* "ARM MPS2 with Cortex-M4F, emulated" */
	const char *core;	/* "cortex-m4f"; GCC's spelling without its
				   options; "host" for processes */
	enum kern_set kernels;	/* the set that plans for it use */
	uint64_t ram_bytes, flash_bytes;	/* of the chip */
	uint32_t arena_bytes;	/* of the RAM, what a model's arena may take */
	uint32_t slot_bytes;	/* each of the two model slots */
	uint32_t clock_hz;	/* 0: as fast as the host */
	enum board_emulator emulator;
	const char *machine;	/* of QEMU, or "" */
};

/* What a USB device with a certain identity is. */
enum board_usb_state {
	BOARD_APP,		/* the board, running its program */
	BOARD_BOOT,		/* the board, in its bootloader */
	BOARD_BRIDGE		/* a serial or debug bridge, or a boot ROM that
				   many boards have: could be any of them */
};

struct board_usb {
	uint16_t vid, pid;
	enum board_usb_state state;
	const char *board;	/* a name of the table; "" for bridges */
	const char *note;	/* "CP210x" ... */
};

/* NULL behind the last. */
const struct board *board_at(size_t index);

/* NULL when there is none. */
const struct board *board_find(const char *name);

/* As board_find; ERR_MISSING with the nearest name as hint. */
int board_need(const char *name, const struct board **board,
	       struct err *err);

/* "ref", "m4" ...; the spelling of wire_info.kernels and of plans. */
const char *board_kernels(enum kern_set set);

/*
 * What a USB identity is, or NULL when it is in nobody's record.  A bridge is
 * found, and names no board.  An identity that several boards share names
 * the first of them; board_usb_is_sure tells.
 */
const struct board_usb *board_by_usb(uint16_t vid, uint16_t pid);

/* Exactly one board uses this identity. */
bool board_usb_is_sure(const struct board_usb *usb);

/* All identities; NULL behind the last. */
const struct board_usb *board_usb_at(size_t index);

#endif
