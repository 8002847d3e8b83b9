/*
 * deliver - put a signed model on a board and prove it there.
 *
 * Whatever happened before, the same call goes on from where the board is:
 *
 *     its container is        then
 *     not there, half there   send it, from the offset the board asks for
 *     there, checked          ask the board to try it at the next boot
 *     pending                 restart the board
 *     on trial                self-test, golden vectors, confirm
 *     active, confirmed       nothing to do; golden vectors again
 *
 * Another model on trial, of a delivery that never ended, is given up first by
 * a restart.
 *
 * Until the confirmation the board goes back to its old model by itself.  A
 * model that answers a golden vector differently from the host is not
 * confirmed: the board is restarted and the old model runs again.
 */
#ifndef TINYML_FLASH_DELIVER_H
#define TINYML_FLASH_DELIVER_H

#include "firmware/firmware.h"
#include "flash/ask.h"
#include "link/emulator.h"

struct deliver_report {
	struct ask_info before, after;
	size_t sent_bytes;	/* over the link; less when resumed */
	uint32_t self_vectors;	/* the board tested itself with */
	size_t host_vectors;	/* compared by the host, from sound or tensor */
	uint32_t run_us;	/* of one answer, by the board's clock */
	bool was_there;		/* ran it already, nothing was sent */
};

/*
 * Deliver.  ERR_UNSUPPORTED / ERR_NOFIT: not the board it was made for, or no
 * room; ERR_TRUST: the board refuses key, signature or counter; ERR_NO: the
 * board answers differently (the text says at which vector and whether its
 * features or its model differ) and has gone back; link errors as they are.
 */
int deliver(struct smp_link *sl, const struct firmware *firmware,
	    const struct progress *progress, struct deliver_report *report,
	    struct err *err);

/* Compare the board's answers with the golden vectors, from their sounds on
 * when there are any. ERR_NO says what differs. us: the longest answer. */
int deliver_golden(struct smp_link *sl, const struct firmware *firmware,
		   const struct progress *progress, size_t *compared,
		   uint32_t *us, struct err *err);

/*
 * Append a line to receipts/BOARD.tsv of the project: time (UTC), action,
 * artifact, identity on the board, version, counter, slot, result, bytes of
 * the container that were sent.
 */
struct deliver_receipt {
	const char *board, *action;
	const struct artifact *artifact;
	const struct deliver_report *report;
	int result;		/* 0 or ERR_* */
};

int deliver_receipt(const struct project *project,
		    const struct deliver_receipt *receipt, struct err *err);

/* Connect to the board named to (an entry of boards:), starting it when it is
 * an emulated one. As place_open, with its options or NULL. */
int deliver_connect(const struct project *project, const char *to,
		    struct smp_link **sl, struct err *err);
int deliver_connect_with(const struct project *project, const char *to,
			 const struct link_options *options,
			 struct smp_link **sl, struct err *err);

/*
 * What `tinyml flash` and `tinyml update` do.  Without a board: make the
 * artifact (firmware_stage).  With one: open the artifact of which (operand or
 * the project's), connect to that board, deliver, write the receipt.  text
 * gets what to tell.
 */
struct deliver_order {
	enum project_stage which;	/* STAGE_FLASH or STAGE_UPDATE */
	struct stage_args stage;
	const char *operand;		/* NULL: the project's */
	const char *to;			/* NULL: make */
};

int deliver_or_make(const struct deliver_order *order,
		    const struct progress *progress, struct buf *text,
		    struct err *err);

/* Append the report as text. */
void deliver_print(const struct deliver_report *report, const char *board,
		   struct buf *out);

#endif
