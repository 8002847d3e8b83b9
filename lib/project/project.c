#include "project/project.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"

static const char *const stage_names[STAGE_COUNT] = {
	"collect", "label", "train", "squeeze", "split", "flash", "update",
};

const char *project_stage_name(enum project_stage stage)
{
	return stage_names[stage];
}

int project_stage_find(const char *name)
{
	for (int i = 0; i < STAGE_COUNT; i++)
		if (strcmp(stage_names[i], name) == 0)
			return i;
	return -1;
}

char *project_path(const struct project *project, const char *path)
{
	return file_join(project->root, path);
}

int project_board(const struct project *project, const char *name,
		  const struct project_board **board, struct err *err)
{
	struct buf known = BUF_INIT;

	for (size_t i = 0; i < project->board_count; i++) {
		*board = &project->boards[i];
		if (strcmp((*board)->name, name) == 0) {
			buf_release(&known);
			return 0;
		}
		buf_addf(&known, "%s%s", i ? ", " : "", (*board)->name);
	}
	*board = NULL;
	err_set(err, ERR_MISSING, "no board '%s' in tinyml.yaml", name);
	err_hint(err, "boards: has %s", known.len ? (char *)known.data
						  : "no entries yet");
	buf_release(&known);
	return ERR_MISSING;
}
