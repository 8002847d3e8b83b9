/*
 * tiny_firmware - signed containers and firmware artifacts around the tiny
 * model, in memory, for tests of what reads and delivers them.
 */
#ifndef TINYML_TESTS_TINY_FIRMWARE_H
#define TINYML_TESTS_TINY_FIRMWARE_H

#include <criterion/criterion.h>

#include "firmware/firmware.h"
#include "tiny_image.h"

enum { TF_PAIR = TINY_IN + TINY_OUT };

struct tiny_firmware {
	_Alignas(16) uint8_t image[TINY_IMAGE_BYTES];
	struct key_secret key;
	struct artifact from;		/* what it says it was made from */
	struct buf container;
	uint8_t golden[TINY_VECTORS * TF_PAIR];
};

/* bias tells models apart, golden_error spoils the image's own last vector;
 * version 1.0.BIAS.  The caller releases. */
static inline void tf_init(struct tiny_firmware *t, int8_t bias,
			   int8_t golden_error, uint32_t counter, uint8_t key)
{
	const uint8_t seed[32] = { key };
	struct firmware_seal seal = {
		.version = { 1, 0, (uint16_t)bias, 0 }, .counter = counter,
	};

	memset(t, 0, sizeof(*t));
	tiny_image(t->image, bias, golden_error, 32);
	key_from_seed(&t->key, seed);
	memset(t->from.id.bytes, bias, DIGEST_BYTES);
	t->from.stage = "squeeze";
	seal.identity = t->from.id;
	seal.key = &t->key;
	cr_assert_eq(firmware_seal(&seal, t->image, sizeof(t->image),
				   &t->container, NULL), 0);
	memcpy(t->golden, t->image + TINY_GOLDEN + 16, sizeof(t->golden));
	t->golden[sizeof(t->golden) - 1] =
		(uint8_t)(t->golden[sizeof(t->golden) - 1] - golden_error);
}

static inline void tf_release(struct tiny_firmware *t)
{
	buf_release(&t->container);
}

/* As firmware_read describes it, without an artifact. */
static inline struct firmware tf_firmware(const struct tiny_firmware *t,
					  const char *target)
{
	struct firmware f = {
		.target = target, .container = t->container.data,
		.container_bytes = t->container.len,
		.runtime = RUN_VERSION_FIRST, .golden = t->golden,
		.golden_count = TINY_VECTORS, .input_bytes = TINY_IN,
		.output_bytes = TINY_OUT,
	};

	memcpy(f.key, t->key.pub.pk, sizeof(f.key));
	cr_assert_eq(firmware_check(f.container, f.container_bytes, f.key,
				    &f.image, NULL), 0);
	return f;
}

#endif
