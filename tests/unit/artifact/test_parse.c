#include <criterion/criterion.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "small.h"

static int parse(const struct buf *tar, const struct artifact_trust *trust,
		 struct err *err)
{
	struct artifact *artifact;
	int ret = artifact_parse(&artifact, tar->data, tar->len, trust, err);

	cr_assert_eq(!ret, artifact != NULL);
	artifact_close(artifact);
	return ret;
}

Test(parse, gives_back_what_was_made)
{
	struct key_secret key = small_key('a');
	struct artifact_trust trust = small_trust('a');
	struct artifact *artifact;
	struct digest id;
	struct buf tar = small_tar(&key, &id);
	struct err err = { 0 };

	cr_assert_eq(artifact_parse(&artifact, tar.data, tar.len, &trust,
				    &err), 0, "%s", err.text);
	cr_assert_str_eq(artifact->stage, "train");
	cr_assert_eq(artifact->format, 1);
	cr_assert(artifact->is_signed && artifact->is_trusted);
	cr_assert(digest_equal(&artifact->id, &id));
	cr_assert_eq(artifact->member_count, 3);
	cr_assert_str_eq(artifact->members[0].name, "classes.txt");
	cr_assert_arr_eq(artifact_find(artifact, "model.tflite")->bytes,
			 "\0\1\2\3", 4);
	cr_assert_eq(artifact_find(artifact, "empty")->n, 0);
	cr_assert_null(artifact_find(artifact, "model"));
	cr_assert_str_eq(artifact_param(artifact, "train.epochs"), "24");
	cr_assert_str_eq(artifact_param(artifact, "label.pattern"),
			 "{label}_\"a\"\\\n\t\u00e9");
	cr_assert_str_eq(artifact->toolchains[0].value, "12.2");
	artifact_close(artifact);
	buf_release(&tar);
	key_ring_release(&trust.ring);
}

Test(parse, an_empty_artifact_is_fine)
{
	struct artifact_maker *maker = artifact_make("collect", 1);
	struct key_secret key = small_key('a');
	struct artifact_trust trust = small_trust('a');
	struct buf tar = BUF_INIT;
	struct err err = { 0 };

	cr_assert_eq(artifact_encode(maker, &key, &tar, NULL, &err), 0);
	cr_assert_eq(parse(&tar, &trust, &err), 0, "%s", err.text);
	artifact_drop(maker);
	buf_release(&tar);
	key_ring_release(&trust.ring);
}

Test(parse, two_makings_are_the_same_bytes)
{
	struct key_secret key = small_key('a');
	struct buf one = small_tar(&key, NULL), two = small_tar(&key, NULL);

	cr_assert_eq(one.len, two.len);
	cr_assert_arr_eq(one.data, two.data, one.len);
	buf_release(&one);
	buf_release(&two);
}

Test(parse, every_single_bit_flip_is_refused)
{
	struct key_secret key = small_key('a');
	struct artifact_trust trust = small_trust('a');
	struct buf tar = small_tar(&key, NULL);

	cr_assert_eq(parse(&tar, &trust, NULL), 0);
	for (size_t i = 0; i < 8 * tar.len; i++) {
		tar.data[i / 8] ^= (uint8_t)(1 << i % 8);
		cr_assert_neq(parse(&tar, &trust, NULL), 0,
			      "bit %zu of byte %zu", i % 8, i / 8);
		tar.data[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	buf_release(&tar);
	key_ring_release(&trust.ring);
}

/* Without a signature the digests and the canonical form still hold for
 * everything but the manifest's own free texts. */
Test(parse, bit_flips_outside_the_manifest_are_refused_unsigned)
{
	struct artifact_trust trust = { .allow_unsigned = true };
	struct buf tar = small_tar(NULL, NULL);

	for (size_t i = 0; i < 8 * tar.len; i++) {
		bool in_manifest = i / 8 >= 512 && i / 8 < 2 * 512;

		tar.data[i / 8] ^= (uint8_t)(1 << i % 8);
		if (!in_manifest)
			cr_assert_neq(parse(&tar, &trust, NULL), 0,
				      "bit %zu of byte %zu", i % 8, i / 8);
		else
			parse(&tar, &trust, NULL);	/* must not crash */
		tar.data[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	buf_release(&tar);
}

Test(parse, every_truncation_is_refused)
{
	struct key_secret key = small_key('a');
	struct artifact_trust trust = small_trust('a');
	struct buf tar = small_tar(&key, NULL);

	for (size_t n = 0; n < tar.len; n++) {
		struct buf part = { tar.data, n, n, false };

		cr_assert_neq(parse(&part, &trust, NULL), 0, "%zu bytes", n);
	}
	buf_release(&tar);
	key_ring_release(&trust.ring);
}

Test(parse, trailing_bytes_are_refused)
{
	struct key_secret key = small_key('a');
	struct artifact_trust trust = small_trust('a');
	struct buf tar = small_tar(&key, NULL);
	size_t n = tar.len;

	buf_addc(&tar, 0);
	cr_assert_eq(parse(&tar, &trust, NULL), ERR_FORMAT);
	tar.data[n] = 'x';
	cr_assert_eq(parse(&tar, &trust, NULL), ERR_FORMAT);
	tar.data[n] = 0;
	buf_grow(&tar, 10240);
	cr_assert_eq(parse(&tar, &trust, NULL), ERR_FORMAT);
	buf_release(&tar);
	key_ring_release(&trust.ring);
}

Test(parse, unsigned_needs_permission)
{
	struct artifact_trust trust = small_trust('a');
	struct buf tar = small_tar(NULL, NULL);
	struct err err = { 0 };

	cr_assert_eq(parse(&tar, &trust, &err), ERR_TRUST);
	cr_assert_str_eq(err.text, "it is not signed");
	trust.allow_unsigned = true;
	cr_assert_eq(parse(&tar, &trust, NULL), 0);
	buf_release(&tar);
	key_ring_release(&trust.ring);
}

Test(parse, a_signature_by_another_key_is_refused)
{
	struct key_secret key = small_key('b');
	struct artifact_trust trust = small_trust('a');
	struct buf tar = small_tar(&key, NULL);
	struct err err = { 0 };

	cr_assert_eq(parse(&tar, &trust, &err), ERR_TRUST);
	cr_assert(strstr(err.text, "not trusted"), "%s", err.text);
	trust.allow_unsigned = true;
	cr_assert_eq(parse(&tar, &trust, NULL), ERR_TRUST);
	trust.allow_untrusted = true;
	cr_assert_eq(parse(&tar, &trust, NULL), 0);
	buf_release(&tar);
	key_ring_release(&trust.ring);
}

/* A key may claim the id of a believed one. */
Test(parse, a_forged_key_id_is_refused_even_where_untrusted_is_allowed)
{
	struct key_secret key = small_key('b'), real = small_key('a');
	struct artifact_trust trust = small_trust('a');
	struct buf tar;

	memcpy(key.pub.id, real.pub.id, sizeof(key.pub.id));
	tar = small_tar(&key, NULL);
	trust.allow_untrusted = true;
	cr_assert_eq(parse(&tar, &trust, NULL), ERR_TRUST);
	buf_release(&tar);
	key_ring_release(&trust.ring);
}

Test(parse, names_the_file_and_the_stage_wanted)
{
	char path[] = "/tmp/tinyml-test-XXXXXX";
	struct key_secret key = small_key('a');
	struct artifact_trust trust = small_trust('a');
	struct artifact_maker *maker = small_maker();
	struct artifact *artifact;
	struct err err = { 0 };

	close(mkstemp(path));
	cr_assert_eq(artifact_write(maker, &key, path, NULL, NULL), 0);
	cr_assert_eq(artifact_open(&artifact, path, "train", &trust, NULL), 0);
	artifact_close(artifact);
	cr_assert_eq(artifact_open(&artifact, path, "label", &trust, &err),
		     ERR_FORMAT);
	cr_assert(strstr(err.text, path) && strstr(err.text, "'label'"));
	unlink(path);
	cr_assert_eq(artifact_open(&artifact, path, NULL, &trust, NULL),
		     ERR_MISSING);
	artifact_drop(maker);
	key_ring_release(&trust.ring);
}
