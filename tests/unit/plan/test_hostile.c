#include <criterion/criterion.h>

#include "base/file.h"
#include "bits/le.h"
#include "guarded.h"
#include "model/text.h"
#include "model/tflite.h"
#include "plan/plan.h"

/*
 * Images of the operations without weights, damaged: run_open refuses them,
 * or running them stays inside arena and image.
 */

enum { ARENA = 4096 };

/* The model is released. */
static void make_from(struct buf *image, struct model *m)
{
	struct err err = { 0 };
	struct plan plan;

	cr_assert_eq(plan_init(&plan, m, KERN_SET_REF, &err), 0);
	cr_assert_eq(plan_check(&plan, &err), 0, "%s", err.text);
	cr_assert_leq(plan.arena_bytes, ARENA);
	cr_assert_eq(plan_emit_image(&plan, NULL, image, &err), 0);
	plan_release(&plan);
	model_release(m);
}

static void make(struct buf *image, const char *path)
{
	struct buf file = BUF_INIT;
	struct err err = { 0 };
	struct model m;

	cr_assert_eq(file_read(path, 1 << 20, &file, &err), 0);
	if (model_is_tflite(file.data, file.len))
		model_read_tflite(&m, file.data, file.len, &err);
	else
		model_parse(&m, (const char *)file.data, file.len, &err);
	cr_assert_eq(err.kind, 0, "%s", err.text);
	make_from(image, &m);
	buf_release(&file);
}

static int attempt(const uint8_t *bytes, size_t n)
{
	struct guarded image = guarded_init(n), arena = guarded_init(ARENA);
	struct run run;
	int err;

	memcpy(image.data, bytes, n);
	memset(arena.data, 0x55, arena.n);
	err = run_open(&run, &run_ref, image.data, n, arena.data, arena.n);
	if (!err) {
		run_reset(&run);
		run_invoke(&run);
	}
	cr_assert(guarded_intact(&arena));
	cr_assert(guarded_intact(&image));
	guarded_release(&image);
	guarded_release(&arena);
	return err;
}

static void damage(struct buf *image)
{
	static const uint32_t words[] = {
		0, 1, 2, 4, 16, 0x7fff, 0xffff, 0x10000000, 0x40000000,
		0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
	};

	cr_assert_eq(attempt(image->data, image->len), 0);
	for (size_t at = 0; at < image->len; at += 4) {
		uint32_t was = le_u32(image->data + at);

		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
			le_put32(image->data + at, words[i]);
			attempt(image->data, image->len);
		}
		for (unsigned bit = 0; bit < 32; bit++) {
			le_put32(image->data + at, was ^ 1u << bit);
			attempt(image->data, image->len);
		}
		le_put32(image->data + at, was);
	}
	buf_release(image);
}

static void damage_file(const char *path)
{
	struct buf image = BUF_INIT;

	make(&image, path);
	damage(&image);
}

Test(hostile_image, operations_that_move_values)
{
	damage_file(TESTDATA "/model/moves.tflite");
}

Test(hostile_image, functions_and_pairs)
{
	damage_file(TESTDATA "/model/curves.tflite");
}

Test(hostile_image, layers_on_int16)
{
	damage_file(TESTDATA "/model/text/int16.txt");
}

Test(hostile_image, states)
{
	damage_file(TESTDATA "/model/text/states.txt");
}

Test(hostile_image, conversions_and_samples)
{
	damage_file(TESTDATA "/model/text/types.txt");
	damage_file(TESTDATA "/model/text/sample.txt");
}

static const char wide[] =
	"model \"wide\"\n"
	"tensor 0 \"x\" int32[1x6] scale 0x1p-20 zero 0\n"
	"tensor 1 \"a\" int16[1x6] scale 0x1p-10 zero 0\n"
	"tensor 2 \"y\" int16[1x6] scale 0x1.8p-11 zero 0\n"
	"op QUANTIZE 0 -> 1\n"
	"op LEAKY_RELU 1 -> 2 alpha 0x1.99999ap-4\n"
	"input 0\n"
	"output 2\n";

Test(hostile_image, operations_to_int16)
{
	struct buf image = BUF_INIT;
	struct err err = { 0 };
	struct model m;

	cr_assert_eq(model_parse(&m, wide, strlen(wide), &err), 0, "%s",
		     err.text);
	make_from(&image, &m);
	damage(&image);
}

/* Change word number word of the block of the n-th operation op. */
static void refused(const char *path, unsigned op, unsigned word,
		    uint32_t value)
{
	struct buf image = BUF_INIT;
	struct model_image img;
	unsigned index = 0;

	make(&image, path);
	cr_assert_eq(model_image_open(image.data, image.len, &img), 0);
	while (model_image_op(&img, index).op != op)
		index++;
	le_put32(image.data + img.params.offset +
		 model_image_op(&img, index).params + 4 * word, value);
	cr_expect_lt(attempt(image.data, image.len), 0, "%s: word %u = %u",
		     kern_op_info(op)->name, word, value);
	buf_release(&image);
}

Test(hostile_image, elements_outside_are_refused)
{
	const char *moves = TESTDATA "/model/moves.tflite";
	const char *curves = TESTDATA "/model/curves.tflite";

	refused(moves, KERN_PAD, 1, 0xffffffff);
	refused(moves, KERN_PAD, 1, 4);
	refused(moves, KERN_STRIDED_SLICE, 0, 84);
	refused(moves, KERN_STRIDED_SLICE, 0, 0xffffffff);
	refused(moves, KERN_STRIDED_SLICE, 2, 0x80000000);
	refused(moves, KERN_TRANSPOSE, 4, 0x7fffffff);
	refused(moves, KERN_CONCATENATION, 0, 4);
	refused(moves, KERN_CONCATENATION, 0, 0);
	refused(curves, KERN_RELU, 0, 0x7fffff00);
	refused(curves, KERN_MUL, 0, 0x80000000);
	refused(curves, KERN_MUL, 1, 31);
	refused(curves, KERN_MUL, 3, 128);
	refused(curves, KERN_SUB, 0, 21);
}
