#include "source.h"

#include <string.h>

#include "base/file.h"
#include "model/model.h"
#include "project/believe.h"

enum { MAGIC_AT = 257, MAGIC_BYTES = 5 };

static bool is_tar(const struct buf *file)
{
	return file->len >= MAGIC_AT + MAGIC_BYTES &&
	       memcmp(file->data + MAGIC_AT, "ustar", MAGIC_BYTES) == 0;
}

static int read_member(const char *path, const char *folder, struct buf *out,
		       struct err *err)
{
	const struct artifact_member *member;
	struct artifact *artifact = NULL;
	struct believe believe;
	int ret = believe_open(&believe, folder, NULL, 0, err);

	if (!ret)
		ret = artifact_open(&artifact, path, NULL, &believe.trust, err);
	if (!ret)
		ret = artifact_need(artifact, "model.tflite", &member, err);
	if (!ret) {
		buf_clear(out);
		buf_add(out, member->bytes, member->n);
		ret = out->failed ? err_nomem(err) : 0;
	}
	artifact_close(artifact);
	believe_close(&believe);
	return ret;
}

int infer_read(const char *path, const char *folder, struct buf *out,
	       struct err *err)
{
	int ret = file_read(path, MODEL_BYTES_MAX, out, err);

	if (ret || !is_tar(out))
		return ret;
	return read_member(path, folder, out, err);
}
