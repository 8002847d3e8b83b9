#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "artifact/artifact.h"
#include "artifact/manifest.h"
#include "artifact/tar.h"
#include "base/file.h"

/* Every text and every member's bytes are copies that the maker frees. */
struct artifact_maker {
	struct manifest manifest;
	void **copies;
	size_t copy_count;
	struct err err;		/* the first failure of an artifact_add* */
};

static void *copy(struct artifact_maker *maker, const void *bytes, size_t n)
{
	size_t count = maker->copy_count;
	void **copies = maker->copies, *made;

	if (!(count & (count - 1)))
		copies = realloc(copies, (count ? 2 * count : 1) *
				 sizeof(*copies));
	if (copies)
		maker->copies = copies;
	made = copies ? malloc(n + 1) : NULL;
	if (!made) {
		err_nomem(&maker->err);
		return NULL;
	}
	if (n)
		memcpy(made, bytes, n);
	((char *)made)[n] = '\0';
	copies[maker->copy_count++] = made;
	return made;
}

static const char *copy_text(struct artifact_maker *maker, const char *text)
{
	return copy(maker, text, strlen(text));
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
	for (size_t i = 0; i < maker->copy_count; i++)
		free(maker->copies[i]);
	free(maker->copies);
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
	member.bytes = copy(maker, bytes, n);
	if (maker->err.kind)
		return;
	member.digest = digest_of(bytes, n);
	manifest_add_member(&maker->manifest, &member, &maker->err);
}

void artifact_add_param(struct artifact_maker *maker, const char *key,
			const char *fmt, ...)
{
	struct buf value = BUF_INIT;
	va_list ap;
	int n;

	if (!maker || maker->err.kind)
		return;
	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	va_start(ap, fmt);
	if (n >= 0 && buf_grow(&value, (size_t)n))
		vsnprintf((char *)value.data, (size_t)n + 1, fmt, ap);
	else
		err_nomem(&maker->err);
	va_end(ap);
	if (!maker->err.kind)
		manifest_add_pair(&maker->manifest.params,
				  copy_text(maker, key),
				  copy_text(maker, (char *)value.data),
				  &maker->err);
	buf_release(&value);
}

void artifact_add_toolchain(struct artifact_maker *maker, const char *name,
			    const char *value)
{
	if (maker && !maker->err.kind)
		manifest_add_pair(&maker->manifest.toolchains,
				  copy_text(maker, name),
				  copy_text(maker, value), &maker->err);
}

void artifact_add_input(struct artifact_maker *maker,
			const struct artifact *input)
{
	if (!maker || maker->err.kind)
		return;
	for (size_t i = 0; i < maker->manifest.input_count; i++)
		if (digest_equal(&maker->manifest.inputs[i].id, &input->id))
			return;
	manifest_add_input(&maker->manifest, copy_text(maker, input->stage),
			   &input->id, &maker->err);
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
