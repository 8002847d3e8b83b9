#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "tiny_firmware.h"

/* ---- versions ------------------------------------------------------------ */

Test(version, reads_back_as_written)
{
	static const char *const texts[] = {
		"0.0.0", "1.2.3", "1.2.3+4", "255.255.65535+4294967295",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		char text[FIRMWARE_VERSION_TEXT];
		struct mcuboot_version v;

		cr_assert_eq(firmware_version_parse(texts[i], &v, NULL), 0,
			     "%s", texts[i]);
		firmware_version_text(&v, text);
		cr_assert_str_eq(text, texts[i]);
	}
}

Test(version, every_other_spelling_is_refused_and_the_result_untouched)
{
	static const char *const texts[] = {
		"", "1", "1.2", "1.2.", "1.2.3.", "1.2.3.4", ".1.2.3", "1..3",
		"1.2.3+", "1.2.3+0", "1.2.3+4+5", "1.2.3-4", "1.2.3 ", " 1.2.3",
		"\n1.2.3", "\v1.2.3", "1. 2.3", "1.\t2.3", "+1.2.3", "1.+2.3",
		"1.-2.3", "1.2.3+-4", "1.2.3++4", "01.2.3", "1.02.3", "1.2.00",
		"1.2.3+04", "256.0.0", "0.256.0", "0.0.65536",
		"0.0.0+4294967296", "4294967297.0.0",
		"18446744073709551617.0.0", "1.2.3x", "0x1.2.3", "1,2,3", "a",
		"1.2.3\xff", "99999999999999999999999999.1.1",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct mcuboot_version v = { 9, 9, 9, 9 };
		struct err err = { 0 };

		cr_assert_eq(firmware_version_parse(texts[i], &v, &err),
			     ERR_USAGE, "'%s'", texts[i]);
		cr_assert_str_eq(err.hint, "write it as 1.2.3 or 1.2.3+4");
		cr_assert_eq(v.major, 9, "'%s'", texts[i]);
		cr_assert_eq(v.build, 9, "'%s'", texts[i]);
	}
}

/* ---- containers ---------------------------------------------------------- */

Test(seal, a_container_is_checked_and_says_what_it_was_told)
{
	struct mcuboot_image image;
	struct tiny_firmware t;

	tf_init(&t, 3, 0, 77, 1);
	cr_assert_eq(t.container.len,
		     TINY_IMAGE_BYTES + MCUBOOT_MODEL_EXTRA_BYTES);
	cr_assert_eq(firmware_check(t.container.data, t.container.len,
				    t.key.pub.pk, &image, NULL), 0);
	cr_assert_eq(image.counter, 77);
	cr_assert_eq(image.version.revision, 3);
	cr_assert_eq(memcmp(image.identity, t.from.id.bytes, DIGEST_BYTES), 0);
	cr_assert_eq(image.payload_bytes, TINY_IMAGE_BYTES);
	cr_assert_eq(memcmp(image.payload, t.image, TINY_IMAGE_BYTES), 0);
	tf_release(&t);
}

Test(seal, equal_orders_give_equal_bytes)
{
	struct tiny_firmware a, b;

	tf_init(&a, 3, 0, 77, 1);
	tf_init(&b, 3, 0, 77, 1);
	cr_assert_eq(a.container.len, b.container.len);
	cr_assert_eq(memcmp(a.container.data, b.container.data,
			    a.container.len), 0);
	tf_release(&a);
	tf_release(&b);
}

Test(seal, every_bit_flip_is_refused)
{
	struct mcuboot_image image;
	struct tiny_firmware t;

	tf_init(&t, 3, 0, 77, 1);
	for (size_t bit = 0; bit < 8 * t.container.len; bit++) {
		struct err err = { 0 };

		t.container.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
		cr_assert_neq(firmware_check(t.container.data, t.container.len,
					     t.key.pub.pk, &image, &err), 0,
			      "bit %zu", bit);
		cr_assert_neq(err.text[0], '\0', "bit %zu", bit);
		t.container.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	tf_release(&t);
}

Test(seal, every_length_but_its_own_is_refused)
{
	struct mcuboot_image image;
	struct tiny_firmware t;
	uint8_t *copy;
	size_t own;

	tf_init(&t, 3, 0, 77, 1);
	own = t.container.len;
	buf_grow(&t.container, 64);
	for (size_t n = 0; n <= t.container.len; n++) {
		copy = malloc(n + 1);	/* so that a sanitizer sees reads
					   behind the end */
		memcpy(copy, t.container.data, n);
		cr_assert_eq(firmware_check(copy, n, t.key.pub.pk, &image,
					    NULL) == 0, n == own, "%zu", n);
		free(copy);
	}
	tf_release(&t);
}

Test(seal, another_key_is_not_trusted_and_the_sentence_says_so)
{
	struct tiny_firmware t, other;
	struct mcuboot_image image;
	struct err err = { 0 };

	tf_init(&t, 3, 0, 77, 1);
	tf_init(&other, 3, 0, 77, 2);
	cr_assert_eq(firmware_check(t.container.data, t.container.len,
				    other.key.pub.pk, &image, &err),
		     ERR_TRUST);
	cr_assert_str_eq(err.text, "the container was signed with another "
			 "device key");
	tf_release(&t);
	tf_release(&other);
}
