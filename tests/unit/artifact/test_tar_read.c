/*
 * Tars made by hand, one header at a time, to be refused.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "small.h"

static void header(struct buf *tar, const char *name, char type,
		   const char *size, const char *link)
{
	char *h = (char *)buf_grow(tar, 512);
	unsigned sum = 8 * ' ';

	memcpy(h, name, strlen(name));
	memcpy(h + 100, "000644 \0" "000000 \0" "000000 ", 24);
	memcpy(h + 124, size, strlen(size));
	memcpy(h + 136, "00000000000 ", 12);
	h[156] = type;
	memcpy(h + 157, link, strlen(link));
	memcpy(h + 257, "ustar\00000", 8);
	memcpy(h + 329, "000000 \0" "000000 ", 16);
	for (int i = 0; i < 512; i++)
		sum += (uint8_t)h[i];
	snprintf(h + 148, 8, "%06o", sum);
	h[155] = ' ';
}

static void file(struct buf *tar, const char *name, const char *bytes)
{
	char size[16];

	snprintf(size, sizeof(size), "%011o ", (unsigned)strlen(bytes));
	header(tar, name, '0', size, "");
	buf_adds(tar, bytes);
	buf_align(tar, 512);
}

/* An unsigned manifest that lists one member holding "x". */
static void manifest(struct buf *tar, const char *path)
{
	struct digest digest = digest_of("x", 1);
	struct buf text = BUF_INIT;
	char hex[DIGEST_HEX];

	digest_hex(&digest, hex);
	buf_adds(&text, "artifact: 1\nstage: \"train\"\nformat: 1\n"
		 "tool: \"t\"\nsigned: false\nparams: {}\ninputs: []\n"
		 "toolchains: {}\n");
	buf_addf(&text, "members:\n  - path: \"%s\"\n    bytes: 1\n"
		 "    sha256: \"%s\"\n", path, hex);
	file(tar, "MANIFEST.yaml", (char *)text.data);
	buf_release(&text);
}

static int finish(struct buf *tar, struct err *err)
{
	struct artifact_trust trust = { .allow_unsigned = true };
	struct artifact *artifact;
	int ret;

	buf_grow(tar, 1024);
	ret = artifact_parse(&artifact, tar->data, tar->len, &trust, err);
	artifact_close(artifact);
	buf_release(tar);
	return ret;
}

Test(tar, made_by_hand_is_accepted)
{
	struct buf tar = BUF_INIT;
	struct err err = { 0 };

	manifest(&tar, "a");
	file(&tar, "a", "x");
	cr_assert_eq(finish(&tar, &err), 0, "%s: %s", err.text, err.place);
}

static void refuse_name(const char *name)
{
	struct buf tar = BUF_INIT;
	struct err err = { 0 };

	manifest(&tar, name);
	file(&tar, name, "x");
	cr_assert_eq(finish(&tar, &err), ERR_FORMAT, "%s", name);
	cr_assert(strstr(err.text, "member name"), "%s", err.text);
}

Test(tar, an_absolute_name_is_refused)
{
	refuse_name("/tmp/a");
}

Test(tar, a_name_with_dots_is_refused)
{
	refuse_name("../a");
	refuse_name("a/../b");
	refuse_name("a/..");
	refuse_name("./a");
}

/* In the tar only: the manifest lists an innocent name. */
Test(tar, a_name_not_in_the_manifest_is_refused)
{
	struct buf tar = BUF_INIT;
	struct err err = { 0 };

	manifest(&tar, "a");
	file(&tar, "../a", "x");
	cr_assert_eq(finish(&tar, &err), ERR_FORMAT);
	cr_assert(strstr(err.text, "not where"), "%s", err.text);
	manifest(&tar, "a");
	file(&tar, "a", "x");
	file(&tar, "b", "x");
	err = (struct err){ 0 };
	cr_assert_eq(finish(&tar, &err), ERR_FORMAT);
	cr_assert(strstr(err.text, "not in the manifest"), "%s", err.text);
}

Test(tar, a_duplicate_is_refused)
{
	struct buf tar = BUF_INIT;

	manifest(&tar, "a");
	file(&tar, "a", "x");
	file(&tar, "a", "y");
	cr_assert_eq(finish(&tar, NULL), ERR_FORMAT);
}

Test(tar, a_missing_member_is_refused)
{
	struct buf tar = BUF_INIT;

	manifest(&tar, "a");
	cr_assert_eq(finish(&tar, NULL), ERR_SHORT);
}

static void refuse_type(char type, const char *words)
{
	struct buf tar = BUF_INIT;
	struct err err = { 0 };

	manifest(&tar, "a");
	header(&tar, "a", type, "00000000000 ", "/etc/passwd");
	cr_assert_eq(finish(&tar, &err), ERR_FORMAT, "type %c", type);
	cr_assert(strstr(err.text, words), "%c: %s", type, err.text);
}

Test(tar, links_devices_and_folders_are_refused)
{
	refuse_type('1', "a hard link");
	refuse_type('2', "a symbolic link");
	refuse_type('3', "a device");
	refuse_type('4', "a device");
	refuse_type('5', "a folder");
	refuse_type('6', "not a regular file");
}

Test(tar, extension_headers_are_refused)
{
	struct buf tar = BUF_INIT;

	manifest(&tar, "a");
	header(&tar, "PaxHeader", 'x', "00000000012 ", "");
	buf_adds(&tar, "10 path=a\n");
	buf_align(&tar, 512);
	file(&tar, "b", "x");
	cr_assert_neq(finish(&tar, NULL), 0);
	manifest(&tar, "a");
	header(&tar, "././@LongLink", 'L', "00000000002 ", "");
	buf_add(&tar, "a", 2);
	buf_align(&tar, 512);
	file(&tar, "b", "x");
	cr_assert_neq(finish(&tar, NULL), 0);
}

Test(tar, a_size_beyond_the_limit_is_refused)
{
	struct buf tar = BUF_INIT;
	struct err err = { 0 };

	manifest(&tar, "a");
	header(&tar, "a", '0', "77777777777 ", "");
	cr_assert_eq(finish(&tar, &err), ERR_LIMIT, "%s", err.text);
}

Test(tar, a_size_beyond_the_end_is_refused)
{
	struct buf tar = BUF_INIT;

	manifest(&tar, "a");
	header(&tar, "a", '0', "00000010000 ", "");
	cr_assert_eq(finish(&tar, NULL), ERR_SHORT);
}

Test(tar, a_manifest_beyond_the_limit_is_refused)
{
	struct buf tar = BUF_INIT;

	header(&tar, "MANIFEST.yaml", '0', "17777777777 ", "");
	cr_assert_neq(finish(&tar, NULL), 0);
}

Test(tar, the_manifest_must_come_first)
{
	struct buf tar = BUF_INIT;
	struct err err = { 0 };

	file(&tar, "a", "x");
	manifest(&tar, "a");
	cr_assert_eq(finish(&tar, &err), ERR_FORMAT);
	cr_assert(strstr(err.text, "not an artifact"), "%s", err.text);
}

Test(tar, other_files_are_not_artifacts)
{
	struct buf junk = BUF_INIT;

	cr_assert_eq(finish(&junk, NULL), ERR_FORMAT);
	buf_adds(&junk, "RIFF....WAVEfmt ");
	cr_assert_eq(finish(&junk, NULL), ERR_FORMAT);
	buf_grow(&junk, 100000);
	memset(junk.data, 0xff, junk.len);
	cr_assert_eq(finish(&junk, NULL), ERR_FORMAT);
}
