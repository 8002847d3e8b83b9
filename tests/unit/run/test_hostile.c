#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/rng.h"
#include "bits/err.h"
#include "guarded.h"
#include "run/run.h"
#include "small_image.h"

/*
 * Whatever the image says: run_open refuses it, or running it leaves the
 * bytes around arena and image alone.  The image is copied to memory of
 * exactly its size, so that the address sanitizer sees stray reads too.
 */

static struct small_image good;

static uint8_t *record(unsigned section, unsigned index, unsigned size)
{
	uint8_t *entry = good.bytes + MODEL_IMAGE_HEADER_BYTES +
			 section * MODEL_IMAGE_ENTRY_BYTES;

	return good.bytes + le_u32(entry + 4) + index * size;
}

static uint8_t *tensor(unsigned index)
{
	return record(0, index, MODEL_IMAGE_TENSOR_BYTES);
}

static uint8_t *op(unsigned index)
{
	return record(1, index, MODEL_IMAGE_OP_BYTES);
}

/* Word of operation index's parameter block. */
static uint8_t *param(unsigned index, unsigned word)
{
	return record(2, 0, 0) + le_u32(op(index) + 32) + 4 * word;
}

/* Open and, when that works, run. Returns what run_open said. */
static int attempt(const uint8_t *bytes, size_t n)
{
	struct guarded image = guarded_init(n);
	struct guarded arena = guarded_init(SMALL_IMAGE_ARENA);
	struct run run;
	int err;

	memcpy(image.data, bytes, n);
	memset(arena.data, 0x55, arena.n);
	err = run_open(&run, &run_host, image.data, n, arena.data, arena.n);
	if (!err)
		run_invoke(&run);
	cr_assert(guarded_intact(&arena));
	cr_assert(guarded_intact(&image));
	cr_assert_eq(memcmp(image.data, bytes, n), 0);
	guarded_release(&image);
	guarded_release(&arena);
	return err;
}

static int attempt_good(void)
{
	return attempt(good.bytes, good.n);
}

Test(hostile, every_single_bit_flip)
{
	small_image_make(&good);
	for (size_t i = 0; i < good.n * 8; i++) {
		good.bytes[i / 8] ^= (uint8_t)(1u << i % 8);
		attempt_good();
		good.bytes[i / 8] ^= (uint8_t)(1u << i % 8);
	}
	cr_assert_eq(attempt_good(), 0);
}

Test(hostile, every_truncation_is_refused)
{
	small_image_make(&good);
	for (size_t n = 0; n < good.n; n++)
		cr_assert_lt(attempt(good.bytes, n), 0, "%zu bytes", n);
}

Test(hostile, extreme_words_everywhere)
{
	static const uint32_t words[] = {
		0, 1, 2, 3, 4, 15, 16, 127, 128, 255, 0x7fff, 0x8000, 0xffff,
		0x10000, 0x0fffffff, 0x10000000, 0x3fffffff, 0x40000000,
		0x7fffffff, 0x80000000, 0x80000001, 0xfffffff0, 0xfffffffe,
		0xffffffff,
	};

	small_image_make(&good);
	for (size_t at = 0; at < good.n; at += 4) {
		uint32_t was = le_u32(good.bytes + at);

		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
			le_put32(good.bytes + at, words[i]);
			attempt_good();
		}
		le_put32(good.bytes + at, was);
	}
}

/* Several fields at once, small numbers preferred: shapes that fit. */
Test(hostile, random_mutations)
{
	const char *text = getenv("TEST_SEED");
	unsigned long seed = text ? strtoul(text, NULL, 0) : 1;
	struct rng rng;

	rng_init(&rng, seed, 40);
	for (unsigned i = 0; i < 20000; i++) {
		small_image_make(&good);
		for (unsigned k = rng_below(&rng, 4) + 1; k; k--) {
			uint32_t at = rng_below(&rng, (uint32_t)good.n);

			good.bytes[at] = (uint8_t)(rng_u64(&rng) %
						   (rng_below(&rng, 2) ? 8
								       : 256));
		}
		attempt_good();
	}
}

/* Change one field and expect a refusal. */
static void refused(uint8_t *field, uint32_t value, const char *what)
{
	uint32_t was = le_u32(field);

	le_put32(field, value);
	cr_expect_lt(attempt_good(), 0, "%s", what);
	le_put32(field, was);
}

Test(hostile, tensors_outside_or_inconsistent)
{
	small_image_make(&good);
	refused(tensor(0) + 28, SMALL_IMAGE_ARENA - 92, "behind the arena");
	refused(tensor(0) + 28, 0xfffffffc, "offset that wraps");
	refused(tensor(0) + 28, 2, "misaligned");
	refused(tensor(0) + 32, 95, "bytes below the shape");
	refused(tensor(0) + 8, 0, "zero dimension");
	refused(tensor(0) + 8, 0x40000000, "dimension that overflows");
	refused(tensor(0) + 20, 0, "no scale");
	refused(tensor(0) + 20, 0x7fc00000, "scale not a number");
	refused(tensor(0) + 24, 128, "zero point no int8");
	refused(tensor(0) + 36, 1, "reserved not zero");
	refused(tensor(8) + 24, 0, "softmax output with another zero point");
	refused(tensor(2) + 28, 100, "depthwise output over its input");
	refused(tensor(3) + 28, 100, "in place, but shifted");
	refused(tensor(4) + 28, 96, "pool in place");
}

Test(hostile, windows_that_leave_the_input)
{
	small_image_make(&good);
	refused(param(0, 0), 0, "kernel of no rows");
	refused(param(0, 0), 4, "kernel larger than its weights");
	refused(param(0, 2), 0, "stride 0");
	refused(param(0, 2), 4, "last window below the input");
	refused(param(0, 2), 3, "last window right behind the input");
	refused(param(0, 2), 0x80000000, "negative stride");
	refused(param(0, 4), 0, "dilation 0");
	refused(param(0, 6), 3, "padding as large as the window");
	refused(param(0, 6), 0xffffffff, "negative padding");
	refused(param(0, 8), 200, "clamp outside int8");
	refused(param(3, 0), 0, "pool of no rows");
	refused(param(3, 2), 100, "pool window outside");
	refused(param(3, 4), 2, "pool window in the padding only");
}

Test(hostile, constants_outside_or_too_few)
{
	small_image_make(&good);
	refused(param(0, 10), 1020, "weights behind CONST");
	refused(param(0, 11), 71, "fewer weights than the shape");
	refused(param(0, 12), 0xfffffff0, "bias behind CONST");
	refused(param(0, 12), le_u32(param(0, 12)) + 1, "bias misaligned");
	refused(param(0, 13), 0xffffffff, "no multipliers");
	refused(param(0, 15), 3, "fewer factors than channels");
	refused(param(0, 15), 0, "no factors");
	refused(param(6, 3), 19, "fully connected with fewer weights");
	refused(record(3, 0, 0) + le_u32(param(0, 13)), 0x80000000,
		"negative multiplier");
	refused(record(3, 0, 0) + le_u32(param(0, 14)), 0x1f1f1f1f,
		"shift of 31");
}

Test(hostile, operations_that_do_not_fit_together)
{
	small_image_make(&good);
	refused(op(0), 0x00000000, "no operation");
	refused(op(0), 0x000000ff, "unknown operation");
	refused(op(0), 0x00010001, "unknown packing");
	refused(op(0) + 4, 0x01010002, "unknown packing version");
	refused(op(0) + 4, 0x01000001, "no input");
	refused(op(0) + 8, 0xffff0009, "input is no tensor");
	refused(op(0) + 8, 0xffff0001, "reads before anything is written");
	refused(op(1) + 24, 0xffff0001, "writes a tensor twice");
	refused(op(1) + 24, 0xffff0000, "writes the model's input");
	refused(op(0) + 36, 60, "short parameter block");
	refused(op(0) + 32, 2, "misaligned parameters");
	refused(op(0) + 44, SMALL_IMAGE_ARENA + 4, "scratch behind the arena");
	refused(op(0) + 44, 4, "scratch over the input");
	refused(param(2, 0), 21, "add with a large shift");
	refused(param(2, 2), 1, "add with a factor above one");
	refused(param(7, 1), 32, "softmax with a shift of 32");
	refused(param(7, 2), 1, "softmax with a positive limit");
}
