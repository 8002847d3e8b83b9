/* project_parse: any bytes are refused in words or give a whole project, whose
 * every key can be asked for. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "project/project.h"
#include "project/schema.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct project_board *board;
	struct err err = { 0 };
	struct project project;
	char room[4096];

	if (project_parse(&project, "tinyml.yaml", data, size, &err)) {
		assert(err.kind && err.text[0]);
	} else {
		for (size_t i = 0; i < schema_count; i++)
			project_value(&project, schema_rows[i].path, room,
				      sizeof(room));
		project_board(&project, "demo", &board, NULL);
	}
	project_release(&project);
	return 0;
}
