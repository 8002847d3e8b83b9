#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "small.h"

static char folder[64], path[96], other[96];
static struct digest id;

static void open_folder(void)
{
	struct key_secret key = small_key('a');
	struct artifact_maker *maker = small_maker();

	strcpy(folder, "/tmp/tinyml-test-XXXXXX");
	cr_assert_not_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/b.tar", folder);
	snprintf(other, sizeof(other), "%s/a.tar", folder);
	cr_assert_eq(artifact_write(maker, &key, path, &id, NULL), 0);
	cr_assert_eq(file_write(other, "junk", 4, 0644, NULL), 0);
	artifact_drop(maker);
}

static void close_folder(void)
{
	unlink(path);
	unlink(other);
	rmdir(folder);
}

TestSuite(locate, .init = open_folder, .fini = close_folder);

static int locate(const char *where, const char *candidate, const char *want)
{
	struct artifact_trust trust = small_trust('a');
	struct artifact *artifact;
	struct err err = { 0 };
	const struct artifact_places places = { &candidate, candidate != NULL,
						where };
	int ret = artifact_locate(&artifact, &id, want, &places, &trust, &err);

	cr_assert_eq(!ret, artifact != NULL);
	cr_assert_eq(ret, err.kind);
	artifact_close(artifact);
	key_ring_release(&trust.ring);
	return ret;
}

Test(locate, finds_it_in_a_folder_beside_junk)
{
	cr_assert_eq(locate(folder, NULL, "train"), 0);
}

Test(locate, finds_it_among_the_files_named)
{
	cr_assert_eq(locate("/nonexistent", path, "train"), 0);
	cr_assert_eq(locate(NULL, other, "train"), ERR_MISSING);
}

Test(locate, says_what_is_missing)
{
	id.bytes[0] ^= 1;
	cr_assert_eq(locate(folder, path, "train"), ERR_MISSING);
}

Test(locate, of_another_stage_is_refused)
{
	cr_assert_eq(locate(folder, NULL, "label"), ERR_FORMAT);
}

Test(locate, damaged_behind_the_manifest_is_refused)
{
	struct buf tar = BUF_INIT;

	cr_assert_eq(file_read(path, 1 << 20, &tar, NULL), 0);
	tar.data[tar.len - 1] = 1;
	cr_assert_eq(file_write(path, tar.data, tar.len, 0644, NULL), 0);
	cr_assert_eq(locate(folder, NULL, "train"), ERR_FORMAT);
	buf_release(&tar);
}

Test(locate, a_peek_tells_the_claim_without_members)
{
	const struct artifact *artifact;
	struct digest found;

	cr_assert_eq(artifact_identity(path, &found, NULL), 0);
	cr_assert(digest_equal(&found, &id));
	cr_assert_eq(artifact_peek(&artifact, path, NULL), 0);
	cr_assert_str_eq(artifact_param(artifact, "train.epochs"), "24");
	cr_assert_eq(artifact->member_count, 0);
	artifact_unpeek(artifact);
	cr_assert_eq(artifact_peek(&artifact, other, NULL), ERR_FORMAT);
	cr_assert_eq(artifact_identity("/nonexistent", &found, NULL),
		     ERR_MISSING);
}
