/*
 * ask - a board's answers: one function for each thing flash, update, infer
 * and verify want of it.
 *
 * All talk over an open struct smp_link (link/smp_link.h) and pass its errors
 * on; what is borrowed in an answer lives until the next call.
 */
#ifndef TINYML_FLASH_ASK_H
#define TINYML_FLASH_ASK_H

#include "artifact/digest.h"
#include "base/buf.h"
#include "base/progress.h"
#include "link/smp_link.h"

/* What to give smp_link_patience: a slot's erase or an answer may take a board
 * seconds. */
enum { ASK_PATIENCE_MS = 5000, ASK_RETRIES = 2 };

/* What a board may announce: sizes come from it and are untrusted. */
enum {
	ASK_RESULT_BYTES_MAX = 1 << 20,	/* outputs or features of one run */
	ASK_SLOT_BYTES_MAX = 16 << 20,	/* read back from one slot */
};

/* What the board is and runs, copied out of struct wire_info; texts are made
 * safe to print, in a receipt too. */
struct ask_info {
	char board[64], core[32], kernels[16], name[64], version[40];
	uint32_t ram, flash, arena, slots, slot_bytes, page, runtime;
	bool has_model;
	struct digest identity;
	uint32_t counter, floor, slot;
	bool trial, confirmed;
	uint32_t pcm, rate_hz, input, output;
};

int ask_info(struct smp_link *sl, struct ask_info *info, struct err *err);

/* One model slot as the board reports it. */
struct ask_slot {
	bool present;
	struct digest hash;	/* TLV 0x10 of its container */
	bool bootable, pending, active, confirmed;
};

int ask_slots(struct smp_link *sl, struct ask_slot slots[2],
	      struct err *err);

/* Give the board the key that signs its models unless it has this one.
 * ERR_TRUST when it has another. */
int ask_key(struct smp_link *sl, const uint8_t key[32], struct err *err);

struct ask_container {
	const uint8_t *bytes;
	size_t n;
	uint32_t page;		/* the board's, struct ask_info; not 0 */
};

/* Send a container, resuming where the board says; sent (may be NULL) gets
 * the bytes of it that went over the link, also on failure. */
int ask_upload(struct smp_link *sl, const struct ask_container *container,
	       const struct progress *progress, size_t *sent,
	       struct err *err);

/* Try the uploaded container at the next boot; keep the running one. */
int ask_try(struct smp_link *sl, const uint8_t hash[32], struct err *err);
int ask_confirm(struct smp_link *sl, struct err *err);

/*
 * Ask for a restart, once only (a second one would end a trial), and wait
 * until it answers again, opening the link anew when it went with the board;
 * leaves the patience above.  Where packets get lost
 * it may answer without having restarted: look.  ERR_TIMEOUT.
 */
int ask_reset(struct smp_link *sl, struct err *err);

/* The board's own self-test of the running model. ERR_NO when a vector
 * differs. vectors gets how many it has. */
int ask_selftest(struct smp_link *sl, uint32_t *vectors, struct err *err);

/* Starts as all zeros. */
struct ask_answer {
	struct buf output;
	struct buf features;	/* the model's input as the board computed it;
				   of sounds only */
	uint32_t us;		/* by the board's clock */
};

/*
 * Run the model on one input: kind WIRE_TENSOR or WIRE_PCM, n bytes.
 * ERR_DEVICE when the board says that its arena's guards are broken, that it
 * has more than ASK_RESULT_BYTES_MAX to tell, or tells what was not asked for.
 * ask_answer_release in every case.
 */
int ask_run(struct smp_link *sl, enum wire_kind kind, const void *input,
	    size_t n, struct ask_answer *answer, struct err *err);
void ask_answer_release(struct ask_answer *answer);

/* Starts as all zeros. */
struct ask_profile {
	uint32_t hz;		/* of its ticks */
	uint32_t features;	/* ticks of the features, of sounds only */
	uint32_t ops;
	struct buf ticks;	/* uint32_t of each operation */
};

/*
 * Run the model on one input and let the board count.  ERR_UNSUPPORTED when it
 * cannot; ERR_DEVICE when what it tells does not fit together.
 * ask_profile_release in every case.
 */
int ask_profile(struct smp_link *sl, enum wire_kind kind, const void *input,
		size_t n, struct ask_profile *profile, struct err *err);
void ask_profile_release(struct ask_profile *profile);

/* Append bytes [0, n) of a slot. n may be what the board claims: ERR_DEVICE
 * above ASK_SLOT_BYTES_MAX. */
int ask_read_slot(struct smp_link *sl, uint32_t slot, size_t n,
		  struct buf *out, const struct progress *progress,
		  struct err *err);

#endif
