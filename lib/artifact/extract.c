#include "artifact/extract.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/text.h"

int extract_part(const struct artifact *a, const char *name,
		 const struct artifact_member **part, struct err *err)
{
	enum { NEAR_MAX = 256 };
	const char *names[NEAR_MAX], *near;
	size_t n = 0;

	for (size_t i = 0; i < a->part_count; i++) {
		*part = &a->parts[i];
		if (strcmp((*part)->name, name) == 0)
			return 0;
		if (n < NEAR_MAX)
			names[n++] = (*part)->name;
	}
	*part = NULL;
	err_set(err, ERR_MISSING, "there is no member '%s'", name);
	near = text_nearest(name, names, n);
	if (near)
		err_hint(err, "did you mean '%s'?", near);
	return ERR_MISSING;
}

static int write_part(const struct artifact_member *part, const char *folder,
		      struct err *err)
{
	char *path = file_join(folder, part->name);
	int ret = path ? file_mkparents(path, err) : err_nomem(err);

	if (!ret)
		ret = file_write(path, part->bytes, part->n, 0644, err);
	free(path);
	return ret;
}

int extract_all(const struct artifact *a, const char *folder, struct err *err)
{
	int ret = 0;

	if (mkdir(folder, 0777)) {
		if (errno != EEXIST)
			return err_errno(err, "cannot make folder '%s'",
					 folder);
		return err_set(err, ERR_BUSY, "'%s' exists already", folder);
	}
	for (size_t i = 0; i < a->part_count && !ret; i++)
		ret = write_part(&a->parts[i], folder, err);
	return ret;
}
