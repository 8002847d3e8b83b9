/*
 * profile - what each operation of a model costs on a board, counted there.
 *
 *     struct profile p;
 *
 *     if (!profile_board(&p, &stage, "demo", &err))
 *             profile_print(&p, &text);
 *     profile_release(&p);
 *
 * The board runs the model once on silence (or on zeros, when it takes
 * tensors) and counts.  Under QEMU, started for this, what is counted are
 * instructions, the same in every run; on a real board they are cycles of the
 * processor.  Names, shapes and places come from the model image that the
 * project's artifacts hold for this board.
 *
 * Where instructions are counted and the core is one of those below, cycles
 * are estimated; the factors are assumptions, not measurements, and the text
 * says so:
 *     Cortex-M4    1.2 an instruction: loads that are used at once, branches,
 *                  no flash wait states
 *     Cortex-M55   2 an instruction: as if each were a vector instruction of
 *                  128 bits, which takes two; an upper bound without memory
 *                  waits
 */
#ifndef TINYML_FLASH_PROFILE_H
#define TINYML_FLASH_PROFILE_H

#include "base/buf.h"
#include "flash/ask.h"
#include "plan/runner.h"
#include "project/stage.h"

struct profile {
	char board[64];			/* as the project calls it */
	struct ask_info info;
	struct ask_profile asked;
	struct plan_runner image;
	bool has_image;
	bool is_counted;		/* instructions; false: cycles */
};

/* How much an operation took: its ticks in instructions or cycles. */
uint64_t profile_count(const struct profile *p, uint32_t ticks);

/* Cycles for each instruction that are assumed; 0: nothing is assumed. */
double profile_cycles_factor(const struct profile *p);

/*
 * ERR_NO when the board runs another model than the project's; ERR_UNSUPPORTED
 * when it cannot count; errors of links and artifacts as they are.
 * profile_release in every case.
 */
int profile_board(struct profile *p, struct stage *stage, const char *to,
		  struct err *err);
void profile_release(struct profile *p);

/* Append a table for people: per operation the count, its share, MACs, count
 * per MAC, estimated cycles and a map of the arena. */
void profile_print(const struct profile *p, struct buf *out);

/* Append the same as JSON. */
void profile_json(const struct profile *p, struct buf *out);

#endif
