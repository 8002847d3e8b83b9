#include "artifact/signature.h"

#include <sodium.h>
#include <string.h>

#include "bits/cursor.h"

static const char untrusted[] = "untrusted comment: signature by tinyml\n";
static const char trusted[] = "trusted comment: ";

enum {
	BODY_BYTES = 2 + 8 + 64, BODY_TEXT = 100,
	GLOBAL_BYTES = 64, GLOBAL_TEXT = 88,
	HASH_BYTES = 64
};

static void add_base64(struct buf *out, const void *bytes, size_t n)
{
	char text[BODY_TEXT + 1];

	sodium_bin2base64(text, sizeof(text), bytes, n,
			  sodium_base64_VARIANT_ORIGINAL);
	buf_adds(out, text);
	buf_addc(out, '\n');
}

void signature_write(const struct signature *signature, struct buf *out)
{
	uint8_t body[BODY_BYTES] = { 'E', 'D' };

	memcpy(body + 2, signature->id, sizeof(signature->id));
	memcpy(body + 10, signature->sig, sizeof(signature->sig));
	buf_adds(out, untrusted);
	add_base64(out, body, sizeof(body));
	buf_adds(out, trusted);
	buf_adds(out, signature->comment);
	buf_addc(out, '\n');
	add_base64(out, signature->global, sizeof(signature->global));
}

bool signature_comment_ok(const char *comment)
{
	size_t n = strlen(comment);

	for (size_t i = 0; i < n; i++)
		if (comment[i] < 0x20 || comment[i] > 0x7e)
			return false;
	return n <= SIGNATURE_COMMENT_MAX;
}

static void take_text(struct cursor *cur, const char *text)
{
	const uint8_t *p = cursor_take(cur, strlen(text));

	if (p && memcmp(p, text, strlen(text)) != 0)
		cursor_fail(cur, ERR_TRUST);
}

static void take_base64(struct cursor *cur, size_t text_n, uint8_t *out,
			size_t n)
{
	const uint8_t *p = cursor_take(cur, text_n);
	size_t got = 0;

	if (!p || sodium_base642bin(out, n, (const char *)p, text_n, NULL,
				    &got, NULL,
				    sodium_base64_VARIANT_ORIGINAL) ||
	    got != n)
		cursor_fail(cur, ERR_TRUST);
	take_text(cur, "\n");
}

static void take_comment(struct cursor *cur, char *comment)
{
	size_t n = 0;
	uint8_t c;

	while ((c = cursor_u8(cur)) != '\n' && !cur->err) {
		if (c < 0x20 || c > 0x7e || n == SIGNATURE_COMMENT_MAX)
			cursor_fail(cur, ERR_TRUST);
		else
			comment[n++] = (char)c;
	}
	comment[n] = '\0';
}

static bool same_again(const struct signature *signature, const void *bytes,
		       size_t n)
{
	struct buf again = BUF_INIT;
	bool same;

	signature_write(signature, &again);
	same = !again.failed && again.len == n &&
	       memcmp(again.data, bytes, n) == 0;
	buf_release(&again);
	return same;
}

int signature_read(struct signature *signature, const void *bytes, size_t n,
		   struct err *err)
{
	struct cursor cur = cursor_init(bytes, n);
	uint8_t body[BODY_BYTES] = { 0 };

	*signature = (struct signature){ 0 };
	take_text(&cur, untrusted);
	take_base64(&cur, BODY_TEXT, body, sizeof(body));
	take_text(&cur, trusted);
	take_comment(&cur, signature->comment);
	take_base64(&cur, GLOBAL_TEXT, signature->global, GLOBAL_BYTES);
	memcpy(signature->id, body + 2, sizeof(signature->id));
	memcpy(signature->sig, body + 10, sizeof(signature->sig));
	if (cur.err || !same_again(signature, bytes, n))
		return err_set(err, ERR_TRUST, "the signature is not in the "
			       "one form that tinyml writes");
	return 0;
}

bool signature_valid(const struct signature *signature,
		     const struct key_public *pub, const void *bytes,
		     size_t n)
{
	uint8_t hash[HASH_BYTES], global[64 + SIGNATURE_COMMENT_MAX];
	size_t comment_n = strlen(signature->comment);

	crypto_generichash(hash, sizeof(hash), bytes, n, NULL, 0);
	memcpy(global, signature->sig, 64);
	memcpy(global + 64, signature->comment, comment_n);
	return memcmp(signature->id, pub->id, sizeof(pub->id)) == 0 &&
	       key_verify_raw(pub->pk, hash, sizeof(hash), signature->sig) &&
	       key_verify_raw(pub->pk, global, 64 + comment_n,
			      signature->global);
}
