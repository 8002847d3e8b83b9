#include "project/believe.h"

#include <stdlib.h>

#include "base/file.h"
#include "project/keys.h"

static int add_pub(struct key_ring *ring, const char *pub, struct err *err)
{
	struct key_public key;
	struct err why = { 0 };
	int ret = 0;

	if (key_from_text(&key, pub, &why)) {
		if (!file_exists(pub))
			err_set(err, ERR_MISSING, "'%s' is neither a public "
				"key nor a file that holds one", pub);
		ret = file_exists(pub) ? key_load_public(&key, pub, err) :
		      ERR_MISSING;
	}
	return ret ? ret : key_ring_add(ring, &key, err);
}

static int open_project(struct project *project, const char *start,
			struct err *err)
{
	struct err why = { 0 };
	int ret = project_open(project, start ? start : ".", &why);

	if (ret == ERR_MISSING && !start)
		return project_defaults(project, err);
	if (ret && err && !err->kind)
		*err = why;
	return ret;
}

int believe_open(struct believe *b, const char *start,
		 const char *const *pubs, size_t n, struct err *err)
{
	int ret;

	*b = (struct believe){ 0 };
	ret = open_project(&b->project, start, err);
	if (!ret && !n && b->project.loaded)
		ret = keys_trust(&b->project, false, &b->trust, err);
	for (size_t i = 0; i < n && !ret; i++)
		ret = add_pub(&b->trust.ring, pubs[i], err);
	if (!ret) {
		b->folder = project_path(&b->project, "artifacts");
		ret = b->folder ? 0 : err_nomem(err);
	}
	return ret;
}

void believe_close(struct believe *b)
{
	project_release(&b->project);
	key_ring_release(&b->trust.ring);
	free(b->folder);
	*b = (struct believe){ 0 };
}
