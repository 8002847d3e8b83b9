/*
 * board_life AT TYPE FOLDER - the life of a model on one emulated board, from
 * the key to a refused replay, over the real link; TAP on standard output.
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/rng.h"
#include "image/mcuboot.h"
#include "link/emulator.h"
#include "tiny_image.h"

enum { PAYLOAD = 44 * 1024 + TINY_IMAGE_BYTES, KILLS = 6 };

static const struct wire_nothing nothing = { true };

struct life {
	struct place place;
	struct smp_link *link;
	struct err err;
	uint8_t public[32], secret[64], key_hash[32];
	uint32_t pieces;	/* sent so far */
};

static void report(bool good, const char *what, const struct err *err)
{
	printf("%s - %s%s%s\n", good ? "ok" : "not ok", what,
	       good || !err->kind ? "" : ": ", good ? "" : err->text);
	fflush(stdout);
	if (!good)
		exit(1);
}

static void plug_in(struct life *life)
{
	struct err err = { 0 };

	if (place_open(&life->link, &life->place, NULL, &err))
		report(false, "the board can be reached", &err);
	smp_link_patience(life->link, 2000, 5);
}

/* Closing the link of an emulated board kills it: a power cut. */
static void pull_plug(struct life *life)
{
	smp_link_close(life->link);
	life->link = NULL;
}

static int seal(void *ctx, const uint8_t *bytes, size_t n, uint8_t *hash,
		uint8_t *signature)
{
	const struct life *life = ctx;

	crypto_hash_sha256(hash, bytes, n);
	return crypto_sign_detached(signature, NULL, hash, 32, life->secret);
}

/* A container with the tiny model and ballast behind it. */
static uint8_t *container(struct life *life, int8_t bias, int8_t golden_error,
			  uint32_t counter, size_t *n)
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
	*n = mcuboot_bytes(&param, PAYLOAD);
	out = malloc(*n);
	if (mcuboot_write(&param, payload, PAYLOAD, out, *n))
		abort();
	free(payload);
	return out;
}

/* Send pieces from *off on, at most `most` of them; the board's refusal. */
static unsigned upload(struct life *life, const uint8_t *bytes, size_t n,
		       uint32_t *off, uint32_t most)
{
	uint8_t sha[32];
	size_t piece;
	struct err err = { 0 };

	crypto_hash_sha256(sha, bytes, n);
	if (smp_link_piece(life->link, &piece, &err))
		report(false, "params", &err);
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
			return smp_link_rc(life->link);
		*off = answer.off;
		life->pieces++;
	}
	return SMP_OK;
}

static unsigned upload_all(struct life *life, const uint8_t *bytes, size_t n)
{
	uint32_t off = 0;

	return upload(life, bytes, n, &off, UINT32_MAX);
}

static unsigned choose(struct life *life, const uint8_t *bytes, size_t n,
		       bool confirm)
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
	if (err.kind && smp_link_rc(life->link) == SMP_OK)
		report(false, "state write", &err);
	return smp_link_rc(life->link);
}

static void reset(struct life *life)
{
	struct wire_reset request = { 0 };
	struct err err = { 0 };

	smp_link_ask(life->link, SMP_WRITE, SMP_GROUP_OS, WIRE_OS_RESET, &err,
		     reset, &request, nothing, (struct wire_nothing *)NULL);
	if (err.kind)
		report(false, "reset", &err);
	nanosleep(&(struct timespec){ 0, 300000000 }, NULL);
}

/* What the running model answers to zeros: its bias; -1: no model. */
static int ask_model(struct life *life)
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

/* ---- chapters ---- */

static void meet(struct life *life)
{
	struct wire_echo echo = { wire_text("are you there?") };
	struct wire_echoed echoed = { { NULL, 0 } };
	struct wire_info info = { .slots = 0 };
	struct wire_key key = { { life->public, 32 } };
	struct err err = { 0 };

	smp_link_ask(life->link, SMP_WRITE, SMP_GROUP_OS, WIRE_OS_ECHO, &err,
		     echo, &echo, echoed, &echoed);
	report(!err.kind && wire_text_is(echoed.r, "are you there?"),
	       "the board answers an echo", &err);
	smp_link_ask(life->link, SMP_READ, WIRE_GROUP_MODEL, WIRE_MODEL_INFO,
		     &err, nothing, &nothing, info, &info);
	report(!err.kind && wire_text_is(info.board, life->place.type) &&
	       info.slots == 2 && info.slot == WIRE_NONE,
	       "it says what it is, and has no model", &err);
	smp_link_ask(life->link, SMP_WRITE, WIRE_GROUP_MODEL, WIRE_MODEL_KEY,
		     &err, key, &key, nothing, (struct wire_nothing *)NULL);
	report(!err.kind, "it takes a key", &err);
}

static void update(struct life *life, const uint8_t *bytes, size_t n, int bias,
		   const char *what)
{
	bool good = upload_all(life, bytes, n) == SMP_OK &&
		    choose(life, bytes, n, false) == SMP_OK;

	reset(life);
	report(good && choose(life, bytes, n, true) == SMP_OK &&
	       ask_model(life) == bias, what, &life->err);
}

static void refuse(struct life *life)
{
	size_t n;
	uint8_t *bytes = container(life, 2, 0, 2, &n);

	bytes[n - 40] ^= 1;
	report(upload_all(life, bytes, n) == SMP_RC_TRUST,
	       "a wrong signature is refused", &life->err);
	bytes[n - 40] ^= 1;
	report(upload_all(life, bytes, n - 100) == SMP_CORRUPT,
	       "a truncated container is refused", &life->err);
	bytes[1000] ^= 1;
	report(upload_all(life, bytes, n) == SMP_CORRUPT,
	       "a damaged payload is refused", &life->err);
	free(bytes);
	report(ask_model(life) == 1, "the old model still answers",
	       &life->err);
}

static void kill_and_resume(struct life *life)
{
	size_t n;
	uint8_t *bytes = container(life, 2, 0, 2, &n);
	uint32_t off = 0, needed;
	bool whole = true;

	life->pieces = 0;
	for (int i = 0; i < KILLS; i++) {
		upload(life, bytes, n, &off, 4);
		pull_plug(life);
		plug_in(life);
		whole = whole && ask_model(life) == 1;
		off = 0;
	}
	report(whole, "killed during an upload: the old model runs",
	       &life->err);
	needed = (uint32_t)n / 1500;
	update(life, bytes, n, 2, "a killed upload is resumed and confirmed");
	printf("# %u pieces for %zu bytes with %d kills\n", life->pieces, n,
	       KILLS);
	report(life->pieces < needed * 3, "little was sent again",
	       &life->err);
	free(bytes);
}

static void roll_back(struct life *life)
{
	size_t n;
	uint8_t *bytes = container(life, 3, 1, 3, &n);
	bool good = upload_all(life, bytes, n) == SMP_OK &&
		    choose(life, bytes, n, false) == SMP_OK;

	reset(life);
	report(good && ask_model(life) == 2,
	       "failing golden vectors: the old model runs", &life->err);
	free(bytes);
	bytes = container(life, 4, 0, 3, &n);
	good = upload_all(life, bytes, n) == SMP_OK &&
	       choose(life, bytes, n, false) == SMP_OK;
	reset(life);
	good = good && ask_model(life) == 4;
	pull_plug(life);
	plug_in(life);
	report(good && ask_model(life) == 2,
	       "killed on trial: the old model runs", &life->err);
	free(bytes);
	bytes = container(life, 1, 0, 1, &n);
	report(upload_all(life, bytes, n) == SMP_RC_COUNTER,
	       "a replayed older model is refused", &life->err);
	free(bytes);
}

int main(int argc, char **argv)
{
	static const uint8_t seed[32] = { 42 };
	struct life life = { .link = NULL };
	uint8_t der[MCUBOOT_KEY_DER_BYTES], *first;
	size_t n;

	if (argc != 4)
		return 2;
	life.place = (struct place){ "test", argv[2], argv[1], argv[3] };
	crypto_sign_seed_keypair(life.public, life.secret, seed);
	mcuboot_key_der(der, life.public);
	crypto_hash_sha256(life.key_hash, der, sizeof(der));
	plug_in(&life);
	meet(&life);
	first = container(&life, 1, 0, 1, &n);
	update(&life, first, n, 1, "a first model is tried and confirmed");
	refuse(&life);
	kill_and_resume(&life);
	roll_back(&life);
	free(first);
	pull_plug(&life);
	return 0;
}
