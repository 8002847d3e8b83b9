#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "dataset/idx.h"

static const uint8_t images[] = { 0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1,
				  0, 0, 0, 3, 1, 2, 3, 4, 5, 6 };
static const uint8_t labels[] = { 0, 0, 8, 1, 0, 0, 0, 2, 7, 9 };

Test(idx, images_and_labels_belong_together)
{
	struct idx a, b;

	cr_assert_eq(idx_parse(&a, images, sizeof(images), NULL), 0);
	cr_assert_eq(idx_parse(&b, labels, sizeof(labels), NULL), 0);
	cr_assert_eq(idx_check_pair(&a, &b, NULL), 0);
	cr_assert_eq(a.size[2], 3);
	cr_assert_eq(a.data[5], 6);
	cr_assert_eq(b.data[1], 9);
	cr_assert_eq(idx_check_pair(&b, &a, NULL), ERR_FORMAT);
}

Test(idx, every_truncation_and_a_trailing_byte_are_refused)
{
	struct idx idx;

	for (size_t n = 0; n < sizeof(images); n++) {
		uint8_t *exact = malloc(n ? n : 1);

		memcpy(exact, images, n);
		cr_assert_eq(idx_parse(&idx, exact, n, NULL), ERR_SHORT);
		free(exact);
	}
	cr_assert_eq(idx_parse(&idx, "\0\0\10\1\0\0\0\1ab", 10, NULL),
		     ERR_FORMAT);
}

Test(idx, sizes_whose_product_overflows_are_refused)
{
	uint8_t huge[20] = { 0, 0, 8, 4 };
	struct idx idx;

	memset(huge + 4, 0xff, 16);
	cr_assert_eq(idx_parse(&idx, huge, sizeof(huge), NULL), ERR_LIMIT);
}

Test(idx, gzip_is_told_how_to_be_unpacked)
{
	const uint8_t gzip[4] = { 0x1f, 0x8b, 8, 0 };
	struct err err = { 0 };
	struct idx idx;

	cr_assert_eq(idx_parse(&idx, gzip, 4, &err), ERR_UNSUPPORTED);
	cr_assert(strstr(err.hint, "gunzip"));
}

Test(idx, label_file_is_named_after_the_image_file)
{
	char *path = idx_label_path("images/train-images-idx3-ubyte");

	cr_assert_str_eq(path, "images/train-labels-idx1-ubyte");
	free(path);
	cr_assert_null(idx_label_path("images/digits"));
}
