#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "dataset/untar.h"
#include "tar_make.h"

static struct untar tar;
static struct buf made;
static struct err err;

Test(untar, files_come_with_their_names_and_bytes)
{
	tar_make(&made, '5', "a/", "", 0);
	tar_make(&made, '0', "./a/one", "1", 1);
	tar_make(&made, '2', "link", "", 0);
	tar_make(&made, 'L', "././@LongLink", "a/long name", 12);
	tar_make(&made, '0', "cut", "22", 2);
	tar_make(&made, 'x', "pax", "19 mtime=1000.5000\n16 path=a/three\n",
		 35);
	tar_make(&made, '0', "three", "", 0);
	buf_grow(&made, 1024);
	untar_open(&tar, made.data, made.len);
	cr_assert_eq(untar_next(&tar, &err), 1, "%s", err.text);
	cr_assert_str_eq(tar.name, "a/one");
	cr_assert_eq(tar.n, 1);
	cr_assert_eq(tar.bytes[0], '1');
	cr_assert_eq(untar_next(&tar, &err), 1);
	cr_assert_str_eq(tar.name, "a/long name");
	cr_assert_eq(tar.n, 2);
	cr_assert_eq(untar_next(&tar, &err), 1, "%s", err.text);
	cr_assert_str_eq(tar.name, "a/three");
	cr_assert_eq(tar.n, 0);
	cr_assert_eq(untar_next(&tar, &err), 0);
	buf_release(&made);
}

Test(untar, a_long_name_lies_in_the_prefix)
{
	tar_make(&made, '0', "name", "", 0);
	memcpy(made.data + 345, "far/away", 8);
	tar_make_sum(made.data);
	untar_open(&tar, made.data, made.len);
	cr_assert_eq(untar_next(&tar, &err), 1);
	cr_assert_str_eq(tar.name, "far/away/name");
	buf_release(&made);
}

Test(untar, cut_and_damaged_archives_are_refused)
{
	tar_make(&made, '0', "name", "abc", 3);
	for (size_t n = 1; n < 515; n++) {
		uint8_t *exact = malloc(n);

		memcpy(exact, made.data, n);
		untar_open(&tar, exact, n);
		cr_assert_eq(untar_next(&tar, NULL), ERR_SHORT);
		free(exact);
	}
	made.data[0]++;
	untar_open(&tar, made.data, made.len);
	cr_assert_eq(untar_next(&tar, NULL), ERR_FORMAT);
	buf_clear(&made);
	tar_make(&made, 'x', "pax", "99 path=a\n", 10);
	untar_open(&tar, made.data, made.len);
	cr_assert_eq(untar_next(&tar, NULL), ERR_FORMAT);
	buf_release(&made);
}
