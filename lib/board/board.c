#include "board/board.h"

#include <string.h>

#include "base/text.h"

#define KB(n) ((n) * UINT64_C(1024))

static const struct board boards[] = {
#define BOARD(name, title, core, set, ram, flash, arena, slot, hz, emulator, \
	      machine) \
	{ name, title, core, KERN_SET_##set, KB(ram), KB(flash), \
	  (uint32_t)KB(arena), (uint32_t)KB(slot), hz, emulator, machine },
#define USB(vid, pid, state, board, note)
#include "board/boards.def"
#undef BOARD
#undef USB
};

static const struct board_usb usb_ids[] = {
#define BOARD(name, title, core, set, ram, flash, arena, slot, hz, emulator, \
	      machine)
#define USB(vid, pid, state, board, note) { vid, pid, state, board, note },
#include "board/boards.def"
#undef BOARD
#undef USB
};

enum { BOARDS = sizeof(boards) / sizeof(boards[0]),
       USB_IDS = sizeof(usb_ids) / sizeof(usb_ids[0]) };

const struct board *board_at(size_t index)
{
	return index < BOARDS ? &boards[index] : NULL;
}

const struct board *board_find(const char *name)
{
	for (size_t i = 0; i < BOARDS; i++)
		if (strcmp(boards[i].name, name) == 0)
			return &boards[i];
	return NULL;
}

int board_need(const char *name, const struct board **board, struct err *err)
{
	const char *names[BOARDS], *near;

	*board = board_find(name);
	if (*board)
		return 0;
	for (size_t i = 0; i < BOARDS; i++)
		names[i] = boards[i].name;
	near = text_nearest(name, names, BOARDS);
	err_set(err, ERR_MISSING, "no board type '%s' in the database", name);
	if (near)
		err_hint(err, "did you mean '%s'?", near);
	else
		err_hint(err, "'tinyml device --list-types' names them all");
	return ERR_MISSING;
}

static const struct {
	enum kern_set set;
	const char *name;
} sets[] = {
	{ KERN_SET_REF, "ref" },
	{ KERN_SET_HOST, "host" },
	{ KERN_SET_M4, "m4" },
	{ KERN_SET_M55, "m55" },
	{ KERN_SET_M0, "m0" },
};

enum { SETS = sizeof(sets) / sizeof(sets[0]) };

const char *board_kernels(enum kern_set set)
{
	for (size_t i = 0; i < SETS; i++)
		if (sets[i].set == set)
			return sets[i].name;
	return "unknown";
}

const struct board_usb *board_usb_at(size_t index)
{
	return index < USB_IDS ? &usb_ids[index] : NULL;
}

const struct board_usb *board_by_usb(uint16_t vid, uint16_t pid)
{
	for (size_t i = 0; i < USB_IDS; i++)
		if (usb_ids[i].vid == vid && usb_ids[i].pid == pid)
			return &usb_ids[i];
	return NULL;
}

bool board_usb_is_sure(const struct board_usb *usb)
{
	int users = 0;

	if (usb->state == BOARD_BRIDGE)
		return false;
	for (size_t i = 0; i < USB_IDS; i++)
		users += usb_ids[i].vid == usb->vid &&
			 usb_ids[i].pid == usb->pid;
	return users == 1;
}
