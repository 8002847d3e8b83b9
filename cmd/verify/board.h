/*
 * board - `tinyml verify --board NAME`: what the board runs and where that
 * came from, back to the recordings.
 */
#ifndef CMD_VERIFY_BOARD_H
#define CMD_VERIFY_BOARD_H

#include "artifact/lineage.h"
#include "base/error.h"
#include "project/project.h"

/* 0, or ERR_NO for what is wrong with the model of a board that answered;
 * other errors as they are: no such board, no device key, no answer. */
int verify_board(const struct project *project, const char *name,
		 const struct lineage *lineage, bool json, struct err *err);

#endif
