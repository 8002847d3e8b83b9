#include "project/init.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/program.h"
#include "project/keys.h"

enum { NAME_MAX_CHARS = 64, TEMPLATE_MAX = 1 << 16 };

/* The last part of the folder's real path. */
static int folder_name(const char *folder, char name[NAME_MAX_CHARS],
		       struct err *err)
{
	char *real = realpath(folder, NULL);

	if (!real)
		return err_errno(err, "cannot find '%s'", folder);
	snprintf(name, NAME_MAX_CHARS, "%s", strrchr(real, '/') + 1);
	free(real);
	return 0;
}

static int check_name(const char *name, struct err *err)
{
	size_t n = strlen(name);

	for (const char *p = name; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("-_.", *p))
			n = 0;
	if (n > 0 && n < NAME_MAX_CHARS - 8 && name[0] != '.' && name[0] != '-')
		return 0;
	err_set(err, ERR_USAGE, "'%s' cannot be a project's name", name);
	err_hint(err, "give --name with letters, digits, '-', '_' or '.'");
	return ERR_USAGE;
}

static int make_key(struct key_secret *key, const char *path, struct err *err)
{
	int ret = file_mkparents(path, err);

	if (!ret)
		ret = key_generate(key, err);
	if (!ret)
		ret = key_save(key, path, err);
	return ret;
}

/* The public half beside the key file: for an old key only when an init was
 * killed before it wrote that. */
static int have_public(const struct key_public *pub, const char *path,
		       bool is_new, struct err *err)
{
	char *name = NULL;
	int ret = 0;

	if (asprintf(&name, "%.*s.pub", (int)strlen(path) - 4, path) < 0)
		return err_nomem(err);
	if (is_new || !file_exists(name))
		ret = key_save_public(pub, name, err);
	free(name);
	return ret;
}

/* Load the key file, or make it. A file named by its path is left alone. */
static int have_key(const struct project *project, const char *name,
		    struct key_public *pub, bool *made, struct err *err)
{
	struct key_secret key;
	char *path = NULL;
	int ret = keys_path(project, name, &path, err);

	*made = !ret && !file_exists(path);
	if (!ret)
		ret = *made ? make_key(&key, path, err) :
			key_load(&key, path, err);
	if (!ret && (*made || !strchr(name, '/')))
		ret = have_public(&key.pub, path, *made, err);
	if (!ret)
		*pub = key.pub;
	explicit_bzero(&key, sizeof(key));
	free(path);
	return ret;
}

/* A line with another value; what is behind stays in its column. */
static void fill_line(const char *line, size_t n, const char *value,
		      struct buf *out)
{
	size_t key = strcspn(line, ":") + 2, start = out->len;
	const char *note = memchr(line, '#', n);

	buf_addf(out, "%.*s%s", (int)key, line, value);
	if (!note) {
		buf_addc(out, '\n');
		return;
	}
	buf_addf(out, "%*s ", (int)(note - line) - 1 -
		 (int)(out->len - start), "");
	buf_add(out, note, n - (size_t)(note - line));
}

/* The reference file, which is the demo's, with names filled in and labels
 * taken from folder names, where no pattern has to be known. */
static int fill_template(const char *text, const char *name, const char *key,
			 const char *device_key, struct buf *out)
{
	const struct {
		const char *start, *value;
	} own[] = {
		{ "project: ", name }, { "key: ", key },
		{ "device_key: ", device_key }, { "  from: ", "folder" },
		{ "  pattern: ", "\"\"" }, { "  group: ", "file" },
		{ "  classes: ", "[]" },
	};
	const size_t count = sizeof(own) / sizeof(own[0]);

	while (*text) {
		size_t n = strcspn(text, "\n"), i = 0;

		n += text[n] == '\n';
		while (i < count && strncmp(text, own[i].start,
					    strlen(own[i].start)) != 0)
			i++;
		if (i < count)
			fill_line(text, n, own[i].value, out);
		else
			buf_add(out, text, n);
		text += n;
	}
	return out->failed ? ERR_MEM : 0;
}

static int write_project_file(const char *path, const char *name,
			      const char *key, struct err *err)
{
	struct buf template = BUF_INIT, out = BUF_INIT;
	char from[PROGRAM_PATH], device_key[NAME_MAX_CHARS + 8];
	int ret;

	if (!program_data("tinyml.yaml.example", from)) {
		err_set(err, ERR_MISSING, "the installed reference "
			"'tinyml.yaml.example' is not there");
		err_hint(err, "install tinyml again");
		return ERR_MISSING;
	}
	ret = file_read(from, TEMPLATE_MAX, &template, err);
	snprintf(device_key, sizeof(device_key), "%s-device", name);
	if (!ret && fill_template((char *)template.data, name, key, device_key,
				  &out))
		ret = err_nomem(err);
	if (!ret)
		ret = file_write(path, out.data, out.len, 0644, err);
	buf_release(&template);
	buf_release(&out);
	return ret;
}

static int make_keys(const struct init_options *options, const char *name,
		     const char *key, struct init_result *result,
		     struct err *err)
{
	struct project here = { .root = options->folder };
	char device[NAME_MAX_CHARS + 8];
	int ret;

	snprintf(device, sizeof(device), "%s-device", name);
	if (options->key) {
		struct key_secret given;

		ret = key_load(&given, options->key, err);
		if (!ret)
			result->key = given.pub;
		explicit_bzero(&given, sizeof(given));
	} else {
		ret = have_key(&here, key, &result->key, &result->made_key,
			       err);
	}
	if (!ret)
		ret = have_key(&here, device, &result->device_key,
			       &result->made_device_key, err);
	return ret;
}

/* --key FILE is written into tinyml.yaml as an absolute path. */
static int key_entry(const struct init_options *options, const char *name,
		     char **key, struct err *err)
{
	*key = options->key ? realpath(options->key, NULL) : strdup(name);
	if (*key)
		return 0;
	return options->key ? err_errno(err, "cannot find key '%s'",
					options->key) : err_nomem(err);
}

int init_project(const struct init_options *options,
		 struct init_result *result, struct err *err)
{
	static const char ignore[] = "/.tinyml/\n/artifacts/\n";
	char name[NAME_MAX_CHARS], *yaml, *gitignore, *key = NULL;
	int ret = file_mkdirs(options->folder, err);

	*result = (struct init_result){ 0 };
	yaml = file_join(options->folder, "tinyml.yaml");
	gitignore = file_join(options->folder, ".gitignore");
	if (!ret && (!yaml || !gitignore))
		ret = err_nomem(err);
	if (!ret && file_exists(yaml))
		ret = err_set(err, ERR_BUSY, "'%s' exists already", yaml);
	if (!ret && !options->name)
		ret = folder_name(options->folder, name, err);
	else if (!ret)
		snprintf(name, sizeof(name), "%s", options->name);
	if (!ret)
		ret = check_name(name, err);
	if (!ret)
		ret = key_entry(options, name, &key, err);
	if (!ret)
		ret = make_keys(options, name, key, result, err);
	if (!ret && !file_exists(gitignore))
		ret = file_write(gitignore, ignore, sizeof(ignore) - 1, 0644,
				 err);
	if (!ret)
		ret = write_project_file(yaml, name, key, err);
	free(key);
	free(yaml);
	free(gitignore);
	return ret;
}
