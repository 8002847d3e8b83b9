/*
 * slots - which model runs: two slots, two boot records, one upload record.
 *
 * Flash, all areas starting at a sector and in whole sectors:
 *
 *     record[0]   one sector   \ redundant boot records; the valid one with
 *     record[1]   one sector   / the higher sequence counts
 *     upload      one sector   how far an upload has come
 *     key         one sector   the public key that signs models (mcu/boot)
 *     slot[0]     slot_bytes   \ models, run in place
 *     slot[1]     slot_bytes   /
 *
 * A boot record, 32 bytes (padded with 0xFF to whole write units):
 *
 *     0  magic "TMLb"   4  format u16 = 1   6  active u8   7  trial u8
 *     8  sequence u32   12 attempts u8  13 confirmed u8   14 zero u16
 *     16 minimum security counter u32   20 eight zero bytes   28 CRC-32
 *
 * A record is written by erasing the sector that does not hold the current one
 * and programming it once; a power cut leaves the current one untouched.
 *
 *     state                       active trial attempts  next boot runs
 *     no model                    -      -     0         nothing
 *     model confirmed             A      -     0         A
 *     slots_try(B)                A      B     1         B, on trial
 *     boot has begun the trial    A      B     0         A again (rollback)
 *     slots_confirm               B      -     0         B
 *
 * The attempt is consumed (written) before the trial runs, so a model that
 * crashes, hangs or fails its golden vectors costs one boot.  When both
 * records are bad there is no model and the agent still takes updates (the
 * minimum counter is then recovered from the slots, see mcu/boot).
 *
 * The upload record is a header and one mark (a write unit of zeros) for each
 * sector of the slot that is complete.  After a reset an upload of the same
 * bytes goes on at the first sector without a mark: at most one sector is
 * sent again.  The record is erased when the slot is given up.
 */
#ifndef TINYML_IMAGE_SLOTS_H
#define TINYML_IMAGE_SLOTS_H

#include <stdbool.h>
#include <stdint.h>

#include "bits/err.h"
#include "image/flash.h"

enum {
	SLOT_COUNT = 2,
	SLOT_NONE = 0xFF,
	SLOTS_RECORD_BYTES = 32,
	SLOTS_UPLOAD_BYTES = 64,
	SLOTS_SHA_BYTES = 32,
};

struct slots_layout {
	uint32_t record[2], upload, key, slot[SLOT_COUNT], slot_bytes;
};

/* The current boot record, and what this boot makes of it. */
struct slots_state {
	uint32_t sequence;
	uint32_t minimum_counter;	/* lower counters are refused */
	uint8_t active;		/* confirmed model, or SLOT_NONE */
	uint8_t trial;		/* model to try or on trial, or SLOT_NONE */
	uint8_t attempts;	/* boots left for the trial: 1, then 0 */
	uint8_t confirmed;	/* 1 when active was confirmed by a host */
	uint8_t place;		/* record it was read from, or SLOT_NONE */
	uint8_t running;	/* slot this boot runs, or SLOT_NONE */
	bool rolled_back;	/* this boot gave up an unconfirmed trial */
};

/* Every area inside the flash, on sector bounds, none overlapping, the upload
 * record's marks fit its sector?  0 or ERR_RANGE. */
int slots_check_layout(const struct flash *flash,
		       const struct slots_layout *layout);

/* Read the current record; all SLOT_NONE when there is none. Writes nothing. */
void slots_read(const struct flash *flash, const struct slots_layout *layout,
		struct slots_state *state);

/*
 * Once per boot: consume an attempt or give up a trial, and decide
 * state->running.  When the record cannot be written the trial is not run:
 * the active model is.  0, or the flash's error with state still usable.
 */
int slots_boot(const struct flash *flash, const struct slots_layout *layout,
	       struct slots_state *state);

/* The slot an upload may go to, without losing the model that must stay:
 * SLOT_NONE while an unconfirmed trial runs and the other slot is the only
 * way back. */
uint8_t slots_spare(const struct slots_state *state);

/* Try the model in slot at the next boot. The caller has verified it.
 * ERR_RANGE (slot), ERR_BUSY (a trial is running), or the flash's error. */
int slots_try(const struct flash *flash, const struct slots_layout *layout,
	      struct slots_state *state, uint8_t slot);

/* The running trial is good: make it active and raise the minimum counter to
 * counter (never lowers it). ERR_NO when no trial is running. */
int slots_confirm(const struct flash *flash,
		  const struct slots_layout *layout,
		  struct slots_state *state, uint32_t counter);

/* Give up a trial that is pending or failed its self-test; nothing to do is
 * no error. A running trial keeps running until the reset. */
int slots_reject(const struct flash *flash, const struct slots_layout *layout,
		 struct slots_state *state);

/* ---- upload record ---- */

struct slots_upload {
	uint8_t slot;			/* SLOT_NONE: no upload */
	uint32_t total_bytes;
	uint8_t sha[SLOTS_SHA_BYTES];	/* SHA-256 of all bytes sent */
	uint32_t done_bytes;		/* in flash for certain; whole sectors,
					 * or total_bytes */
};

/* How far the last upload came. */
void slots_upload_read(const struct flash *flash,
		       const struct slots_layout *layout,
		       struct slots_upload *upload);

/* Start anew with the slot, size and sha in *upload; done_bytes becomes 0.
 * The slot's own bytes are erased sector by sector as they are written.
 * ERR_RANGE, ERR_NOFIT (larger than a slot), or the flash's error. */
int slots_upload_begin(const struct flash *flash,
		       const struct slots_layout *layout,
		       struct slots_upload *upload);

/* The sector at done_bytes has been written: mark it and advance. */
int slots_upload_mark(const struct flash *flash,
		      const struct slots_layout *layout,
		      struct slots_upload *upload);

/* Forget the upload. */
int slots_upload_end(const struct flash *flash,
		     const struct slots_layout *layout,
		     struct slots_upload *upload);

#endif
