#include <criterion/criterion.h>
#include <stdio.h>

#include "bits/err.h"
#include "image/model_image.h"
#include "small_image.h"

static struct small_image small;
static struct model_image img;

static int reopen(void)
{
	return model_image_open(small.bytes, small.n, &img);
}

static void make(void)
{
	small_image_make(&small);
	cr_assert_eq(reopen(), 0);
}

/* Entry index of the section table. */
static uint8_t *entry(unsigned index)
{
	return small.bytes + MODEL_IMAGE_HEADER_BYTES +
	       index * MODEL_IMAGE_ENTRY_BYTES;
}

static void refused(uint8_t *field, uint32_t value, int err, const char *what)
{
	uint32_t was = le_u32(field);

	le_put32(field, value);
	cr_expect_eq(reopen(), err, "%s: %d", what, reopen());
	le_put32(field, was);
}

Test(model_image, records_come_back_as_written, .init = make)
{
	struct model_image_tensor t = model_image_tensor(&img, 1);
	struct model_image_op op = model_image_op(&img, 2);
	struct model_image_add add;
	struct model_image_header header;

	model_image_header(&img, &header);
	cr_assert_eq(header.total_bytes, small.n);
	cr_assert_eq(header.arena_bytes, SMALL_IMAGE_ARENA);
	cr_assert_eq(header.inputs[0], 0);
	cr_assert_eq(header.inputs[1], MODEL_IMAGE_NONE);
	cr_assert_eq(header.outputs[0], 8);
	cr_assert_eq(t.rank, 4);
	cr_assert_eq(t.dims[1], 4);
	cr_assert_eq(t.zero, 5);
	cr_assert_eq(t.offset, 96);
	cr_assert_eq(op.op, KERN_ADD);
	cr_assert_eq(op.input_count, 2);
	cr_assert_eq(op.inputs[1], 2);
	cr_assert_eq(op.inputs[2], MODEL_IMAGE_NONE);
	cr_assert_eq(model_image_params(&img, &op, &add, sizeof(add)), 0);
	cr_assert_eq(add.left_shift, 20);
	cr_assert_eq(add.out_shift, -19);
	cr_assert_eq(add.act_min, -100);
	cr_assert_eq(model_image_params(&img, &op, &add, 4), ERR_FORMAT);
}

/* The fuzzer's valid seed is this image; when the format moves, so must it. */
Test(model_image, seed_of_the_fuzzer_is_the_small_image, .init = make)
{
	static uint8_t seed[SMALL_IMAGE_ROOM];
	FILE *f = fopen(TESTDATA "/fuzz/image/small.img", "rb");
	size_t n;

	cr_assert_not_null(f);
	n = fread(seed, 1, sizeof(seed), f);
	fclose(f);
	cr_assert_eq(n, small.n);
	cr_assert_arr_eq(seed, small.bytes, n);
}

Test(model_image, texts_and_vectors, .init = make)
{
	struct model_image_vector vector;

	cr_assert_str_eq(model_image_label(&img, 0), "yes");
	cr_assert_str_eq(model_image_label(&img, 4), "stop");
	cr_assert_null(model_image_label(&img, 5));
	cr_assert_str_eq(model_image_info(&img, "name"), "small");
	cr_assert_str_eq(model_image_info(&img, "version"), "7");
	cr_assert_null(model_image_info(&img, "vers"));
	cr_assert_null(model_image_info(&img, "source"));
	cr_assert_eq(model_image_golden(&img, 0, &vector), 0);
	cr_assert_eq(vector.input_bytes, SMALL_IMAGE_INPUT);
	cr_assert_eq(vector.output - vector.input, SMALL_IMAGE_INPUT);
	cr_assert_eq(model_image_golden(&img, 1, &vector), ERR_MISSING);
}

/* Optional sections under kinds nobody knows: as if they were not there. */
Test(model_image, absent_texts_are_not_found, .init = make)
{
	struct model_image_vector vector;

	for (unsigned i = 4; i < 7; i++)
		le_put32(entry(i), 100 + i);
	cr_assert_eq(reopen(), 0);
	cr_assert_null(model_image_label(&img, 0));
	cr_assert_null(model_image_info(&img, "name"));
	cr_assert_eq(model_image_golden(&img, 0, &vector), ERR_MISSING);
}

Test(model_image, constants_stay_inside, .init = make)
{
	size_t n = img.consts.bytes;

	cr_assert_not_null(model_image_const(&img, 0, n, 4));
	cr_assert_null(model_image_const(&img, 0, n + 1, 1));
	cr_assert_null(model_image_const(&img, 1, n, 1));
	cr_assert_null(model_image_const(&img, 0xffffffff, 2, 1));
	cr_assert_null(model_image_const(&img, 2, 4, 4));
}

Test(model_image, crc_covers_all_behind_it, .init = make)
{
	cr_assert_eq(model_image_crc_check(&img), 0);
	for (size_t i = 12; i < small.n; i++) {
		if (i == 36)		/* section count: structure */
			i = 40;
		small.bytes[i] ^= 1;
		cr_assert_eq(model_image_crc_check(&img), ERR_TRUST, "%zu", i);
		small.bytes[i] ^= 1;
	}
}

Test(model_image, header_lies, .init = make)
{
	refused(small.bytes, 0x494c4d55, ERR_FORMAT, "magic");
	refused(small.bytes + 4, 0x00400002, ERR_UNSUPPORTED, "abi");
	refused(small.bytes + 4, 0x00500001, ERR_FORMAT, "header bytes");
	refused(small.bytes + 8, (uint32_t)small.n + 16, ERR_SHORT, "longer");
	refused(small.bytes + 8, (uint32_t)small.n - 16, ERR_RANGE, "shorter");
	refused(small.bytes + 8, 0xfffffff0, ERR_LIMIT, "huge");
	refused(small.bytes + 24, 0x10000001, ERR_LIMIT, "huge arena");
	refused(small.bytes + 28, 0, ERR_RANGE, "no input");
	refused(small.bytes + 28, 5, ERR_LIMIT, "five inputs");
	refused(small.bytes + 36, 17, ERR_LIMIT, "many sections");
	refused(small.bytes + 40, 0xffff0009, ERR_RANGE, "input no tensor");
	refused(small.bytes + 56, 1, ERR_FORMAT, "reserved");
}

Test(model_image, sections_lie, .init = make)
{
	refused(entry(0), 2, ERR_FORMAT, "tensors called operations");
	refused(entry(1), 1, ERR_FORMAT, "kind twice");
	refused(entry(2), 5, ERR_FORMAT, "unknown required kind");
	refused(entry(0) + 4, 8, ERR_FORMAT, "misaligned");
	refused(entry(0) + 4, 64, ERR_RANGE, "over the table");
	refused(entry(1) + 4, 0xfffffff0, ERR_RANGE, "outside");
	refused(entry(2) + 8, 0xffffffff, ERR_RANGE, "too long");
	refused(entry(0) + 12, 8, ERR_FORMAT, "count and bytes disagree");
	refused(entry(0) + 12, 0, ERR_FORMAT, "no record");
	refused(entry(0) + 12, 4000, ERR_LIMIT, "too many records");
	refused(entry(3) + 12, 1, ERR_FORMAT, "count where there is none");
}

Test(model_image, texts_without_end_are_refused, .init = make)
{
	size_t n;
	const uint8_t *labels = model_image_section(&img, MODEL_IMAGE_LABELS,
						    &n);
	uint8_t *at = small.bytes + (labels - small.bytes);
	const uint8_t *info;

	at[n - 1] = 'x';
	cr_assert_eq(reopen(), ERR_FORMAT);
	at[n - 1] = 0;
	info = model_image_section(&img, MODEL_IMAGE_INFO, &n);
	at = small.bytes + (info - small.bytes);
	at[0] = 'z';			/* "zame" behind "version" */
	cr_assert_eq(reopen(), ERR_FORMAT);
	at[0] = '=';
	cr_assert_eq(reopen(), ERR_FORMAT);
	at[0] = 'n';
	cr_assert_eq(reopen(), 0);
}

Test(model_image, vectors_that_do_not_fit_are_refused, .init = make)
{
	size_t n;
	const uint8_t *p = model_image_section(&img, MODEL_IMAGE_GOLDEN, &n);
	uint8_t *at = small.bytes + (p - small.bytes);

	refused(at, 2, ERR_RANGE, "more records than bytes");
	refused(at, 0xffffffff, ERR_RANGE, "records that overflow");
	refused(at + 4, 2, ERR_FORMAT, "unknown level");
	refused(at + 8, 95, ERR_RANGE, "input of another size");
	refused(at + 12, 6, ERR_RANGE, "output of another size");
}
