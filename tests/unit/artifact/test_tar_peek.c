#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "artifact/tar.h"
#include "base/file.h"

enum { SIZE_AT = 124 };

static char folder[64];
static struct buf tar, got;

static void setup(void)
{
	const struct artifact_member members[] = {
		{ .name = "first", .bytes = (const uint8_t *)"hello",
		  .n = 5 },
		{ .name = "second", .bytes = (const uint8_t *)"x", .n = 1 },
	};

	strcpy(folder, "/tmp/tinyml-peek-XXXXXX");
	cr_assert_not_null(mkdtemp(folder));
	cr_assert_eq(chdir(folder), 0);
	cr_assert_eq(tar_write(members, 2, &tar, NULL), 0);
}

static void teardown(void)
{
	buf_release(&tar);
	buf_release(&got);
	unlink("t");
	rmdir(folder);
}

TestSuite(tar_peek, .init = setup, .fini = teardown);

static int peek(size_t n, size_t max)
{
	buf_clear(&got);
	cr_assert_eq(file_write("t", tar.data, n, 0644, NULL), 0);
	return tar_peek("t", "first", max, &got, NULL);
}

Test(tar_peek, the_first_member_and_no_other)
{
	cr_assert_eq(peek(tar.len, 5), 0);
	cr_assert_eq(got.len, 5);
	cr_assert_eq(memcmp(got.data, "hello", 5), 0);
	cr_assert_eq(peek(tar.len, 4), ERR_FORMAT);
	cr_assert_eq(tar_peek("t", "second", 5, &got, NULL), ERR_FORMAT);
	cr_assert_eq(tar_peek("t", "firs", 5, &got, NULL), ERR_FORMAT);
	cr_assert_eq(tar_peek("gone", "first", 5, &got, NULL), ERR_MISSING);
	cr_assert_eq(tar_peek("/", "first", 5, &got, NULL), ERR_FORMAT);
}

Test(tar_peek, cut_anywhere_is_refused)
{
	for (size_t n = 0; n < TAR_BLOCK + 5; n++)
		cr_assert_eq(peek(n, 100), ERR_FORMAT, "%zu", n);
}

Test(tar_peek, sizes_that_lie_are_refused)
{
	static const char *const sizes[] = {
		"77777777777", "00000077777", "0000000000x", "-0000000005",
		"\x80\0\0\0\0\0\0\0\0\0\5",
	};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		memcpy(tar.data + SIZE_AT, sizes[i], 11);
		cr_assert_eq(peek(tar.len, SIZE_MAX), ERR_FORMAT, "%zu", i);
	}
}

Test(tar_peek, a_pipe_does_not_make_it_wait)
{
	cr_assert_eq(mkfifo("t", 0600), 0);
	cr_assert_eq(tar_peek("t", "first", 5, &got, NULL), ERR_FORMAT);
}
