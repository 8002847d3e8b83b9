/*
 * native [stream] - run emitted C (emit.c's table) on this machine: inputs from
 * standard input, outputs to standard output.  States begin anew with each
 * input, but for the first only with "stream".
 */
#include <stdbool.h>
#include <stdio.h>

#include "model.h"

static bool fill(const struct model_ports *in)
{
	for (unsigned i = 0; i < in->count; i++)
		if (!fread(in->data(i), in->bytes[i], 1, stdin))
			return false;
	return true;
}

int main(int argc, char **argv)
{
	const struct board_model *m = board_model();

	(void)argv;
	m->reset();
	while (fill(&m->in)) {
		if (argc == 1)
			m->reset();
		m->invoke();
		for (unsigned i = 0; i < m->out.count; i++)
			fwrite(m->out.data(i), m->out.bytes[i], 1, stdout);
	}
	return ferror(stdout) != 0;
}
