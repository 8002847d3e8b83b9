#include <stdio.h>
#include <string.h>

#include "command/command.h"

int command_put_npy(const struct command *command, const char *name,
		    const struct command_array *array, struct err *err)
{
	static const char magic[] = "\x93NUMPY\x01";	/* and 0: version 1.0 */
	struct buf file = BUF_INIT;
	size_t n = 4;
	int ret;

	buf_add(&file, magic, sizeof(magic));
	buf_add16(&file, COMMAND_NPY_HEADER - 10);
	buf_addf(&file, "{'descr': '%s', 'fortran_order': False, 'shape': (",
		 array->type);
	for (int i = 0; i < array->rank; i++) {
		buf_addf(&file, "%zu,%s", array->shape[i],
			 i < array->rank - 1 ? " " : "");
		n *= array->shape[i];
	}
	buf_adds(&file, "), }");
	while (!file.failed && file.len < COMMAND_NPY_HEADER - 1)
		buf_addc(&file, ' ');
	buf_addc(&file, '\n');
	buf_add(&file, array->data, n);
	ret = file.failed ? err_nomem(err) :
		command_put(command, name, file.data, file.len, err);
	buf_release(&file);
	return ret;
}
