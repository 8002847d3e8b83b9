/* By itself: who only asks what is stale need not link what writes artifacts,
 * nor load the libraries that takes. */
#include <string.h>

#include "project/schema.h"
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

static void add_text(struct digest_state *d, const char *name,
		     const char *value)
{
	digest_add(d, name, strlen(name));
	digest_add(d, "=", 1);
	digest_add(d, value, strlen(value) + 1);
}

struct digest stage_params_digest(const struct project *p,
				  enum project_stage which)
{
	struct digest_state d;
	char room[PROJECT_VALUE_BYTES];

	digest_init(&d);
	add_text(&d, "tool", TINYML_VERSION);
	for (size_t i = 0; i < schema_count; i++) {
		const char *path = schema_rows[i].path;

		if (stage_shaped_by(which, path))
			add_text(&d, path, project_value(p, path, room,
							 sizeof(room)));
	}
	return digest_end(&d);
}
