#include "project/keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

static int config_folder(char **folder, struct err *err)
{
	const char *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	int n;

	if (xdg && xdg[0] == '/') {
		n = asprintf(folder, "%s/tinyml/keys", xdg);
	} else if (home && home[0]) {
		n = asprintf(folder, "%s/.config/tinyml/keys", home);
	} else {
		*folder = NULL;
		err_set(err, ERR_MISSING, "no home folder to keep keys in");
		err_hint(err, "set HOME or XDG_CONFIG_HOME, or name a key file "
			 "with a slash");
		return ERR_MISSING;
	}
	return n < 0 ? err_nomem(err) : 0;
}

int keys_path(const struct project *project, const char *name, char **path,
	      struct err *err)
{
	char *folder = NULL;
	int ret;

	*path = NULL;
	if (!name[0]) {
		err_set(err, ERR_MISSING, "no key is named");
		err_hint(err, "set 'key:' in tinyml.yaml, give --key FILE, or "
			 "say --unsigned");
		return ERR_MISSING;
	}
	if (strchr(name, '/')) {
		*path = project_path(project, name);
		return *path ? 0 : err_nomem(err);
	}
	ret = config_folder(&folder, err);
	if (!ret && asprintf(path, "%s/%s.key", folder, name) < 0) {
		*path = NULL;
		ret = err_nomem(err);
	}
	free(folder);
	return ret;
}

int keys_secret(const struct project *project, const char *override,
		struct key_secret *key, struct err *err)
{
	char *path;
	int ret;

	if (override)
		return key_load(key, override, err);
	ret = keys_path(project, project->key, &path, err);
	if (!ret)
		ret = key_load(key, path, err);
	free(path);
	return ret;
}

int keys_device(const struct project *project, struct key_secret *key,
		struct err *err)
{
	char *path;
	int ret;

	if (!project->device_key[0]) {
		err_set(err, ERR_MISSING, "no device key is named");
		err_hint(err, "set 'device_key:' in tinyml.yaml");
		return ERR_MISSING;
	}
	ret = keys_path(project, project->device_key, &path, err);
	if (!ret)
		ret = key_load(key, path, err);
	free(path);
	return ret;
}

int keys_public(const struct project *project, const char *name,
		struct key_public *pub, bool *found, struct err *err)
{
	char *path = NULL;
	size_t n;
	int ret = 0;

	*found = false;
	if (!name[0] || keys_path(project, name, &path, NULL))
		return 0;
	n = strlen(path);
	if (n > 4 && strcmp(path + n - 4, ".key") == 0) {
		memcpy(path + n - 4, ".pub", 5);
		*found = file_exists(path);
	}
	if (*found)
		ret = key_load_public(pub, path, err);
	free(path);
	return ret;
}

int keys_trust(const struct project *project, bool allow_unsigned,
	       struct artifact_trust *trust, struct err *err)
{
	struct key_public pub;
	bool found;
	int ret;

	*trust = (struct artifact_trust){ .allow_unsigned = allow_unsigned };
	ret = keys_public(project, project->key, &pub, &found, err);
	if (!ret && found)
		ret = key_ring_add(&trust->ring, &pub, err);
	for (size_t i = 0; i < project->trusted.n && !ret; i++) {
		ret = key_from_text(&pub, project->trusted.items[i], err);
		if (ret)
			err_at(err, "trusted[%zu] in tinyml.yaml", i);
		else
			ret = key_ring_add(&trust->ring, &pub, err);
	}
	return ret;
}
