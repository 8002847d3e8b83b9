/*
 * emit MODEL.tflite OUT.c [BYTES] - plan a model for KERN_SET_M4, in stripes
 * where its arena would be more than BYTES, and write it as C with the prefix
 * net.  Prints what a program made of it must answer
 * (answer.h), then bytes of arena, inputs and outputs, the weights and biases
 * in the model file, those without dead channels, and MACs.
 */
#include <stdio.h>
#include <stdlib.h>

#include "answer.h"
#include "base/file.h"
#include "model/tflite.h"

/* Weights and biases without packing: with KERN_SET_HOST all, with
 * KERN_SET_REF those of channels that are not dead. */
static int needed_bytes(const struct model *m, enum kern_set set,
			uint32_t *bytes, struct err *err)
{
	struct plan plan;
	int kind = plan_init(&plan, m, set, err);

	*bytes = plan.weight_bytes;
	plan_release(&plan);
	return kind;
}

int main(int argc, char **argv)
{
	struct buf file = BUF_INIT, source = BUF_INIT;
	struct err err = { 0 };
	struct plan_runner r;
	struct model m;
	struct plan plan;
	struct plan_options options = { .set = KERN_SET_M4 };
	uint32_t needed, alive;

	if (argc != 3 && argc != 4)
		return 2;
	if (argc == 4) {
		options.streaming = PLAN_STREAM_SHORT;
		options.arena_max = (uint32_t)strtoul(argv[3], NULL, 10);
	}
	if (file_read(argv[1], 1 << 24, &file, &err) ||
	    model_read_tflite(&m, file.data, file.len, &err) ||
	    needed_bytes(&m, KERN_SET_HOST, &needed, &err) ||
	    needed_bytes(&m, KERN_SET_REF, &alive, &err) ||
	    plan_init_options(&plan, &m, &options, &err) ||
	    plan_emit_c(&plan, "net", "", &source, &err) ||
	    file_write(argv[2], source.data, source.len, 0644, &err) ||
	    plan_runner_open_model(&r, &m, &err))
		return answer_fail(&err);
	printf("%08x %u %zu %zu %u %u %llu\n", answer(&r), plan.arena_bytes,
	       r.input_bytes, r.output_bytes, needed, alive,
	       (unsigned long long)plan.macs);
	plan_runner_close(&r);
	plan_release(&plan);
	model_release(&m);
	buf_release(&file);
	buf_release(&source);
	return 0;
}
