/*
 * chain - the parts of a split run on this machine, one after another.
 */
#ifndef TINYML_SPLIT_CHAIN_H
#define TINYML_SPLIT_CHAIN_H

#include "plan/exec.h"
#include "split/split.h"

/* One part: an own model, ready to run. */
struct chain_part {
	struct model model;
	struct exec exec;
	bool is_empty;
};

/* Operations [first, end) of a model; empty when equal. chain_part_close in
 * every case. */
int chain_part_open(struct chain_part *part, const struct model *model,
		    int first, int end, struct err *err);
void chain_part_close(struct chain_part *part);

/* Bytes of all inputs, and of all outputs, one after another. */
size_t chain_input_bytes(const struct chain_part *part);
size_t chain_output_bytes(const struct chain_part *part);

/* in and out hold the tensors one after another; an empty part copies n
 * bytes. */
void chain_part_run(struct chain_part *part, const uint8_t *in, size_t n,
		    uint8_t *out);

#endif
