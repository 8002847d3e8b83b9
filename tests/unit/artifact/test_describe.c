#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "artifact/describe.h"
#include "small.h"

static struct artifact *open_small(const struct key_secret *key,
				   const struct artifact_trust *trust)
{
	struct buf tar = small_tar(key, NULL);
	struct artifact *artifact;

	cr_assert_eq(artifact_parse(&artifact, tar.data, tar.len, trust,
				    NULL), 0);
	buf_release(&tar);
	return artifact;
}

Test(describe, says_who_signed_and_whether_that_counts)
{
	struct key_secret a = small_key('a'), b = small_key('b');
	struct artifact_trust trust = small_trust('a');
	char text[DESCRIBE_SIGNER], want[DESCRIBE_SIGNER], id[KEY_ID_TEXT];
	struct artifact *artifact;

	trust.allow_untrusted = true;
	artifact = open_small(&a, &trust);
	describe_signer(artifact, text);
	key_id_text(&a.pub, id);
	snprintf(want, sizeof(want), "signed by %s", id);
	cr_assert_str_eq(text, want);
	artifact_close(artifact);
	artifact = open_small(&b, &trust);
	describe_signer(artifact, text);
	key_id_text(&b.pub, id);
	snprintf(want, sizeof(want), "signed by %s, not trusted", id);
	cr_assert_str_eq(text, want);
	artifact_close(artifact);
	artifact = open_small(NULL, &trust);
	describe_signer(artifact, text);
	cr_assert_str_eq(text, "not signed");
	artifact_close(artifact);
	key_ring_release(&trust.ring);
}

Test(describe, a_value_stays_on_its_line)
{
	struct artifact_trust trust = { .allow_untrusted = true };
	struct artifact *artifact = open_small(NULL, &trust);
	struct buf out = BUF_INIT;

	describe_text(artifact, &out);
	cr_assert(strstr((char *)out.data,
			 "  label.pattern: {label}_\"a\"\\??\u00e9\n"));
	buf_release(&out);
	artifact_close(artifact);
}

Test(describe, sums_are_what_sha256sum_reads)
{
	struct artifact_trust trust = { .allow_untrusted = true };
	struct artifact *artifact = open_small(NULL, &trust);
	struct buf out = BUF_INIT;

	describe_sums(artifact, &out);
	cr_assert(strstr((char *)out.data, "e3b0c44298fc1c149afbf4c8996fb924"
			 "27ae41e4649b934ca495991b7852b855  empty\n"));
	buf_release(&out);
	artifact_close(artifact);
}
