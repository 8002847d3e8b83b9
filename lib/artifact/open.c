#include <string.h>

#include "artifact/artifact.h"
#include "artifact/parse.h"
#include "base/file.h"

int artifact_open(struct artifact **out, const char *path, const char *want,
		  const struct artifact_trust *trust, struct err *err)
{
	struct buf tar = BUF_INIT;
	struct err why = { 0 };
	size_t n;
	int ret = file_read(path, ARTIFACT_BYTES_MAX, &tar, err);

	*out = NULL;
	if (ret) {
		buf_release(&tar);
		return ret;
	}
	n = tar.len;
	ret = parse_owned(out, buf_detach(&tar, NULL), n, want, trust, &why);
	if (!ret)
		return 0;
	err_set(err, ret, "cannot use '%s': %s",
		strcmp(path, "-") == 0 ? "standard input" : path, why.text);
	if (why.place[0])
		err_at(err, "%s", why.place);
	if (why.hint[0])
		err_hint(err, "%s", why.hint);
	return ret;
}
