#include "project/lock.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"

enum { LOCK_BYTES_MAX = 1 << 16, LINE = 320 };

static const char head[] = "# tinyml.lock 1";

/* "name=HEX" at *p, which moves behind it. */
static bool field(const char **p, const char *name, struct digest *digest)
{
	size_t n = strlen(name);
	char hex[DIGEST_HEX];

	if (strncmp(*p, name, n) != 0 || strlen(*p + n) < DIGEST_HEX - 1)
		return false;
	memcpy(hex, *p + n, DIGEST_HEX - 1);
	hex[DIGEST_HEX - 1] = '\0';
	*p += n + DIGEST_HEX - 1;
	return digest_unhex(digest, hex);
}

static bool parse_line(struct lock *lock, const char *line)
{
	size_t n = strcspn(line, " ");
	const char *p = line + n;
	char name[16];
	struct lock_line *l;
	int stage;

	if (n >= sizeof(name))
		return false;
	memcpy(name, line, n);
	name[n] = '\0';
	stage = project_stage_find(name);
	if (stage < 0 || lock->stages[stage].present)
		return false;
	l = &lock->stages[stage];
	l->present = field(&p, " params=", &l->params) &&
		     field(&p, " inputs=", &l->inputs) &&
		     field(&p, " output=", &l->output) && !*p;
	return l->present;
}

static int bad(const char *path, int line, struct err *err)
{
	err_set(err, ERR_FORMAT, "'%s' is damaged", path);
	err_at(err, "line %d", line);
	err_hint(err, "delete it: 'tinyml run' makes it anew");
	return ERR_FORMAT;
}

static int parse(struct lock *lock, const char *path, const char *text,
		 struct err *err)
{
	char line[LINE];

	for (int number = 1; *text; number++) {
		size_t n = strcspn(text, "\n");

		if (n >= sizeof(line) || text[n] != '\n')
			return bad(path, number, err);
		memcpy(line, text, n);
		line[n] = '\0';
		text += n + 1;
		if (number == 1 ? strcmp(line, head) != 0
				: !parse_line(lock, line))
			return bad(path, number, err);
	}
	return 0;
}

int lock_read(struct lock *lock, const char *path, struct err *err)
{
	struct buf text = BUF_INIT;
	int ret = 0;

	*lock = (struct lock){ 0 };
	if (!file_exists(path))
		return 0;
	ret = file_read(path, LOCK_BYTES_MAX, &text, err);
	if (!ret && (!text.data || memchr(text.data, 0, text.len)))
		ret = bad(path, 1, err);
	if (!ret)
		ret = parse(lock, path, (char *)text.data, err);
	buf_release(&text);
	return ret;
}

int lock_write(const struct lock *lock, const char *path, struct err *err)
{
	/* the stages in byte order of their names */
	static const enum project_stage order[STAGE_COUNT] = {
		STAGE_COLLECT, STAGE_FLASH, STAGE_LABEL, STAGE_SPLIT,
		STAGE_SQUEEZE, STAGE_TRAIN, STAGE_UPDATE,
	};
	char params[DIGEST_HEX], inputs[DIGEST_HEX], output[DIGEST_HEX];
	struct buf text = BUF_INIT;
	int ret;

	buf_addf(&text, "%s\n", head);
	for (int i = 0; i < STAGE_COUNT; i++) {
		const struct lock_line *l = &lock->stages[order[i]];

		if (!l->present)
			continue;
		digest_hex(&l->params, params);
		digest_hex(&l->inputs, inputs);
		digest_hex(&l->output, output);
		buf_addf(&text, "%s params=%s inputs=%s output=%s\n",
			 project_stage_name(order[i]), params, inputs, output);
	}
	ret = text.failed ? err_nomem(err)
			  : file_write(path, text.data, text.len, 0644, err);
	buf_release(&text);
	return ret;
}
