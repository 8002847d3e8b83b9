#include "train/cache.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"

static char *path_of(const char *folder, const struct digest *key)
{
	char hex[DIGEST_HEX];

	digest_hex(key, hex);
	return file_join(folder, hex);
}

static struct digest seal(const struct digest *key, const void *bytes,
			  size_t n)
{
	struct digest_state state;

	digest_init(&state);
	digest_add(&state, bytes, n);
	digest_add(&state, key->bytes, sizeof(key->bytes));
	return digest_end(&state);
}

bool cache_get(const char *folder, const struct digest *key, float *x,
	       size_t n)
{
	size_t bytes = n * sizeof(*x);
	struct buf content = BUF_INIT;
	char *path = path_of(folder, key);
	struct digest wanted;
	bool found = false;

	if (path && bytes <= CACHE_BYTES_MAX &&
	    file_read(path, bytes + sizeof(wanted), &content, NULL) == 0 &&
	    content.len == bytes + sizeof(wanted)) {
		wanted = seal(key, content.data, bytes);
		found = memcmp(content.data + bytes, wanted.bytes,
			       sizeof(wanted.bytes)) == 0;
	}
	if (found)
		memcpy(x, content.data, bytes);
	buf_release(&content);
	free(path);
	return found;
}

void cache_put(const char *folder, const struct digest *key, const float *x,
	       size_t n)
{
	size_t bytes = n * sizeof(*x);
	struct buf content = BUF_INIT;
	char *path = path_of(folder, key);
	struct digest end;

	if (path && bytes <= CACHE_BYTES_MAX &&
	    file_mkdirs(folder, NULL) == 0) {
		end = seal(key, x, bytes);
		buf_add(&content, x, bytes);
		buf_add(&content, end.bytes, sizeof(end.bytes));
		if (!content.failed)
			file_write(path, content.data, content.len, 0644,
				   NULL);
	}
	buf_release(&content);
	free(path);
}
