#include "dataset/tsv.h"

#include <string.h>

#include "base/text.h"

int tsv_fail(const struct tsv *tsv, int kind, const char *what,
	     struct err *err)
{
	err_set(err, kind, "%s", what);
	err_at(err, "member '%s', line %zu", tsv->member, tsv->line);
	return kind;
}

/* Cut the next line off; NULL when it has no end. */
static char *take_line(struct tsv *tsv)
{
	char *line = tsv->pos;
	char *end = memchr(line, '\n', (size_t)(tsv->end - line));

	tsv->line++;
	if (!end)
		return NULL;
	*end = '\0';
	tsv->pos = end + 1;
	return line;
}

int tsv_open(struct tsv *tsv, struct arena *arena,
	     const struct artifact_member *member, const char *header,
	     struct err *err)
{
	char *line;

	memset(tsv, 0, sizeof(*tsv));
	tsv->member = member->name;
	tsv->pos = arena_copy(arena, member->bytes, member->n);
	if (!tsv->pos)
		return err_nomem(err);
	tsv->end = tsv->pos + member->n;
	if (memchr(member->bytes, '\0', member->n) ||
	    memchr(member->bytes, '\r', member->n))
		return tsv_fail(tsv, ERR_FORMAT, "table holds a zero byte or "
				"a carriage return", err);
	line = take_line(tsv);
	if (!line || strcmp(line, header) != 0)
		return tsv_fail(tsv, ERR_FORMAT, "table has not the expected "
				"header line", err);
	for (tsv->count = 1; (header = strchr(header, '\t')); header++)
		tsv->count++;
	return 0;
}

int tsv_next(struct tsv *tsv, struct err *err)
{
	char *line;
	size_t n = 0;

	if (tsv->pos == tsv->end)
		return 0;
	line = take_line(tsv);
	if (!line)
		return tsv_fail(tsv, ERR_SHORT, "table ends inside a line",
				err);
	while (line && n < tsv->count) {
		tsv->fields[n] = strsep(&line, "\t");
		if (!*tsv->fields[n++])
			return tsv_fail(tsv, ERR_FORMAT, "field is empty",
					err);
	}
	if (line || n != tsv->count)
		return tsv_fail(tsv, ERR_FORMAT, "line has not as many fields "
				"as the header", err);
	return 1;
}

int tsv_u32(const struct tsv *tsv, size_t i, uint32_t min, uint32_t max,
	    uint32_t *value, struct err *err)
{
	long v;

	if (!text_long(tsv->fields[i], min, max, &v))
		return tsv_fail(tsv, ERR_RANGE, "number is malformed or out "
				"of range", err);
	*value = (uint32_t)v;
	return 0;
}

size_t tsv_lines(const struct artifact_member *member)
{
	const uint8_t *p = member->bytes, *end = p + member->n;
	size_t n = 0;

	while (p < end && (p = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		n++;
		p++;
	}
	return n;
}
