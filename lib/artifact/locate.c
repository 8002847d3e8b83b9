#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "artifact/artifact.h"
#include "base/file.h"

static bool has_id(const char *path, const struct digest *id)
{
	struct digest found;

	return artifact_identity(path, &found, NULL) == 0 &&
	       digest_equal(&found, id);
}

static int is_tar(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name);

	return n > 4 && entry->d_name[0] != '.' &&
	       strcmp(entry->d_name + n - 4, ".tar") == 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* A path to free, or NULL. */
static char *find_in(const char *folder, const struct digest *id)
{
	struct dirent **entries;
	char *path = NULL;
	int n = scandir(folder, &entries, is_tar, by_name);

	for (int i = 0; i < n; i++) {
		if (!path) {
			path = file_join(folder, entries[i]->d_name);
			if (path && !has_id(path, id)) {
				free(path);
				path = NULL;
			}
		}
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	return path;
}

static char *find(const struct digest *id,
		  const struct artifact_places *places)
{
	for (size_t i = 0; i < places->file_count; i++)
		if (has_id(places->files[i], id))
			return strdup(places->files[i]);
	return places->folder ? find_in(places->folder, id) : NULL;
}

int artifact_locate(struct artifact **out, const struct digest *id,
		    const char *want, const struct artifact_places *places,
		    const struct artifact_trust *trust, struct err *err)
{
	char hex[DIGEST_HEX], *path;
	int ret;

	*out = NULL;
	path = find(id, places);
	if (!path) {
		digest_hex(id, hex);
		err_set(err, ERR_MISSING, "no %s artifact %.16s in '%s'",
			want ? want : "such", hex,
			places->folder ? places->folder : "");
		err_hint(err, "name the file with --input, or make it again");
		return ERR_MISSING;
	}
	ret = artifact_open(out, path, want, trust, err);
	if (!ret && !digest_equal(&(*out)->id, id)) {
		artifact_close(*out);
		*out = NULL;
		ret = err_set(err, ERR_BUSY, "'%s' changed while it was read",
			      path);
	}
	free(path);
	return ret;
}
