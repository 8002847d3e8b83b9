/*
 * inspect - what a board really runs: its slot read back and checked here.
 *
 * The running slot's bytes come over the link, are hashed and checked against
 * the device key again, and name the artifact they were made from.  This
 * identifies the model of an honest board; a hostile one can answer with
 * anything it has ever been given, so this is no attestation.
 */
#ifndef TINYML_FLASH_INSPECT_H
#define TINYML_FLASH_INSPECT_H

#include "flash/ask.h"
#include "project/project.h"

struct inspect_report {
	struct ask_info info;
	size_t bytes;			/* of the container read back */
	struct digest hash;		/* SHA-256 of its hashed part */
	struct digest identity;		/* of the artifact it names */
};

/*
 * Connect to the board named to and inspect it.  ERR_NO when it has no model;
 * ERR_TRUST when the slot's bytes are not what the device key signed;
 * ERR_MISSING without the public device key; link errors as they are.
 */
int inspect_board(const struct project *project, const char *to,
		  const struct progress *progress,
		  struct inspect_report *report, struct err *err);

#endif
