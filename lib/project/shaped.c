/* By itself: who only asks what is stale need not link what writes artifacts,
 * nor load the libraries that takes. */
#include <string.h>

#include "project/stage.h"

bool stage_shaped_by(enum project_stage which, const char *path)
{
	const char *name = project_stage_name(which);
	size_t n = strlen(name);

	if (strncmp(path, name, n) == 0 && path[n] == '.')
		return strcmp(path + n, ".timeout_seconds") != 0;
	switch (which) {
	case STAGE_TRAIN:
		return strncmp(path, "features.", 9) == 0;
	case STAGE_SQUEEZE:
		return strcmp(path, "targets") == 0 ||
		       strcmp(path, "project") == 0;
	case STAGE_SPLIT:
		return strcmp(path, "project") == 0;
	default:
		return false;
	}
}
