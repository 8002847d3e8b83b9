#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "project/project.h"

enum { PROJECT_BYTES_MAX = 1 << 20 };

/* The nearest folder from start upwards that holds tinyml.yaml, or NULL. */
static char *find_root(const char *start)
{
	char *folder = strdup(start);

	for (int up = 0; folder && up < 64; up++) {
		char *file = file_join(folder, "tinyml.yaml"), *above;
		bool found = file && file_exists(file);

		free(file);
		if (found)
			return folder;
		if (strcmp(folder, ".") == 0)
			above = strdup("..");
		else
			above = file_join(folder, "..");
		free(folder);
		folder = above;
	}
	free(folder);
	return NULL;
}

int project_open(struct project *project, const char *start, struct err *err)
{
	char *root = find_root(start), *path = NULL;
	struct buf text = BUF_INIT;
	int ret;

	*project = (struct project){ 0 };
	if (!root) {
		err_set(err, ERR_MISSING, "no tinyml.yaml in '%s' or above",
			start);
		err_hint(err, "make a project with 'tinyml init'");
		return ERR_MISSING;
	}
	path = file_join(root, "tinyml.yaml");
	ret = path ? file_read(path, PROJECT_BYTES_MAX, &text, err)
		   : err_nomem(err);
	if (!ret)
		ret = project_parse(project, path, text.data, text.len, err);
	if (project->memory) {
		project->root = arena_text(project->memory, root);
		if (!project->root)
			ret = err_nomem(err);
	}
	buf_release(&text);
	free(path);
	free(root);
	return ret;
}

void project_release(struct project *project)
{
	if (project->memory)
		arena_release(project->memory);
	free(project->memory);
	*project = (struct project){ 0 };
}
