#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "train/cache.h"

/* The samples themselves: tests/cli/41-train-data.sh. */
Test(cache, what_was_put_is_found_and_damage_is_not)
{
	char folder[] = "/tmp/tinyml-cache-XXXXXX", hex[DIGEST_HEX], *path;
	const struct digest key = digest_of("key", 3), other = digest_of("", 0);
	const float x[3] = { 1, -2.5f, 3 };
	struct buf bytes = BUF_INIT;
	float y[3];

	cr_assert(mkdtemp(folder));
	cr_assert(!cache_get(folder, &key, y, 3));
	cache_put(folder, &key, x, 3);
	cr_assert(cache_get(folder, &key, y, 3));
	cr_assert_arr_eq(x, y, sizeof(x));
	cr_assert(!cache_get(folder, &key, y, 2));
	cr_assert(!cache_get(folder, &other, y, 3));
	digest_hex(&key, hex);
	path = file_join(folder, hex);
	cr_assert_eq(file_read(path, 1000, &bytes, NULL), 0);
	for (size_t i = 0; i < bytes.len; i++) {
		bytes.data[i] ^= 1;
		file_write(path, bytes.data, bytes.len, 0644, NULL);
		cr_assert(!cache_get(folder, &key, y, 3), "%zu", i);
		bytes.data[i] ^= 1;
	}
	file_write(path, bytes.data, bytes.len - 1, 0644, NULL);
	cr_assert(!cache_get(folder, &key, y, 3));
	unlink(path);
	rmdir(folder);
	buf_release(&bytes);
	free(path);
}
