#include <stdlib.h>
#include <string.h>

#include "artifact/manifest.h"
#include "artifact/name.h"

/* Code points that YAML reads as line breaks or marks, or that are none. */
static bool is_special(uint32_t code)
{
	return code == 0x2028 || code == 0x2029 || code == 0xfeff ||
	       (code & 0xfffe) == 0xfffe || (code >= 0xd800 && code < 0xe000);
}

/* Length of the printable UTF-8 sequence at p, or 0. */
static size_t sequence(const unsigned char *p)
{
	static const uint32_t least[5] = { 0, 0, 0xa0, 0x800, 0x10000 };
	size_t n = *p >= 0xf0 ? 4 : *p >= 0xe0 ? 3 : 2;
	uint32_t code = *p & (0x7fu >> n);

	if (*p < 0x80)
		return (*p >= 0x20 && *p < 0x7f) || *p == '\n' || *p == '\t';
	if (*p < 0xc2 || *p > 0xf4)
		return 0;
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (p[i] & 0x3f);
	}
	return code < least[n] || code > 0x10ffff || is_special(code) ? 0 : n;
}

static int check_text(const char *what, const char *text, struct err *err)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t n;

	if (strlen(text) > MANIFEST_VALUE_MAX)
		return err_set(err, ERR_LIMIT, "the text of '%s' is longer "
			       "than %d bytes", what, MANIFEST_VALUE_MAX);
	while (*p) {
		n = sequence(p);
		if (!n)
			return err_set(err, ERR_FORMAT, "the text of '%s' is "
				       "not printable UTF-8", what);
		p += n;
	}
	return 0;
}

static int check_key(const char *what, const char *key, struct err *err)
{
	if (name_is_key(key))
		return 0;
	return err_set(err, ERR_FORMAT, "'%s' cannot be the name of a %s",
		       key, what);
}

static int check_pairs(const char *what, const struct manifest_pairs *pairs,
		       struct err *err)
{
	const char *last = "";
	int ret = 0;

	for (size_t i = 0; i < pairs->n && !ret; i++) {
		const struct artifact_pair *pair = &pairs->items[i];
		int order = strcmp(last, pair->key);

		ret = check_key(what, pair->key, err);
		if (!ret)
			ret = check_text(pair->key, pair->value, err);
		if (!ret && order >= 0)
			ret = err_set(err, ERR_FORMAT, "%s '%s' is %s", what,
				      pair->key, order ? "out of order" :
				      "given twice");
		last = pair->key;
	}
	return ret;
}

static int check_inputs(const struct manifest *m, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; i < m->input_count && !ret; i++) {
		ret = check_key("stage", m->inputs[i].stage, err);
		for (size_t j = 0; j < i && !ret; j++)
			if (digest_equal(&m->inputs[i].id, &m->inputs[j].id))
				ret = err_set(err, ERR_FORMAT,
					      "an input is named twice");
	}
	return ret;
}

static int compare_name(const void *name, const void *member)
{
	return strcmp(name, ((const struct artifact_member *)member)->name);
}

/* Is a folder of this name itself a member? */
static int check_folders(const struct manifest *m, const char *name,
			 struct err *err)
{
	char folder[ARTIFACT_NAME_MAX + 1];

	for (const char *p = strchr(name, '/'); p; p = strchr(p + 1, '/')) {
		memcpy(folder, name, (size_t)(p - name));
		folder[p - name] = '\0';
		if (bsearch(folder, m->members, m->member_count,
			    sizeof(*m->members), compare_name))
			return err_set(err, ERR_FORMAT, "member '%s' is in "
				       "the way of '%s'", folder, name);
	}
	return 0;
}

static int check_member(const struct manifest *m, size_t i, struct err *err)
{
	const char *name = m->members[i].name, *fault = name_fault(name);
	int order = i ? strcmp(m->members[i - 1].name, name) : -1;

	if (fault)
		return err_set(err, ERR_FORMAT, "the member name '%s' %s",
			       name, fault);
	if (order >= 0)
		return err_set(err, ERR_FORMAT, "member '%s' is %s", name,
			       order ? "out of order" : "given twice");
	return check_folders(m, name, err);
}

static int check_members(const struct manifest *m, struct err *err)
{
	size_t left = ARTIFACT_BYTES_MAX;
	int ret = 0;

	for (size_t i = 0; i < m->member_count && !ret; i++) {
		if (m->members[i].n > left)
			return err_set(err, ERR_LIMIT, "the members are "
				       "larger than %zu bytes",
				       ARTIFACT_BYTES_MAX);
		left -= m->members[i].n;
		ret = check_member(m, i, err);
	}
	return ret;
}

int manifest_check(const struct manifest *m, struct err *err)
{
	int ret = check_key("stage", m->stage, err);

	if (!ret && (m->format < 1 || m->format > MANIFEST_FORMAT_MAX))
		ret = err_set(err, ERR_FORMAT, "format %d is not in 1..%d",
			      m->format, MANIFEST_FORMAT_MAX);
	if (!ret)
		ret = check_text("tool", m->tool, err);
	if (!ret)
		ret = check_pairs("parameter", &m->params, err);
	if (!ret)
		ret = check_inputs(m, err);
	if (!ret)
		ret = check_pairs("toolchain", &m->toolchains, err);
	if (!ret)
		ret = check_members(m, err);
	return ret;
}
