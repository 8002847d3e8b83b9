#include <sodium.h>
#include <string.h>
#include <sys/stat.h>

#include "artifact/key.h"
#include "base/file.h"
#include "bits/cursor.h"

/* Where the parts of a secret key lie; see key.h. */
enum {
	SECRET_KDF = 2, SECRET_ID = 54, SECRET_SK = 62,
	SECRET_CHECK = 126, SECRET_BYTES = 158, SECRET_TEXT = 212,
	FILE_MAX = 4096
};

static const char comment[] = "untrusted comment: ";

static void add_comment(struct buf *out, const char *what,
			const struct key_public *pub)
{
	char id[KEY_ID_TEXT];

	key_id_text(pub, id);
	buf_addf(out, "%stinyml %s key %s\n", comment, what, id);
}

static int write_text(const char *path, struct buf *text, unsigned mode,
		      struct err *err)
{
	int ret = text->failed ? err_nomem(err) : file_mkparents(path, err);

	if (!ret)
		ret = file_write(path, text->data, text->len, mode, err);
	return ret;
}

int key_save_public(const struct key_public *pub, const char *path,
		    struct err *err)
{
	struct buf text = BUF_INIT;
	char line[KEY_TEXT];
	int ret;

	key_text(pub, line);
	add_comment(&text, "public", pub);
	buf_addf(&text, "%s\n", line);
	ret = write_text(path, &text, 0644, err);
	buf_release(&text);
	return ret;
}

static void encode_secret(const struct key_secret *key,
			  char line[SECRET_TEXT + 1])
{
	uint8_t body[SECRET_BYTES] = { 'E', 'd', 0, 0, 'B', '2' };

	memcpy(body + SECRET_ID, key->pub.id, sizeof(key->pub.id));
	memcpy(body + SECRET_SK, key->sk, sizeof(key->sk));
	sodium_bin2base64(line, SECRET_TEXT + 1, body, sizeof(body),
			  sodium_base64_VARIANT_ORIGINAL);
	key_wipe(body, sizeof(body));
}

int key_save(const struct key_secret *key, const char *path, struct err *err)
{
	struct buf text = BUF_INIT;
	char line[SECRET_TEXT + 1];
	int ret;

	if (file_exists(path))
		return err_set(err, ERR_BUSY, "'%s' exists already; a secret "
			       "key is never replaced", path);
	encode_secret(key, line);
	add_comment(&text, "secret", &key->pub);
	buf_addf(&text, "%s\n", line);
	ret = write_text(path, &text, 0600, err);
	key_wipe(line, sizeof(line));
	if (text.data)
		key_wipe(text.data, text.len);
	buf_release(&text);
	return ret;
}

/*
 * Take the two lines apart: a comment, then exactly line_n characters and a
 * line feed at the end of the file.
 */
static int second_line(const struct buf *text, size_t line_n, char *line)
{
	struct cursor cur = cursor_init(text->data, text->len);
	size_t head = sizeof(comment) - 1;
	const uint8_t *p = cursor_take(&cur, head);
	uint8_t c = 0;

	if (!p || memcmp(p, comment, head) != 0)
		return ERR_FORMAT;
	while (c != '\n' && !cur.err)
		c = cursor_u8(&cur);
	p = cursor_take(&cur, line_n);
	if (!p || cursor_u8(&cur) != '\n' || cur.err || cursor_left(&cur))
		return ERR_FORMAT;
	memcpy(line, p, line_n);
	line[line_n] = '\0';
	return 0;
}

int key_load_public(struct key_public *pub, const char *path, struct err *err)
{
	struct buf text = BUF_INIT;
	char line[KEY_TEXT];
	int ret = file_read(path, FILE_MAX, &text, err);

	if (!ret)
		ret = second_line(&text, KEY_TEXT - 1, line);
	if (!ret)
		ret = key_from_text(pub, line, NULL);
	if (ret)
		err_set(err, ret, "'%s' is not a public key file", path);
	buf_release(&text);
	return ret;
}

/* Zero, as written without a password, or minisign's checksum. */
static bool check_holds(const uint8_t *body)
{
	uint8_t sum[32];
	crypto_generichash_state state;

	if (sodium_is_zero(body + SECRET_CHECK, sizeof(sum)))
		return true;
	crypto_generichash_init(&state, NULL, 0, sizeof(sum));
	crypto_generichash_update(&state, body, 2);
	crypto_generichash_update(&state, body + SECRET_ID,
				  SECRET_CHECK - SECRET_ID);
	crypto_generichash_final(&state, sum, sizeof(sum));
	return sodium_memcmp(sum, body + SECRET_CHECK, sizeof(sum)) == 0;
}

static int decode_secret(struct key_secret *key, const char *line)
{
	uint8_t body[SECRET_BYTES];
	char again[SECRET_TEXT + 1];
	size_t n = 0;
	int ret = ERR_FORMAT;

	if (sodium_base642bin(body, sizeof(body), line, SECRET_TEXT, NULL, &n,
			      NULL, sodium_base64_VARIANT_ORIGINAL) ||
	    n != sizeof(body) || memcmp(body, "Ed", 2) != 0)
		return ERR_FORMAT;
	sodium_bin2base64(again, sizeof(again), body, n,
			  sodium_base64_VARIANT_ORIGINAL);
	if (memcmp(body + SECRET_KDF, "Sc", 2) == 0)
		ret = ERR_UNSUPPORTED;
	else if (memcmp(body + SECRET_KDF, "\0\0B2", 4) == 0 &&
		 strcmp(line, again) == 0 && check_holds(body))
		ret = 0;
	if (!ret) {
		key_from_seed(key, body + SECRET_SK);
		memcpy(key->pub.id, body + SECRET_ID, sizeof(key->pub.id));
		if (sodium_memcmp(key->sk, body + SECRET_SK, 64) != 0)
			ret = ERR_FORMAT;
	}
	key_wipe(body, sizeof(body));
	key_wipe(again, sizeof(again));
	return ret;
}

static int check_private(const char *path, struct err *err)
{
	struct stat st;

	if (stat(path, &st)) {
		int ret = err_errno(err, "cannot read key '%s'", path);

		if (ret == ERR_MISSING)
			err_hint(err, "'tinyml init' makes a key, --key names "
				 "one, --unsigned works without");
		return ret;
	}
	if (st.st_mode & 077) {
		err_set(err, ERR_TRUST, "key '%s' may be read by others",
			path);
		err_hint(err, "chmod 600 '%s'", path);
		return ERR_TRUST;
	}
	return 0;
}

static int refuse_secret(const char *path, int kind, struct err *err)
{
	if (kind == ERR_UNSUPPORTED) {
		err_set(err, kind, "key '%s' has a password", path);
		err_hint(err, "'minisign -C -W -s %s' takes it away", path);
	}
	return err_set(err, kind, "'%s' is not a secret key file", path);
}

int key_load(struct key_secret *key, const char *path, struct err *err)
{
	struct buf text = BUF_INIT;
	char line[SECRET_TEXT + 1];
	int ret = check_private(path, err);

	if (ret)
		return ret;
	ret = file_read(path, FILE_MAX, &text, err);
	if (!ret) {
		ret = second_line(&text, SECRET_TEXT, line);
		if (!ret)
			ret = decode_secret(key, line);
		if (ret)
			ret = refuse_secret(path, ret, err);
	}
	key_wipe(line, sizeof(line));
	if (text.data)
		key_wipe(text.data, text.len);
	buf_release(&text);
	return ret;
}
