/*
 * small - the small signed artifact that the tests attack.
 */
#ifndef TESTS_ARTIFACT_SMALL_H
#define TESTS_ARTIFACT_SMALL_H

#include "artifact/artifact.h"

/* The same key for the same letter. */
static inline struct key_secret small_key(char letter)
{
	struct key_secret key;
	uint8_t seed[32] = { (uint8_t)letter };

	key_from_seed(&key, seed);
	return key;
}

static inline struct artifact_trust small_trust(char letter)
{
	struct key_secret key = small_key(letter);
	struct artifact_trust trust = { 0 };

	key_ring_add(&trust.ring, &key.pub, NULL);
	return trust;
}

static inline struct artifact_maker *small_maker(void)
{
	struct artifact_maker *maker = artifact_make("train", 1);

	artifact_add(maker, "model.tflite", "\0\1\2\3", 4);
	artifact_add(maker, "classes.txt", "yes\nno\n", 7);
	artifact_add(maker, "empty", "", 0);
	artifact_add_param(maker, "train.epochs", "%d", 24);
	artifact_add_param(maker, "label.pattern", "{label}_\"%s\"\\\n\t\u00e9",
			   "a");
	artifact_add_toolchain(maker, "gcc-arm-none-eabi", "12.2");
	return maker;
}

/* key NULL: unsigned. */
static inline struct buf small_tar(const struct key_secret *key,
				   struct digest *id)
{
	struct artifact_maker *maker = small_maker();
	struct buf out = BUF_INIT;

	artifact_encode(maker, key, &out, id, NULL);
	artifact_drop(maker);
	return out;
}

#endif
