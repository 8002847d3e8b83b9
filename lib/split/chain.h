/*
 * chain - the parts of a split run on this machine, one after another.
 */
#ifndef TINYML_SPLIT_CHAIN_H
#define TINYML_SPLIT_CHAIN_H

#include "plan/runner.h"
#include "split/split.h"

/* One part: an own model, ready to run; or no operation at all. */
struct chain_part {
	struct plan_runner runner;
	bool is_empty;
};

/* Operations [first, end) of a model; empty when equal. chain_part_close in
 * every case. */
int chain_part_open(struct chain_part *part, const struct model *model,
		    int first, int end, struct err *err);
void chain_part_close(struct chain_part *part);

/* in and out hold the tensors one after another; an empty part copies n
 * bytes. */
void chain_part_run(struct chain_part *part, const uint8_t *in, size_t n,
		    uint8_t *out);

#endif
