/*
 * board - `tinyml infer --on BOARD`: labelled recordings answered by a board
 * from raw sound and compared with this machine to the last bit.
 */
#ifndef CMD_INFER_BOARD_H
#define CMD_INFER_BOARD_H

#include <stdbool.h>

#include "base/error.h"

struct infer_board {
	const char *folder;	/* -C */
	const char *board;	/* --on */
	const char *part;	/* --part; NULL: test */
	long limit;		/* --limit; 0: all */
	bool json, quiet;
	bool profile;		/* --profile: count one inference instead */
};

/* ERR_NO when a feature or output differs; ERR_USAGE for recordings to a
 * profile; other errors as they are. */
int infer_on_board(const struct infer_board *args, struct err *err);

#endif
