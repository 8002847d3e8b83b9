#include "artifact/manifest.h"

#include <stdlib.h>
#include <string.h>

void manifest_release(struct manifest *manifest)
{
	free(manifest->params.items);
	free(manifest->toolchains.items);
	free(manifest->inputs);
	free(manifest->members);
	free(manifest->text);
	*manifest = (struct manifest){ 0 };
}

/* Room for one more behind n items, doubling at powers of two. */
static void *room(void *items, size_t n, size_t item_bytes, size_t max,
		  const char *what, struct err *err)
{
	void *grown;

	if (n >= max) {
		err_set(err, ERR_LIMIT, "more than %zu %s", max, what);
		return NULL;
	}
	if (n & (n - 1))
		return items;
	grown = realloc(items, (n ? 2 * n : 1) * item_bytes);
	if (!grown)
		err_nomem(err);
	return grown;
}

static int room_kind(size_t n, size_t max)
{
	return n >= max ? ERR_LIMIT : ERR_MEM;
}

int manifest_add_pair(struct manifest_pairs *pairs, const char *key,
		      const char *value, struct err *err)
{
	struct artifact_pair *items;

	items = room(pairs->items, pairs->n, sizeof(*items),
		     MANIFEST_PAIRS_MAX, "parameters", err);
	if (!items)
		return room_kind(pairs->n, MANIFEST_PAIRS_MAX);
	items[pairs->n] = (struct artifact_pair){ key, value };
	pairs->items = items;
	pairs->n++;
	return 0;
}

int manifest_add_input(struct manifest *manifest, const char *stage,
		       const struct digest *id, struct err *err)
{
	struct artifact_input *inputs;
	size_t n = manifest->input_count;

	inputs = room(manifest->inputs, n, sizeof(*inputs),
		      MANIFEST_INPUTS_MAX, "inputs", err);
	if (!inputs)
		return room_kind(n, MANIFEST_INPUTS_MAX);
	inputs[n] = (struct artifact_input){ stage, *id };
	manifest->inputs = inputs;
	manifest->input_count++;
	return 0;
}

int manifest_add_member(struct manifest *manifest,
			const struct artifact_member *member,
			struct err *err)
{
	struct artifact_member *members;
	size_t n = manifest->member_count;

	members = room(manifest->members, n, sizeof(*members),
		       ARTIFACT_MEMBERS_MAX, "members", err);
	if (!members)
		return room_kind(n, ARTIFACT_MEMBERS_MAX);
	members[n] = *member;
	manifest->members = members;
	manifest->member_count++;
	return 0;
}

void manifest_publish(const struct manifest *m, struct artifact *a)
{
	a->stage = m->stage;
	a->format = m->format;
	a->tool = m->tool;
	a->params = m->params.items;
	a->param_count = m->params.n;
	a->inputs = m->inputs;
	a->input_count = m->input_count;
	a->toolchains = m->toolchains.items;
	a->toolchain_count = m->toolchains.n;
	a->members = m->members;
	a->member_count = m->member_count;
}

static int by_key(const void *a, const void *b)
{
	return strcmp(((const struct artifact_pair *)a)->key,
		      ((const struct artifact_pair *)b)->key);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct artifact_member *)a)->name,
		      ((const struct artifact_member *)b)->name);
}

static void sort(void *items, size_t n, size_t item_bytes,
		 int (*compare)(const void *, const void *))
{
	if (n)
		qsort(items, n, item_bytes, compare);
}

void manifest_sort(struct manifest *m)
{
	sort(m->params.items, m->params.n, sizeof(*m->params.items), by_key);
	sort(m->toolchains.items, m->toolchains.n,
	     sizeof(*m->toolchains.items), by_key);
	sort(m->members, m->member_count, sizeof(*m->members), by_name);
}

static void put_text(struct buf *out, const char *text)
{
	buf_addc(out, '"');
	for (const char *p = text; *p; p++) {
		if (*p == '\n')
			buf_adds(out, "\\n");
		else if (*p == '\t')
			buf_adds(out, "\\t");
		else if (*p == '"' || *p == '\\')
			buf_add(out, (const char[]){ '\\', *p }, 2);
		else
			buf_addc(out, (uint8_t)*p);
	}
	buf_adds(out, "\"\n");
}

static void put_digest(struct buf *out, const char *key,
		       const struct digest *digest)
{
	char hex[DIGEST_HEX];

	digest_hex(digest, hex);
	buf_addf(out, "    %s: \"%s\"\n", key, hex);
}

static void put_pairs(struct buf *out, const char *name,
		      const struct manifest_pairs *pairs)
{
	buf_addf(out, "%s:%s\n", name, pairs->n ? "" : " {}");
	for (size_t i = 0; i < pairs->n; i++) {
		buf_addf(out, "  %s: ", pairs->items[i].key);
		put_text(out, pairs->items[i].value);
	}
}

static void put_inputs(struct buf *out, const struct manifest *m)
{
	buf_addf(out, "inputs:%s\n", m->input_count ? "" : " []");
	for (size_t i = 0; i < m->input_count; i++) {
		buf_adds(out, "  - stage: ");
		put_text(out, m->inputs[i].stage);
		put_digest(out, "id", &m->inputs[i].id);
	}
}

static void put_members(struct buf *out, const struct manifest *m)
{
	buf_addf(out, "members:%s\n", m->member_count ? "" : " []");
	for (size_t i = 0; i < m->member_count; i++) {
		const struct artifact_member *member = &m->members[i];

		buf_adds(out, "  - path: ");
		put_text(out, member->name);
		buf_addf(out, "    bytes: %zu\n", member->n);
		put_digest(out, "sha256", &member->digest);
	}
}

void manifest_encode(const struct manifest *m, struct buf *out)
{
	buf_addf(out, "artifact: %d\n", MANIFEST_VERSION);
	buf_adds(out, "stage: ");
	put_text(out, m->stage);
	buf_addf(out, "format: %d\ntool: ", m->format);
	put_text(out, m->tool);
	buf_addf(out, "signed: %s\n", m->is_signed ? "true" : "false");
	put_pairs(out, "params", &m->params);
	put_inputs(out, m);
	put_pairs(out, "toolchains", &m->toolchains);
	put_members(out, m);
}
