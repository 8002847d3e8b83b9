#include "dataset/csv.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t bom[3] = { 0xef, 0xbb, 0xbf };

/* Length of the line at p, without its end. */
static size_t line_length(const struct cursor *cur)
{
	const uint8_t *end = memchr(cur->pos, '\n', cursor_left(cur));

	return end ? (size_t)(end - cur->pos) : cursor_left(cur);
}

static char guess_separator(const uint8_t *line, size_t n)
{
	static const char candidates[] = "\t;,";
	size_t best = 0;
	char chosen = ',';

	for (const char *c = candidates; *c; c++) {
		size_t found = 0;
		bool quoted = false;

		for (size_t i = 0; i < n; i++) {
			quoted = quoted != (line[i] == '"');
			found += !quoted && line[i] == (uint8_t)*c;
		}
		if (found > best) {
			best = found;
			chosen = *c;
		}
	}
	return chosen;
}

static bool is_skipped(const uint8_t *line, size_t n)
{
	if (n && line[0] == '#')
		return true;
	while (n && (line[n - 1] == '\r' || line[n - 1] == ' '))
		n--;
	return n == 0;
}

/* Take one line off the cursor; n without CR and LF. */
static const uint8_t *take_line(struct csv *csv, size_t *n)
{
	const uint8_t *line;

	*n = line_length(&csv->cur);
	line = cursor_take(&csv->cur, *n);
	if (cursor_left(&csv->cur))
		cursor_take(&csv->cur, 1);
	csv->line++;
	if (*n && line[*n - 1] == '\r')
		(*n)--;
	return line;
}

void csv_open(struct csv *csv, const void *bytes, size_t n)
{
	struct cursor cur;

	memset(csv, 0, sizeof(*csv));
	csv->cur = cursor_init(bytes, n);
	if (n >= sizeof(bom) && memcmp(csv->cur.pos, bom, sizeof(bom)) == 0)
		cursor_take(&csv->cur, sizeof(bom));
	cur = csv->cur;
	while (cursor_left(&cur) && is_skipped(cur.pos, line_length(&cur))) {
		cursor_take(&cur, line_length(&cur));
		if (cursor_left(&cur))
			cursor_take(&cur, 1);
	}
	csv->separator = guess_separator(cur.pos, line_length(&cur));
}

void csv_close(struct csv *csv)
{
	buf_release(&csv->room);
}

static int fail(const struct csv *csv, size_t column, int kind,
		const char *what, struct err *err)
{
	err_set(err, kind, "%s%s%s", csv->name ? csv->name : "",
		csv->name ? ": " : "", what);
	err_at(err, "line %zu, column %zu", csv->line, column);
	return kind;
}

/* Unquote from p to *out; both move. */
static int take_quoted(const uint8_t **p, const uint8_t *end, char **out)
{
	for ((*p)++; *p < end; (*p)++) {
		if (**p == '"') {
			if (*p + 1 == end || (*p)[1] != '"') {
				(*p)++;
				return 0;
			}
			(*p)++;
		}
		*(*out)++ = (char)**p;
	}
	return ERR_SHORT;
}

static void trim_right(const char *start, char **out)
{
	while (*out > start && (*out)[-1] == ' ')
		(*out)--;
}

/* One field up to the separator or the end of the line. */
static int take_field(struct csv *csv, const uint8_t *line,
		      const uint8_t **p, const uint8_t *end, char **out,
		      struct err *err)
{
	char *start = *out;

	while (*p < end && **p == ' ' && csv->separator != ' ')
		(*p)++;
	csv->fields[csv->count] = start;
	csv->columns[csv->count] = (size_t)(*p - line) + 1;
	if (*p < end && **p == '"') {
		if (take_quoted(p, end, out))
			return fail(csv, csv->columns[csv->count], ERR_FORMAT,
				    "quote is not closed on its line", err);
		while (*p < end && **p == ' ')
			(*p)++;
		if (*p < end && **p != (uint8_t)csv->separator)
			return fail(csv, (size_t)(*p - line) + 1, ERR_FORMAT,
				    "text behind a closing quote", err);
	} else {
		while (*p < end && **p != (uint8_t)csv->separator)
			*(*out)++ = (char)*(*p)++;
		trim_right(start, out);
	}
	*(*out)++ = '\0';
	csv->count++;
	return 0;
}

static int split(struct csv *csv, const uint8_t *line, size_t n,
		 struct err *err)
{
	const uint8_t *p = line, *end = line + n;
	char *out;
	int ret;

	if (n > CSV_LINE_MAX)
		return fail(csv, 1, ERR_LIMIT, "line is too long", err);
	if (memchr(line, '\0', n))
		return fail(csv, 1, ERR_FORMAT, "line holds a zero byte: not "
			    "text", err);
	buf_clear(&csv->room);
	/* a field is never longer than its text and a NUL */
	out = (char *)buf_grow(&csv->room, n + CSV_FIELDS_MAX + 1);
	if (!out)
		return err_nomem(err);
	csv->count = 0;
	for (;;) {
		if (csv->count == CSV_FIELDS_MAX)
			return fail(csv, (size_t)(p - line) + 1, ERR_LIMIT,
				    "line has too many fields", err);
		ret = take_field(csv, line, &p, end, &out, err);
		if (ret)
			return ret;
		if (p == end)
			return 1;
		p++;
	}
}

int csv_next(struct csv *csv, struct err *err)
{
	const uint8_t *line;
	size_t n;

	while (cursor_left(&csv->cur)) {
		line = take_line(csv, &n);
		if (!is_skipped(line, n))
			return split(csv, line, n, err);
	}
	return 0;
}

int csv_find(const struct csv *csv, const char *text)
{
	for (size_t i = 0; i < csv->count; i++)
		if (strcmp(csv->fields[i], text) == 0)
			return (int)i;
	return -1;
}

static const char *skip_digits(const char *p, size_t *count)
{
	for (; isdigit((unsigned char)*p); p++)
		(*count)++;
	return p;
}

static bool is_word(const char *text, const char *word)
{
	return strcasecmp(text, word) == 0;
}

static bool is_not_finite(const char *text)
{
	text += *text == '+' || *text == '-';
	return is_word(text, "nan") || is_word(text, "inf") ||
	       is_word(text, "infinity");
}

static bool is_decimal(const char *text)
{
	const char *p = text + (*text == '+' || *text == '-');
	size_t digits = 0, exponent = 0;

	p = skip_digits(p, &digits);
	if (*p == '.')
		p = skip_digits(p + 1, &digits);
	if (digits == 0)
		return false;
	if (*p == 'e' || *p == 'E') {
		p++;
		p += *p == '+' || *p == '-';
		p = skip_digits(p, &exponent);
		if (exponent == 0)
			return false;
	}
	return *p == '\0';
}

int csv_number(const char *text, double *value)
{
	if (is_not_finite(text))
		return ERR_RANGE;
	if (!is_decimal(text))
		return ERR_FORMAT;
	errno = 0;
	*value = strtod(text, NULL);
	if (errno == ERANGE && (*value > 1 || *value < -1))
		return ERR_RANGE;
	return 0;
}

/* Exactly n digits. */
static bool digits(const char **p, int n, long *value)
{
	*value = 0;
	for (; n; n--, (*p)++) {
		if (!isdigit((unsigned char)**p))
			return false;
		*value = *value * 10 + (**p - '0');
	}
	return true;
}

/* Days since 1970-01-01 in the Gregorian calendar: years of March to
 * February, 400 of them have 146,097 days. */
static long days_since_1970(long year, long month, long day)
{
	long y = year - (month <= 2), era = y / 400, of_era = y - era * 400;
	long of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	       of_year - 719468;
}

int csv_date(const char *text, double *seconds)
{
	long year, month, day, hour, minute, second;
	double fraction = 0, scale = 1;
	const char *p = text;

	if (!digits(&p, 4, &year) || *p++ != '-' || !digits(&p, 2, &month) ||
	    *p++ != '-' || !digits(&p, 2, &day) || (*p != ' ' && *p != 'T'))
		return ERR_FORMAT;
	p++;
	if (!digits(&p, 2, &hour) || *p++ != ':' || !digits(&p, 2, &minute) ||
	    *p++ != ':' || !digits(&p, 2, &second))
		return ERR_FORMAT;
	if (*p == '.')
		for (p++; isdigit((unsigned char)*p); p++) {
			scale /= 10;
			fraction += (*p - '0') * scale;
		}
	p += *p == 'Z';
	if (*p || year < 1 || month < 1 || month > 12 || day < 1 || day > 31 ||
	    hour > 23 || minute > 59 || second > 60)
		return ERR_FORMAT;
	*seconds = (double)days_since_1970(year, month, day) * 86400.0 +
		   (double)(hour * 3600 + minute * 60 + second) + fraction;
	return 0;
}
