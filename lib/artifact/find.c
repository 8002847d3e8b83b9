#include <stdlib.h>
#include <string.h>

#include "artifact/artifact.h"

static int by_name(const void *name, const void *member)
{
	return strcmp(name, ((const struct artifact_member *)member)->name);
}

static int by_key(const void *key, const void *pair)
{
	return strcmp(key, ((const struct artifact_pair *)pair)->key);
}

const struct artifact_member *artifact_find(const struct artifact *artifact,
					    const char *name)
{
	if (!artifact->member_count)
		return NULL;
	return bsearch(name, artifact->members, artifact->member_count,
		       sizeof(*artifact->members), by_name);
}

const char *artifact_param(const struct artifact *artifact, const char *key)
{
	const struct artifact_pair *pair = NULL;

	if (artifact->param_count)
		pair = bsearch(key, artifact->params, artifact->param_count,
			       sizeof(*artifact->params), by_key);
	return pair ? pair->value : NULL;
}

int artifact_need(const struct artifact *artifact, const char *name,
		  const struct artifact_member **member, struct err *err)
{
	*member = artifact_find(artifact, name);
	if (*member)
		return 0;
	return err_set(err, ERR_FORMAT, "the %s artifact has no member '%s'",
		       artifact->stage, name);
}
