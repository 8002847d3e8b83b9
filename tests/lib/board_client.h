/*
 * board_client - a host for tests of emulated boards: signed tiny models with
 * ballast, and the steps of an update over the real link.
 */
#ifndef TINYML_TESTS_BOARD_CLIENT_H
#define TINYML_TESTS_BOARD_CLIENT_H

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/rng.h"
#include "image/mcuboot.h"
#include "link/emulator.h"
#include "tiny_image.h"

enum { PAYLOAD = 44 * 1024 + TINY_IMAGE_BYTES };

static const struct wire_nothing nothing = { true };

struct life {
	struct place place;
	struct smp_link *link;
	struct err err;
	uint8_t public[32], secret[64], key_hash[32];
	uint32_t pieces;	/* sent so far */
};

static inline void report(bool good, const char *what, const struct err *err)
{
	printf("%s - %s%s%s\n", good ? "ok" : "not ok", what,
	       good || !err->kind ? "" : ": ", good ? "" : err->text);
	fflush(stdout);
	if (!good)
		exit(1);
}

static inline void life_init(struct life *life, const char *at,
			     const char *type, const char *root)
{
	static const uint8_t seed[32] = { 42 };
	uint8_t der[MCUBOOT_KEY_DER_BYTES];

	*life = (struct life){ .place = { "test", type, at, root } };
	crypto_sign_seed_keypair(life->public, life->secret, seed);
	mcuboot_key_der(der, life->public);
	crypto_hash_sha256(life->key_hash, der, sizeof(der));
}

static inline void provision(struct life *life)
{
	struct wire_key key = { { life->public, 32 } };
	struct err err = { 0 };

	smp_link_ask(life->link, SMP_WRITE, WIRE_GROUP_MODEL, WIRE_MODEL_KEY,
		     &err, key, &key, nothing, (struct wire_nothing *)NULL);
	report(!err.kind, "it takes a key", &err);
}

static inline void plug_in(struct life *life)
{
	struct err err = { 0 };

	if (place_open(&life->link, &life->place, NULL, &err))
		report(false, "the board can be reached", &err);
	smp_link_patience(life->link, 2000, 5);
}

/* Closing the link of an emulated board kills it: a power cut. */
static inline void pull_plug(struct life *life)
{
	smp_link_close(life->link);
	life->link = NULL;
}

static inline int seal(void *ctx, const uint8_t *bytes, size_t n, uint8_t *hash,
		uint8_t *signature)
{
	const struct life *life = ctx;

	crypto_hash_sha256(hash, bytes, n);
	return crypto_sign_detached(signature, NULL, hash, 32, life->secret);
}

/* A container with the tiny model and ballast behind it. */
static inline uint8_t *container(struct life *life, int8_t bias,
				 int8_t golden_error, uint32_t counter,
				 size_t *n)
{
	uint8_t *payload = aligned_alloc(16, (PAYLOAD + 15) & ~15), *out;
	uint8_t identity[32] = { (uint8_t)bias };
	struct mcuboot_entry entries[] = {
		{ MCUBOOT_TLV_COUNTER, 4, &counter },
		{ MCUBOOT_TLV_IDENTITY, 32, identity },
	};
	struct mcuboot_param param = { 32, { 1, (uint8_t)bias, 0, 0 }, entries,
				       2, life->key_hash, seal, life };
	struct rng rng;

	rng_init(&rng, (uint64_t)bias, 0);
	for (int i = 0; i < PAYLOAD; i++)
		payload[i] = (uint8_t)rng_u64(&rng);
	tiny_image(payload, bias, golden_error, 32);
	tiny_target(payload, life->place.type ? life->place.type : "sim");
	*n = mcuboot_bytes(&param, PAYLOAD);
	out = malloc(*n);
	if (mcuboot_write(&param, payload, PAYLOAD, out, *n))
		abort();
	free(payload);
	return out;
}

/* Neither done nor refused: the board is not there any more. */
enum { GONE = 0xFFFF };

static inline unsigned verdict(const struct life *life, const struct err *err)
{
	unsigned rc = smp_link_rc(life->link);

	return err->kind && rc == SMP_OK ? GONE : rc;
}

/* Send pieces from *off on, at most `most` of them; SMP_OK, the board's
 * refusal, or GONE. */
static inline unsigned upload(struct life *life, const uint8_t *bytes,
			      size_t n, uint32_t *off, uint32_t most)
{
	uint8_t sha[32];
	size_t piece;
	struct err err = { 0 };

	crypto_hash_sha256(sha, bytes, n);
	if (smp_link_piece(life->link, &piece, &err))
		return GONE;
	for (uint32_t sent = 0; *off < n && sent < most; sent++) {
		struct wire_upload up = {
			.image = WIRE_IMAGE_MODEL, .off = *off,
			.data = { bytes + *off,
				  n - *off < piece ? n - *off : piece },
		};
		struct wire_offset answer;

		if (*off == 0) {
			up.len = (uint32_t)n;
			up.sha = (struct wire_bytes){ sha, sizeof(sha) };
		}
		if (smp_link_ask(life->link, SMP_WRITE, SMP_GROUP_IMAGE,
				 WIRE_IMAGE_UPLOAD, &err, upload, &up, offset,
				 &answer))
			return verdict(life, &err);
		*off = answer.off;
		life->pieces++;
	}
	return SMP_OK;
}

static inline unsigned upload_all(struct life *life, const uint8_t *bytes,
				  size_t n)
{
	uint32_t off = 0;

	return upload(life, bytes, n, &off, UINT32_MAX);
}

static inline unsigned choose(struct life *life, const uint8_t *bytes,
			      size_t n, bool confirm)
{
	struct mcuboot_image image;
	struct wire_select select = { .confirm = confirm };
	struct err err = { 0 };

	if (mcuboot_read(bytes, n, &image))
		abort();
	select.hash = (struct wire_bytes){ image.hash, 32 };
	smp_link_ask(life->link, SMP_WRITE, SMP_GROUP_IMAGE, WIRE_IMAGE_STATE,
		     &err, select, &select, images,
		     (struct wire_images *)NULL);
	return verdict(life, &err);
}

static inline unsigned reset(struct life *life)
{
	struct wire_reset request = { 0 };
	struct err err = { 0 };

	smp_link_ask(life->link, SMP_WRITE, SMP_GROUP_OS, WIRE_OS_RESET, &err,
		     reset, &request, nothing, (struct wire_nothing *)NULL);
	nanosleep(&(struct timespec){ 0, 300000000 }, NULL);
	return verdict(life, &err);
}

/* Upload, try, reset, confirm; did all of it happen? */
static inline bool whole_update(struct life *life, const uint8_t *bytes,
				size_t n)
{
	return upload_all(life, bytes, n) == SMP_OK &&
	       choose(life, bytes, n, false) == SMP_OK &&
	       reset(life) == SMP_OK &&
	       choose(life, bytes, n, true) == SMP_OK;
}

/* What the running model answers to zeros: its bias; -1: no model. */
static inline int ask_model(struct life *life)
{
	static const uint8_t zeros[TINY_IN];
	struct wire_input input = { WIRE_TENSOR, 0, TINY_IN,
				    { zeros, TINY_IN } };
	struct wire_result_query query = { WIRE_TENSOR, 0 };
	struct wire_piece piece;
	struct wire_ran ran;
	struct err err = { 0 };

	if (smp_link_ask(life->link, SMP_WRITE, WIRE_GROUP_MODEL,
			 WIRE_MODEL_INPUT, &err, input, &input, offset,
			 (struct wire_offset *)NULL) ||
	    smp_link_ask(life->link, SMP_WRITE, WIRE_GROUP_MODEL,
			 WIRE_MODEL_RUN, &err, nothing, &nothing, ran, &ran) ||
	    ran.guard ||
	    smp_link_ask(life->link, SMP_READ, WIRE_GROUP_MODEL,
			 WIRE_MODEL_RESULT, &err, result_query, &query, piece,
			 &piece) || piece.data.n != TINY_OUT)
		return -1;
	return piece.data.p[0];
}

#endif
