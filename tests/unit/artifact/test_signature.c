#include <criterion/criterion.h>
#include <string.h>

#include "artifact/signature.h"
#include "small.h"

static const char message[] = "what is signed";

static struct buf sign(char letter)
{
	struct key_secret key = small_key(letter);
	struct buf out = BUF_INIT;

	key_sign(&key, message, sizeof(message), "a comment", &out, NULL);
	return out;
}

/* Is this text believed as a signature of n bytes? */
static int believe_of(const void *bytes, size_t n, const void *text,
		      size_t text_n, struct key_public *signer)
{
	struct artifact_trust trust = small_trust('a');
	struct signature signature;
	int ret = signature_read(&signature, text, text_n, NULL);

	if (!ret)
		ret = signature_check(&signature, &trust.ring, bytes, n,
				      signer, NULL);
	key_ring_release(&trust.ring);
	return ret;
}

static int believe(const void *text, size_t n)
{
	struct key_public signer;

	return believe_of(message, sizeof(message), text, n, &signer);
}

/* The signature with its first `from` replaced by `to`. */
static int believe_changed(const char *from, const char *to)
{
	struct buf good = sign('a'), bad = BUF_INIT;
	char *at = strstr((char *)good.data, from);
	int ret;

	cr_assert_not_null(at);
	buf_add(&bad, good.data, (size_t)(at - (char *)good.data));
	buf_adds(&bad, to);
	buf_adds(&bad, at + strlen(from));
	ret = believe(bad.data, bad.len);
	buf_release(&good);
	buf_release(&bad);
	return ret;
}

Test(signature, is_believed_and_names_its_signer)
{
	struct buf text = sign('a');
	struct key_secret key = small_key('a');
	struct key_public signer;

	cr_assert_eq(believe_of(message, sizeof(message), text.data, text.len,
				&signer), 0);
	cr_assert_arr_eq(signer.pk, key.pub.pk, 32);
	buf_release(&text);
}

Test(signature, is_the_same_twice)
{
	struct buf one = sign('a'), two = sign('a');

	cr_assert_str_eq((char *)one.data, (char *)two.data);
	buf_release(&one);
	buf_release(&two);
}

Test(signature, other_message_or_key_is_refused)
{
	struct buf text = sign('a'), other = sign('b');
	struct key_public signer;

	cr_assert_eq(believe_of("x", 1, text.data, text.len, &signer),
		     ERR_TRUST);
	cr_assert_eq(believe(other.data, other.len), ERR_TRUST);
	buf_release(&text);
	buf_release(&other);
}

Test(signature, every_single_bit_flip_is_refused)
{
	struct buf text = sign('a');

	for (size_t i = 0; i < 8 * text.len; i++) {
		text.data[i / 8] ^= (uint8_t)(1 << i % 8);
		cr_assert_eq(believe(text.data, text.len), ERR_TRUST,
			     "bit %zu of byte %zu", i % 8, i / 8);
		text.data[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	buf_release(&text);
}

Test(signature, every_truncation_is_refused)
{
	struct buf text = sign('a');

	for (size_t n = 0; n < text.len; n++)
		cr_assert_eq(believe(text.data, n), ERR_TRUST, "%zu", n);
	buf_release(&text);
}

/* What stock minisign lets pass. */
Test(signature, another_untrusted_comment_is_refused)
{
	cr_assert_eq(believe_changed("signature by tinyml", "hello"),
		     ERR_TRUST);
}

Test(signature, another_trusted_comment_is_refused)
{
	cr_assert_eq(believe_changed("a comment", "b comment"), ERR_TRUST);
}

Test(signature, a_carriage_return_is_refused)
{
	cr_assert_eq(believe_changed("a comment\n", "a comment\r\n"),
		     ERR_TRUST);
	cr_assert_eq(believe_changed("tinyml\n", "tinyml\r\n"), ERR_TRUST);
}

/* 74 and 64 bytes leave 2 and 4 spare bits in the last base64 group. */
Test(signature, spare_base64_bits_are_refused)
{
	struct buf text = sign('a');
	char *end = strstr((char *)text.data, "=\n");

	cr_assert_not_null(end);
	end[-1]++;
	cr_assert_eq(believe(text.data, text.len), ERR_TRUST);
	end[-1]--;
	cr_assert_eq(believe(text.data, text.len), 0);
	end = strstr((char *)text.data, "==\n");
	cr_assert_not_null(end);
	end[-1]++;
	cr_assert_eq(believe(text.data, text.len), ERR_TRUST);
	buf_release(&text);
}

Test(signature, bytes_after_the_last_line_are_refused)
{
	struct buf text = sign('a');

	buf_adds(&text, "\n");
	cr_assert_eq(believe(text.data, text.len), ERR_TRUST);
	buf_adds(&text, "more\n");
	cr_assert_eq(believe(text.data, text.len), ERR_TRUST);
	buf_release(&text);
}

Test(signature, comments_are_short_printable_ascii)
{
	struct key_secret key = small_key('a');
	struct buf out = BUF_INIT;
	char comment[SIGNATURE_COMMENT_MAX + 2];

	memset(comment, 'x', sizeof(comment));
	comment[SIGNATURE_COMMENT_MAX + 1] = '\0';
	cr_assert_eq(key_sign(&key, "", 0, comment, &out, NULL), ERR_FORMAT);
	comment[SIGNATURE_COMMENT_MAX] = '\0';
	cr_assert_eq(key_sign(&key, "", 0, comment, &out, NULL), 0);
	cr_assert_eq(key_sign(&key, "", 0, "a\nb", &out, NULL), ERR_FORMAT);
	cr_assert_eq(key_sign(&key, "", 0, "\u00e9", &out, NULL), ERR_FORMAT);
	buf_release(&out);
}
