#include <criterion/criterion.h>
#include <stdlib.h>
#include <unistd.h>

#include "artifact/digest.h"
#include "base/file.h"

/* FIPS 180-4, "abc". */
static const char abc[] =
	"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

Test(digest, of_abc_in_one_go_and_in_pieces)
{
	struct digest_state state;
	struct digest digest = digest_of("abc", 3), other;
	char hex[DIGEST_HEX];

	digest_hex(&digest, hex);
	cr_assert_str_eq(hex, abc);
	digest_init(&state);
	digest_add(&state, "a", 1);
	digest_add(&state, "", 0);
	digest_add(&state, "bc", 2);
	other = digest_end(&state);
	cr_assert(digest_equal(&digest, &other));
	cr_assert(digest_unhex(&other, abc));
	cr_assert(digest_equal(&digest, &other));
	cr_assert_not(digest_unhex(&other, "ba78"));
}

Test(digest, of_a_file)
{
	char path[] = "/tmp/tinyml-test-XXXXXX";
	struct buf bytes = BUF_INIT;
	struct digest digest, whole;

	close(mkstemp(path));
	buf_grow(&bytes, 200001);
	bytes.data[70000] = 1;
	cr_assert_eq(file_write(path, bytes.data, bytes.len, 0644, NULL), 0);
	cr_assert_eq(digest_file(path, &digest, NULL), 0);
	whole = digest_of(bytes.data, bytes.len);
	cr_assert(digest_equal(&digest, &whole));
	unlink(path);
	cr_assert_eq(digest_file(path, &digest, NULL), ERR_MISSING);
	cr_assert_eq(digest_file("/tmp", &digest, NULL), ERR_FORMAT);
	buf_release(&bytes);
}
