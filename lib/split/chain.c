#include "split/chain.h"

#include <string.h>

#include "model/cut.h"

int chain_part_open(struct chain_part *part, const struct model *model,
		    int first, int end, struct err *err)
{
	int ret;

	*part = (struct chain_part){ .is_empty = first == end };
	if (part->is_empty)
		return 0;
	ret = model_cut(&part->model, model, first, end, NULL, NULL, err);
	return ret ? ret : exec_open(&part->exec, &part->model, KERN_SET_REF,
				     err);
}

void chain_part_close(struct chain_part *part)
{
	if (!part->is_empty) {
		exec_close(&part->exec);
		model_release(&part->model);
	}
	*part = (struct chain_part){ .is_empty = true };
}

size_t chain_input_bytes(const struct chain_part *part)
{
	size_t n = 0;

	for (unsigned i = 0; i < run_input_count(&part->exec.run); i++)
		n += run_input(&part->exec.run, i).desc.bytes;
	return n;
}

size_t chain_output_bytes(const struct chain_part *part)
{
	size_t n = 0;

	for (unsigned i = 0; i < run_output_count(&part->exec.run); i++)
		n += run_output(&part->exec.run, i).desc.bytes;
	return n;
}

void chain_part_run(struct chain_part *part, const uint8_t *in, size_t n,
		    uint8_t *out)
{
	struct run *run = &part->exec.run;

	if (part->is_empty) {
		memcpy(out, in, n);
		return;
	}
	for (unsigned i = 0; i < run_input_count(run); i++) {
		struct run_tensor t = run_input(run, i);

		memcpy(t.data, in, t.desc.bytes);
		in += t.desc.bytes;
	}
	run_invoke(run);
	for (unsigned i = 0; i < run_output_count(run); i++) {
		struct run_tensor t = run_output(run, i);

		memcpy(out, t.data, t.desc.bytes);
		out += t.desc.bytes;
	}
}
