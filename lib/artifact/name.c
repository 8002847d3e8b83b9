#include "artifact/name.h"

#include <string.h>

#include "artifact/manifest.h"

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_plain(char c)
{
	return is_letter(c) || (c >= '0' && c <= '9') || c == '.' ||
	       c == '_' || c == '+' || c == '-';
}

static const char *part_fault(const char *part, size_t n)
{
	if (n == 0)
		return "has an empty part";
	if (n == 1 && part[0] == '.')
		return "has a part '.'";
	if (n == 2 && part[0] == '.' && part[1] == '.')
		return "leads out of its folder";
	for (size_t i = 0; i < n; i++)
		if (!is_plain(part[i]))
			return "has a character that is not allowed";
	return NULL;
}

const char *name_fault(const char *name)
{
	const char *part = name, *fault;
	size_t n;

	if (name[0] == '/')
		return "is absolute";
	if (strnlen(name, ARTIFACT_NAME_MAX + 1) > ARTIFACT_NAME_MAX)
		return "is too long";
	if (strcmp(name, MANIFEST_NAME) == 0 ||
	    strcmp(name, MANIFEST_SIGNATURE_NAME) == 0)
		return "is reserved";
	do {
		n = strcspn(part, "/");
		fault = part_fault(part, n);
		part += n;
	} while (!fault && *part++ == '/');
	return fault;
}

bool name_is_key(const char *name)
{
	size_t n = strnlen(name, MANIFEST_KEY_MAX + 1);

	if (n > MANIFEST_KEY_MAX || !is_letter(name[0]))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!is_plain(name[i]))
			return false;
	return true;
}
