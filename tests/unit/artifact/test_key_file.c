#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "small.h"

static char folder[64], path[96];

static void open_folder(void)
{
	strcpy(folder, "/tmp/tinyml-test-XXXXXX");
	cr_assert_not_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/a.key", folder);
}

static void close_folder(void)
{
	unlink(path);
	rmdir(folder);
}

TestSuite(key_file, .init = open_folder, .fini = close_folder);

static void write_text(const char *text)
{
	cr_assert_eq(file_write(path, text, strlen(text), 0600, NULL), 0);
}

Test(key_file, a_secret_key_comes_back)
{
	struct key_secret key, back;
	struct stat st;

	cr_assert_eq(key_generate(&key, NULL), 0);
	cr_assert_eq(key_save(&key, path, NULL), 0);
	cr_assert_eq(stat(path, &st), 0);
	cr_assert_eq(st.st_mode & 0777, 0600);
	cr_assert_eq(key_load(&back, path, NULL), 0);
	cr_assert_arr_eq((uint8_t *)&key, (uint8_t *)&back, sizeof(key));
}

Test(key_file, a_secret_key_is_never_replaced)
{
	struct key_secret key = small_key('a'), other = small_key('b'), back;

	cr_assert_eq(key_save(&key, path, NULL), 0);
	cr_assert_eq(key_save(&other, path, NULL), ERR_BUSY);
	cr_assert_eq(key_load(&back, path, NULL), 0);
	cr_assert_arr_eq(back.sk, key.sk, 64);
}

Test(key_file, two_generated_keys_differ)
{
	struct key_secret one, two;

	key_generate(&one, NULL);
	key_generate(&two, NULL);
	cr_assert_neq(memcmp(one.sk, two.sk, 64), 0);
}

Test(key_file, readable_by_others_is_refused)
{
	struct key_secret key = small_key('a'), back;
	struct err err = { 0 };

	cr_assert_eq(key_save(&key, path, NULL), 0);
	for (unsigned bit = 1; bit <= 040; bit *= 2) {
		chmod(path, 0600 | bit);
		cr_assert_eq(key_load(&back, path, NULL), ERR_TRUST);
	}
	cr_assert_eq(key_load(&back, path, &err), ERR_TRUST);
	cr_assert(strstr(err.hint, "chmod 600"));
}

Test(key_file, a_missing_key_hints_at_init)
{
	struct key_secret key;
	struct err err = { 0 };

	cr_assert_eq(key_load(&key, path, &err), ERR_MISSING);
	cr_assert(strstr(err.hint, "tinyml init"));
}

/* Made by `minisign -G -W`, version 0.11. */
static const char stock_comment[] = "untrusted comment: minisign "
	"encrypted secret key\n";

Test(key_file, other_comments_are_fine_other_bytes_are_not)
{
	struct key_secret key = small_key('a'), back;
	struct buf text = BUF_INIT, stock = BUF_INIT;
	char *line;

	cr_assert_eq(key_save(&key, path, NULL), 0);
	cr_assert_eq(file_read(path, 4096, &text, NULL), 0);
	line = strchr((char *)text.data, '\n') + 1;
	buf_addf(&stock, "%s%s", stock_comment, line);
	write_text((char *)stock.data);
	cr_assert_eq(key_load(&back, path, NULL), 0);
	for (size_t i = 0; i < 212 * 8u; i++) {
		size_t at = sizeof(stock_comment) - 1 + i / 8;
		int ret;

		stock.data[at] ^= (uint8_t)(1 << i % 8);
		write_text((char *)stock.data);
		ret = key_load(&back, path, NULL);
		/* the salt, the limits and the id are not covered */
		if (i / 8 < 8 || i / 8 >= 84)
			cr_assert(ret == ERR_FORMAT || ret == ERR_UNSUPPORTED,
				  "bit %zu", i);
		stock.data[at] ^= (uint8_t)(1 << i % 8);
	}
	buf_adds(&stock, "x");
	write_text((char *)stock.data);
	cr_assert_eq(key_load(&back, path, NULL), ERR_FORMAT);
	buf_release(&text);
	buf_release(&stock);
}

Test(key_file, a_key_with_a_password_is_not_supported)
{
	struct key_secret key = small_key('a'), back;
	struct buf text = BUF_INIT;
	struct err err = { 0 };
	char *line;

	cr_assert_eq(key_save(&key, path, NULL), 0);
	cr_assert_eq(file_read(path, 4096, &text, NULL), 0);
	line = strchr((char *)text.data, '\n') + 1;
	memcpy(line, "RWRTY0Iy", 8);	/* "Ed" "Sc" "B2" */
	write_text((char *)text.data);
	cr_assert_eq(key_load(&back, path, &err), ERR_UNSUPPORTED);
	cr_assert(strstr(err.hint, "minisign -C -W"));
	buf_release(&text);
}

Test(key_file, a_public_key_comes_back)
{
	struct key_secret key = small_key('a');
	struct key_public back;

	cr_assert_eq(key_save_public(&key.pub, path, NULL), 0);
	cr_assert_eq(key_load_public(&back, path, NULL), 0);
	cr_assert_arr_eq((uint8_t *)&back, (uint8_t *)&key.pub, sizeof(back));
	write_text("untrusted comment: x\nRWQ=\n");
	cr_assert_eq(key_load_public(&back, path, NULL), ERR_FORMAT);
	write_text("");
	cr_assert_eq(key_load_public(&back, path, NULL), ERR_FORMAT);
}

Test(key_file, text_has_one_spelling)
{
	struct key_secret key = small_key('a');
	struct key_public back;
	char text[KEY_TEXT + 1];

	key_text(&key.pub, text);
	cr_assert_eq(strlen(text), 56);
	cr_assert_eq(key_from_text(&back, text, NULL), 0);
	cr_assert_arr_eq(back.pk, key.pub.pk, 32);
	text[0] = 'S';
	cr_assert_eq(key_from_text(&back, text, NULL), ERR_FORMAT);
	text[0] = 'R';
	text[55] = '\n';
	cr_assert_eq(key_from_text(&back, text, NULL), ERR_FORMAT);
	cr_assert_eq(key_from_text(&back, "", NULL), ERR_FORMAT);
}

Test(key_file, raw_signatures_are_rfc_8032)
{
	/* RFC 8032, section 7.1, TEST 2 */
	static const uint8_t seed[32] = {
		0x4c, 0xcd, 0x08, 0x9b, 0x28, 0xff, 0x96, 0xda,
		0x9d, 0xb6, 0xc3, 0x46, 0xec, 0x11, 0x4e, 0x0f,
		0x5b, 0x8a, 0x31, 0x9f, 0x35, 0xab, 0xa6, 0x24,
		0xda, 0x8c, 0xf6, 0xed, 0x4f, 0xb8, 0xa6, 0xfb,
	};
	static const uint8_t start[8] = {
		0x92, 0xa0, 0x09, 0xa9, 0xf0, 0xd4, 0xca, 0xb8,
	};
	struct key_secret key;
	uint8_t signature[64];

	key_from_seed(&key, seed);
	key_sign_raw(&key, "\x72", 1, signature);
	cr_assert_arr_eq(signature, start, 8);
	cr_assert(key_verify_raw(key.pub.pk, "\x72", 1, signature));
	cr_assert_not(key_verify_raw(key.pub.pk, "\x73", 1, signature));
}
