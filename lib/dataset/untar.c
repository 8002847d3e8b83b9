#include "dataset/untar.h"

#include <stdbool.h>
#include <string.h>


enum { BLOCK = 512, NAME = 0, NAME_BYTES = 100, SIZE = 124, SIZE_BYTES = 12,
       CHECKSUM = 148, CHECKSUM_BYTES = 8, TYPE = 156, MAGIC = 257,
       PREFIX = 345, PREFIX_BYTES = 155 };

void untar_open(struct untar *tar, const void *bytes, size_t n)
{
	memset(tar, 0, sizeof(*tar));
	tar->cur = cursor_init(bytes, n);
}

/* Octal digits with blanks around them; -1 for anything else. */
static int64_t octal(const uint8_t *p, size_t n)
{
	int64_t value = 0;
	size_t i = 0;

	while (i < n && p[i] == ' ')
		i++;
	for (; i < n && p[i] >= '0' && p[i] <= '7'; i++)
		value = value * 8 + (p[i] - '0');
	return i == n || p[i] == ' ' || p[i] == '\0' ? value : -1;
}

static bool has_checksum(const uint8_t *header)
{
	int64_t sum = CHECKSUM_BYTES * ' ';

	for (size_t i = 0; i < BLOCK; i++)
		if (i < CHECKSUM || i >= CHECKSUM + CHECKSUM_BYTES)
			sum += header[i];
	return octal(header + CHECKSUM, CHECKSUM_BYTES) == sum;
}

static bool is_zero(const uint8_t *block)
{
	for (size_t i = 0; i < BLOCK; i++)
		if (block[i])
			return false;
	return true;
}

static int keep_name(char name[UNTAR_NAME_MAX + 1], const void *text, size_t n,
		     struct err *err)
{
	if (n > UNTAR_NAME_MAX)
		return err_set(err, ERR_LIMIT, "a name in the archive is too "
			       "long");
	memcpy(name, text, n);
	name[n] = '\0';
	return 0;
}

static void header_name(struct untar *tar, const uint8_t *header)
{
	const char *prefix = (const char *)header + PREFIX;
	size_t n = 0;

	if (memcmp(header + MAGIC, "ustar", 6) == 0 && *prefix) {
		n = strnlen(prefix, PREFIX_BYTES);
		memcpy(tar->name, prefix, n);
		tar->name[n++] = '/';
	}
	memcpy(tar->name + n, header + NAME, NAME_BYTES);
	tar->name[n + NAME_BYTES] = '\0';
}

/* Records are "LENGTH KEY=VALUE\n"; LENGTH counts all of it. */
static int pax_path(struct untar *tar, const uint8_t *p, size_t n,
		    struct err *err)
{
	while (n > 0) {
		size_t length = 0, i = 0;

		for (; i < n && i < 9 && p[i] >= '0' && p[i] <= '9'; i++)
			length = length * 10 + (size_t)(p[i] - '0');
		if (i == n || p[i] != ' ' || length > n || length < i + 2 ||
		    p[length - 1] != '\n')
			return err_set(err, ERR_FORMAT, "a pax header in the "
				       "archive is damaged");
		if (length > i + 7 && memcmp(p + i + 1, "path=", 5) == 0)
			return keep_name(tar->longer, p + i + 6,
					 length - i - 7, err);
		p += length;
		n -= length;
	}
	return 0;
}

/* Act on one member; 1 when it is a file. */
static int take_member(struct untar *tar, const uint8_t *header,
		       struct err *err)
{
	char type = (char)header[TYPE];

	if (type == 'L')
		return keep_name(tar->longer, tar->bytes,
				 strnlen((const char *)tar->bytes, tar->n),
				 err);
	if (type == 'x')
		return pax_path(tar, tar->bytes, tar->n, err);
	if (type == 'g' || type == 'K')
		return 0;
	header_name(tar, header);
	if (*tar->longer)
		memcpy(tar->name, tar->longer, sizeof(tar->name));
	*tar->longer = '\0';
	if (strncmp(tar->name, "./", 2) == 0)
		memmove(tar->name, tar->name + 2, strlen(tar->name + 2) + 1);
	return (type == '0' || type == '\0') && *tar->name;
}

static int read_member(struct untar *tar, const uint8_t *header,
		       struct err *err)
{
	int64_t size = octal(header + SIZE, SIZE_BYTES);
	size_t rest;

	if (!has_checksum(header) || size < 0)
		return err_set(err, ERR_FORMAT, "the archive is not a tar, or "
			       "damaged");
	if ((uint64_t)size > cursor_left(&tar->cur))
		return err_set(err, ERR_SHORT, "the archive is cut off");
	tar->n = (size_t)size;
	tar->bytes = cursor_take(&tar->cur, tar->n);
	rest = (BLOCK - tar->n % BLOCK) % BLOCK;
	if (rest > cursor_left(&tar->cur))
		rest = cursor_left(&tar->cur);
	cursor_take(&tar->cur, rest);
	return take_member(tar, header, err);
}

int untar_next(struct untar *tar, struct err *err)
{
	int ret = 0;

	while (ret == 0 && cursor_left(&tar->cur) > 0) {
		const uint8_t *header = cursor_take(&tar->cur, BLOCK);

		if (!header)
			return err_set(err, ERR_SHORT, "the archive is cut "
				       "off");
		if (is_zero(header))
			return 0;
		ret = read_member(tar, header, err);
	}
	return ret;
}
