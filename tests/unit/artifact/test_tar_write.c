#include "artifact/tar.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"

/* More than libarchive hands over at once. */
enum { MEMBER = 30000 };

static struct buf a_tar(struct artifact_member *member, uint8_t *bytes)
{
	struct buf tar = BUF_INIT;

	memset(bytes, 'x', MEMBER);
	*member = (struct artifact_member){ .name = "x", .bytes = bytes,
					    .n = MEMBER };
	cr_assert(tar_write(member, 1, &tar, NULL) == 0);
	return tar;
}

Test(tar_write, equal_bytes_are_the_same)
{
	static uint8_t bytes[MEMBER];
	struct artifact_member member;
	struct buf tar = a_tar(&member, bytes);

	cr_expect(tar_same(&member, 1, tar.data, tar.len, NULL) == 0);
	buf_release(&tar);
}

/* Refused at its place, and nothing is lost by it: `make san` looks. */
Test(tar_write, a_difference_anywhere_is_found)
{
	static uint8_t bytes[MEMBER];
	struct artifact_member member;
	struct buf tar = a_tar(&member, bytes);

	for (size_t i = 0; i < tar.len; i += 997) {
		struct err err = { 0 };
		char place[40];

		tar.data[i] ^= 0x10;
		cr_expect(tar_same(&member, 1, tar.data, tar.len, &err) ==
			  ERR_FORMAT);
		snprintf(place, sizeof(place), "offset %zu", i);
		cr_expect(strcmp(err.place, place) == 0, "%s, not %s",
			  err.place, place);
		tar.data[i] ^= 0x10;
	}
	buf_release(&tar);
}

Test(tar_write, less_or_more_is_found)
{
	static uint8_t bytes[MEMBER];
	struct artifact_member member;
	struct buf tar = a_tar(&member, bytes);

	cr_expect(tar_same(&member, 1, tar.data, tar.len - 1, NULL) ==
		  ERR_FORMAT);
	buf_add(&tar, "", 1);
	cr_expect(tar_same(&member, 1, tar.data, tar.len, NULL) == ERR_FORMAT);
	buf_release(&tar);
}
