#include "project/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "project/sources.h"

/* What parts words of a shell line. */
static const char parting[] = " \t\r\n'\"`;|&()<>=";

const struct project_command *
project_command(const struct project *project, enum project_stage which)
{
	const struct project_command *c;

	switch (which) {
	case STAGE_COLLECT:
		c = &project->collect.command;
		break;
	case STAGE_LABEL:
		c = &project->label.command;
		break;
	case STAGE_TRAIN:
		c = &project->train.command;
		break;
	case STAGE_SQUEEZE:
		c = &project->squeeze.command;
		break;
	default:
		return NULL;
	}
	return c->line[0] ? c : NULL;
}

const char *project_command_text(const struct project *project,
				 enum project_stage which, char *out,
				 size_t n)
{
	const struct project_command *c = project_command(project, which);

	snprintf(out, n, "%s", c ? c->line : "");
	text_neutralise(out);
	return out;
}

const char *project_command_refused(const char *section)
{
	if (strcmp(section, "split") == 0)
		return "split proves its parts against the whole model: a "
		       "command can stand below squeeze";
	if (strcmp(section, "flash") == 0 || strcmp(section, "update") == 0)
		return "what a board runs is made and signed by tinyml alone: "
		       "a command can stand below squeeze";
	return NULL;
}

static int add_line(struct statcache *cache, const char *path,
		    const char *name, struct buf *out, struct err *err)
{
	char hex[DIGEST_HEX];
	struct digest digest;
	struct stat st;
	int ret;

	if (stat(path, &st) == 0 && S_ISREG(st.st_mode))
		ret = statcache_digest(cache, path, &st, &digest, err);
	else
		ret = sources_digest(cache, path, &digest, NULL, err);
	if (ret)
		return ret;
	digest_hex(&digest, hex);
	buf_addf(out, "%s  %s\n", hex, name);
	return out->failed ? err_nomem(err) : 0;
}

static bool has_line(const struct buf *out, const char *name)
{
	const char *at = out->len ? (const char *)out->data : "";
	size_t n = strlen(name);

	for (; *at; at = strchr(at, '\n') + 1) {
		at += DIGEST_HEX - 1 + 2;
		if (strncmp(at, name, n) == 0 && at[n] == '\n')
			return true;
	}
	return false;
}

/* A word of the line, when it names a file of the project. */
static int add_word(const struct project *project, struct statcache *cache,
		    const char *word, struct buf *out, struct err *err)
{
	struct stat st;
	char *path;
	int ret = 0;

	while (strncmp(word, "./", 2) == 0)
		word += 2;
	if (!*word || *word == '/' || strstr(word, "..") ||
	    has_line(out, word))
		return 0;
	path = project_path(project, word);
	if (!path)
		return err_nomem(err);
	if (stat(path, &st) == 0 && S_ISREG(st.st_mode))
		ret = add_line(cache, path, word, out, err);
	free(path);
	return ret;
}

static int add_input(const struct project *project, struct statcache *cache,
		     const char *name, struct buf *out, struct err *err)
{
	char *path = project_path(project, name);
	int ret = path ? add_line(cache, path, name, out, err) :
		err_nomem(err);

	if (ret == ERR_MISSING)
		err_hint(err, "'inputs' beside 'command' in tinyml.yaml "
			 "names it");
	free(path);
	return ret;
}

int project_command_files(const struct project *project,
			  const struct project_command *command,
			  struct statcache *cache, struct buf *out,
			  struct err *err)
{
	char *words = strdup(command->line), *rest = words, *word;
	int ret = words ? 0 : err_nomem(err);

	while (!ret && (word = strsep(&rest, parting)) != NULL)
		ret = add_word(project, cache, word, out, err);
	for (size_t i = 0; i < command->inputs.n && !ret; i++)
		ret = add_input(project, cache, command->inputs.items[i], out,
				err);
	free(words);
	return ret;
}
