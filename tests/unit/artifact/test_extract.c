#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "artifact/extract.h"
#include "base/file.h"
#include "small.h"

static struct artifact *open_nested(void)
{
	struct artifact_trust trust = { .allow_unsigned = true };
	struct artifact_maker *maker = artifact_make("collect", 1);
	struct artifact *artifact;
	struct buf tar = BUF_INIT;

	artifact_add(maker, "data/a/b", "x", 1);
	artifact_add(maker, "index.tsv", "y", 1);
	cr_assert_eq(artifact_encode(maker, NULL, &tar, NULL, NULL), 0);
	cr_assert_eq(artifact_parse(&artifact, tar.data, tar.len, &trust,
				    NULL), 0);
	artifact_drop(maker);
	buf_release(&tar);
	return artifact;
}

Test(extract, finds_parts_and_hints_at_typos)
{
	struct artifact *artifact = open_nested();
	const struct artifact_member *part;
	struct err err = { 0 };

	cr_assert_eq(extract_part(artifact, "MANIFEST.yaml", &part, NULL), 0);
	cr_assert_eq(extract_part(artifact, "data/a/b", &part, NULL), 0);
	cr_assert_eq(part->n, 1);
	cr_assert_eq(extract_part(artifact, "index.tvs", &part, &err),
		     ERR_MISSING);
	cr_assert(strstr(err.hint, "index.tsv"));
	artifact_close(artifact);
}

Test(extract, writes_into_a_new_folder_only)
{
	struct artifact *artifact = open_nested();
	char folder[64] = "/tmp/tinyml-test-XXXXXX", path[128];
	struct buf bytes = BUF_INIT;

	cr_assert_not_null(mkdtemp(folder));
	cr_assert_eq(extract_all(artifact, folder, NULL), ERR_BUSY);
	rmdir(folder);
	cr_assert_eq(extract_all(artifact, folder, NULL), 0);
	snprintf(path, sizeof(path), "%s/data/a/b", folder);
	cr_assert_eq(file_read(path, 10, &bytes, NULL), 0);
	cr_assert_str_eq((char *)bytes.data, "x");
	snprintf(path, sizeof(path), "rm -r '%s'", folder);
	cr_assert_eq(system(path), 0);
	buf_release(&bytes);
	artifact_close(artifact);
}
