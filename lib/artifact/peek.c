#include <stdlib.h>

#include "artifact/artifact.h"
#include "artifact/manifest.h"
#include "artifact/tar.h"

struct peeked {
	struct artifact artifact;	/* first: handles are cast back */
	struct buf text;
	struct manifest manifest;
};

int artifact_identity(const char *path, struct digest *id, struct err *err)
{
	struct buf text = BUF_INIT;
	int ret = tar_peek(path, MANIFEST_NAME, MANIFEST_BYTES_MAX, &text,
			   err);

	if (!ret)
		*id = digest_of(text.data, text.len);
	buf_release(&text);
	return ret;
}

int artifact_peek(const struct artifact **out, const char *path,
		  struct err *err)
{
	struct peeked *p = calloc(1, sizeof(*p));
	struct artifact *a = p ? &p->artifact : NULL;
	int ret;

	*out = NULL;
	if (!p)
		return err_nomem(err);
	ret = tar_peek(path, MANIFEST_NAME, MANIFEST_BYTES_MAX, &p->text, err);
	if (!ret)
		a->id = digest_of(p->text.data, p->text.len);
	if (!ret)
		ret = manifest_parse(&p->manifest, (char *)p->text.data,
				     p->text.len, err);
	if (ret) {
		artifact_unpeek(a);
		return ret;
	}
	a->stage = p->manifest.stage;
	a->format = p->manifest.format;
	a->tool = p->manifest.tool;
	a->params = p->manifest.params.items;
	a->param_count = p->manifest.params.n;
	a->inputs = p->manifest.inputs;
	a->input_count = p->manifest.input_count;
	*out = a;
	return 0;
}

void artifact_unpeek(const struct artifact *artifact)
{
	struct peeked *p = (void *)(uintptr_t)artifact;

	if (!p)
		return;
	manifest_release(&p->manifest);
	buf_release(&p->text);
	free(p);
}
