#include <stdlib.h>
#include <string.h>

#include "model/prune.h"

static bool is_port(const int *ports, int n, int tensor)
{
	for (int i = 0; i < n; i++)
		if (ports[i] == tensor)
			return true;
	return false;
}

/* From the last operation on: what is read later, or goes out. */
static void mark(const struct model *m, bool *is_read)
{
	for (int i = 0; i < m->output_count; i++)
		is_read[m->outputs[i]] = true;
	for (int i = m->op_count - 1; i >= 0; i--) {
		const struct model_op *op = &m->ops[i];

		for (int k = 0; k < op->input_count; k++)
			if (op->inputs[k] >= 0 && is_read[op->output])
				is_read[op->inputs[k]] = true;
	}
}

static void keep_ops(struct model *m, const bool *is_read)
{
	int n = 0;

	for (int i = 0; i < m->op_count; i++)
		if (is_read[m->ops[i].output])
			m->ops[n++] = m->ops[i];
	m->op_count = n;
}

/* Tensors move up; map has their new numbers. */
static void keep_tensors(struct model *m, const bool *is_read, int *map)
{
	int n = 0;

	for (int i = 0; i < m->tensor_count; i++) {
		map[i] = -1;
		if (!is_read[i] && !is_port(m->inputs, m->input_count, i))
			continue;
		map[i] = n;
		m->tensors[n++] = m->tensors[i];
	}
	m->tensor_count = n;
}

static void renumber(struct model *m, const int *map)
{
	for (int i = 0; i < m->op_count; i++) {
		struct model_op *op = &m->ops[i];

		for (int k = 0; k < op->input_count; k++)
			if (op->inputs[k] >= 0)
				op->inputs[k] = map[op->inputs[k]];
		op->output = map[op->output];
	}
	for (int i = 0; i < m->input_count; i++)
		m->inputs[i] = map[m->inputs[i]];
	for (int i = 0; i < m->output_count; i++)
		m->outputs[i] = map[m->outputs[i]];
}

int model_prune(struct model *m, struct err *err)
{
	bool *is_read = calloc((size_t)m->tensor_count + 1, sizeof(*is_read));
	int *map = calloc((size_t)m->tensor_count + 1, sizeof(*map));

	if (!is_read || !map) {
		free(is_read);
		free(map);
		return err_nomem(err);
	}
	mark(m, is_read);
	keep_ops(m, is_read);
	keep_tensors(m, is_read, map);
	renumber(m, map);
	free(is_read);
	free(map);
	return 0;
}
