#include <stdlib.h>

#include "artifact/artifact.h"
#include "artifact/manifest.h"
#include "artifact/tar.h"

struct peeked {
	struct artifact artifact;	/* first: handles are cast back */
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
	struct buf text = BUF_INIT;
	int ret;

	*out = NULL;
	if (!p)
		return err_nomem(err);
	ret = tar_peek(path, MANIFEST_NAME, MANIFEST_BYTES_MAX, &text, err);
	if (!ret)
		ret = manifest_parse(&p->manifest, text.data, text.len, err);
	if (ret) {
		artifact_unpeek(&p->artifact);
	} else {
		manifest_publish(&p->manifest, &p->artifact);
		p->artifact.id = digest_of(text.data, text.len);
		p->artifact.members = NULL;	/* they have no bytes */
		p->artifact.member_count = 0;
		*out = &p->artifact;
	}
	buf_release(&text);
	return ret;
}

void artifact_unpeek(const struct artifact *artifact)
{
	struct peeked *p = (void *)(uintptr_t)artifact;

	if (!p)
		return;
	manifest_release(&p->manifest);
	free(p);
}
