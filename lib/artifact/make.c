#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "artifact/artifact.h"
#include "artifact/manifest.h"
#include "artifact/tar.h"
#include "base/arena.h"
#include "base/file.h"

/* Texts and members' bytes are copies in the arena. */
struct artifact_maker {
	struct manifest manifest;
	struct arena arena;
	struct err err;		/* the first failure of an artifact_add* */
};

/* NULL, remembered as a failure, when memory ran out. */
static const char *copy_text(struct artifact_maker *maker, const char *text)
{
	char *copy = text ? arena_text(&maker->arena, text) : NULL;

	if (!copy)
		err_nomem(&maker->err);
	return copy;
}

struct artifact_maker *artifact_make(const char *stage, int format)
{
	struct artifact_maker *maker = calloc(1, sizeof(*maker));

	if (!maker)
		return NULL;
	maker->manifest.tool = "tinyml " TINYML_VERSION;
	maker->manifest.format = format;
	maker->manifest.stage = copy_text(maker, stage);
	return maker;
}

void artifact_drop(struct artifact_maker *maker)
{
	if (!maker)
		return;
	arena_release(&maker->arena);
	manifest_release(&maker->manifest);
	free(maker);
}

void artifact_add(struct artifact_maker *maker, const char *name,
		  const void *bytes, size_t n)
{
	struct artifact_member member = { .n = n };

	if (!maker || maker->err.kind)
		return;
	member.name = copy_text(maker, name);
	member.bytes = arena_copy(&maker->arena, bytes, n);
	if (n && !member.bytes)
		err_nomem(&maker->err);
	if (maker->err.kind)
		return;
	member.digest = digest_of(bytes, n);
	manifest_add_member(&maker->manifest, &member, &maker->err);
}

void artifact_add_param(struct artifact_maker *maker, const char *key,
			const char *fmt, ...)
{
	char *value = NULL;
	va_list ap;
	int n;

	if (!maker || maker->err.kind)
		return;
	va_start(ap, fmt);
	n = vasprintf(&value, fmt, ap);
	va_end(ap);
	if (n >= 0) {
		const char *name = copy_text(maker, key);
		const char *text = copy_text(maker, value);

		if (!maker->err.kind)
			manifest_add_pair(&maker->manifest.params, name, text,
					  &maker->err);
		free(value);
	} else {
		err_nomem(&maker->err);
	}
}

void artifact_add_toolchain(struct artifact_maker *maker, const char *name,
			    const char *value)
{
	if (!maker || maker->err.kind)
		return;
	name = copy_text(maker, name);
	value = copy_text(maker, value);
	if (!maker->err.kind)
		manifest_add_pair(&maker->manifest.toolchains, name, value,
				  &maker->err);
}

void artifact_add_input(struct artifact_maker *maker,
			const struct artifact *input)
{
	const char *stage;

	if (!maker || maker->err.kind)
		return;
	for (size_t i = 0; i < maker->manifest.input_count; i++)
		if (digest_equal(&maker->manifest.inputs[i].id, &input->id))
			return;
	stage = copy_text(maker, input->stage);
	if (stage)
		manifest_add_input(&maker->manifest, stage, &input->id,
				   &maker->err);
}

static int sign(const struct key_secret *key, const struct buf *text,
		struct buf *signature, struct err *err)
{
	if (!key)
		return 0;
	return key_sign(key, text->data, text->len, MANIFEST_COMMENT,
			signature, err);
}

/* The manifest, its signature when there is one, then the payload. */
static int pack(const struct manifest *manifest, const struct buf *text,
		const struct buf *signature, struct buf *out,
		struct err *err)
{
	struct artifact_member *all;
	size_t n = 0;
	int ret;

	all = calloc(manifest->member_count + 2, sizeof(*all));
	if (!all)
		return err_nomem(err);
	all[n].name = MANIFEST_NAME;
	all[n].bytes = text->data;
	all[n++].n = text->len;
	if (manifest->is_signed) {
		all[n].name = MANIFEST_SIGNATURE_NAME;
		all[n].bytes = signature->data;
		all[n++].n = signature->len;
	}
	if (manifest->member_count)
		memcpy(all + n, manifest->members,
		       manifest->member_count * sizeof(*all));
	ret = tar_write(all, n + manifest->member_count, out, err);
	free(all);
	return ret;
}

int artifact_encode(struct artifact_maker *maker,
		    const struct key_secret *key, struct buf *out,
		    struct digest *id, struct err *err)
{
	struct buf text = BUF_INIT, signature = BUF_INIT;
	int ret;

	if (!maker)
		return err_nomem(err);
	if (maker->err.kind)
		return err_set(err, maker->err.kind, "%s", maker->err.text);
	maker->manifest.is_signed = key != NULL;
	manifest_sort(&maker->manifest);
	ret = manifest_check(&maker->manifest, err);
	if (!ret) {
		manifest_encode(&maker->manifest, &text);
		ret = text.failed ? err_nomem(err) :
		      sign(key, &text, &signature, err);
	}
	if (!ret)
		ret = pack(&maker->manifest, &text, &signature, out, err);
	if (!ret && id)
		*id = digest_of(text.data, text.len);
	buf_release(&text);
	buf_release(&signature);
	return ret;
}

int artifact_write(struct artifact_maker *maker, const struct key_secret *key,
		   const char *path, struct digest *id, struct err *err)
{
	struct buf out = BUF_INIT;
	int ret = artifact_encode(maker, key, &out, id, err);

	if (!ret && strcmp(path, "-") != 0)
		ret = file_mkparents(path, err);
	if (!ret)
		ret = file_write(path, out.data, out.len, 0644, err);
	buf_release(&out);
	return ret;
}
