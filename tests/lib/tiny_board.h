/*
 * tiny_board - a board in memory for tests of boot and agent: NOR flash that
 * loses power on request, a fake clock, signed tiny models, and a client that
 * speaks SMP to the agent by function calls.
 */
#ifndef TINYML_TESTS_TINY_BOARD_H
#define TINYML_TESTS_TINY_BOARD_H

#include <criterion/criterion.h>
#include <sodium.h>

#include "agent/agent.h"
#include "nor.h"
#include "tiny_image.h"

enum {
	TB_SECTOR = 256, TB_SLOT = 8 * TB_SECTOR, TB_UNIT = 16,
	TB_FLASH = 4 * TB_SECTOR + 2 * TB_SLOT,
	TB_MODEL_BYTES = TINY_IMAGE_BYTES + MCUBOOT_MODEL_EXTRA_BYTES,
	TB_PIECE = 200,
};

struct tiny_board {
	struct nor nor;
	struct hal hal;
	struct rt rt;
	struct agent agent;
	uint8_t answer[4096];
	struct smp_packet packet;	/* the last answer, taken apart */
	unsigned rc;
	uint8_t seq;
	uint32_t fed, us;
};

struct tiny_key {
	uint8_t public[32], secret[64], hash[32];
};

static inline void tb_feed(void *ctx)
{
	struct tiny_board *board = ctx;

	board->fed++;
}

static inline uint32_t tb_now(void *ctx)
{
	struct tiny_board *board = ctx;

	return board->us += 10;
}

static inline struct tiny_key tb_key(uint8_t number)
{
	struct tiny_key key;
	uint8_t seed[32] = { number }, der[MCUBOOT_KEY_DER_BYTES];

	crypto_sign_seed_keypair(key.public, key.secret, seed);
	mcuboot_key_der(der, key.public);
	crypto_hash_sha256(key.hash, der, sizeof(der));
	return key;
}

static inline int tb_seal(void *ctx, const uint8_t *bytes, size_t n,
			  uint8_t *hash, uint8_t *signature)
{
	const struct tiny_key *key = ctx;

	crypto_hash_sha256(hash, bytes, n);
	return crypto_sign_detached(signature, NULL, hash, 32, key->secret);
}

struct tiny_model {
	int8_t bias, golden_error;
	uint32_t counter, arena_bytes;	/* arena_bytes 0: 32 */
	const char *target;		/* NULL: "test"; "": it has none */
};

/* A signed container of TB_MODEL_BYTES. */
static inline void tb_model(uint8_t *out, struct tiny_model model,
			    struct tiny_key *key)
{
	uint8_t image[TINY_IMAGE_BYTES] __attribute__((aligned(16)));
	uint8_t counter[4], identity[32];
	struct mcuboot_entry entries[] = {
		{ MCUBOOT_TLV_COUNTER, 4, counter },
		{ MCUBOOT_TLV_IDENTITY, 32, identity },
	};
	struct mcuboot_param param = { 32, { 1, 0, 0, 0 }, entries, 2,
				       key->hash, tb_seal, key };

	memcpy(counter, &model.counter, 4);
	memset(identity, model.bias, sizeof(identity));
	tiny_image(image, model.bias, model.golden_error,
		   model.arena_bytes ? model.arena_bytes : 32);
	if (model.target)
		tiny_target(image, model.target[0] ? model.target : NULL);
	cr_assert_eq(mcuboot_write(&param, image, sizeof(image), out,
				   TB_MODEL_BYTES), 0);
}

static inline void tb_boot(struct tiny_board *board)
{
	nor_reboot(&board->nor);
	rt_init(&board->rt, tb_feed, board);
	agent_init(&board->agent, &board->hal, &board->rt);
}

static inline struct tiny_board *tb_new(void)
{
	struct tiny_board *board = calloc(1, sizeof(*board));

	nor_init(&board->nor, TB_FLASH, TB_SECTOR, TB_UNIT);
	board->hal = (struct hal){
		.info = { .board = "test", .core = "host" },
		.flash = board->nor.flash,
		.layout = { { 0, TB_SECTOR }, 2 * TB_SECTOR, 3 * TB_SECTOR,
			    { 4 * TB_SECTOR, 4 * TB_SECTOR + TB_SLOT },
			    TB_SLOT },
		.now_ms = tb_now, .now_us = tb_now, .ticks = tb_now,
		.feed = tb_feed,
		.ctx = board,
	};
	cr_assert_eq(slots_check_layout(&board->hal.flash,
					&board->hal.layout), 0);
	tb_boot(board);
	return board;
}

static inline void tb_free(struct tiny_board *board)
{
	nor_release(&board->nor);
	free(board);
}

/* Ask and take the answer apart; the status. */
static inline unsigned tb_call(struct tiny_board *board, uint8_t op,
			       uint16_t group, uint8_t id,
			       const struct wire_shape *shape,
			       const void *message)
{
	uint8_t bytes[AGENT_PACKET_BYTES];
	struct cbor_out out = cbor_out_init(bytes, sizeof(bytes));
	struct smp_header header = { .version = 1, .op = op, .group = group,
				     .seq = ++board->seq, .id = id };
	struct smp_status status;
	size_t n;

	smp_begin(&out, &header);
	wire_encode(shape, &out, message);
	cr_assert_eq(smp_end(&out), 0);
	n = agent_request(&board->agent, bytes, out.len, board->answer,
			  sizeof(board->answer));
	cr_assert_gt(n, 0);
	cr_assert_eq(smp_packet_open(&board->packet, board->answer, n), 0);
	cr_assert_eq(board->packet.header.seq, board->seq);
	cr_assert_eq(board->packet.header.op, op | 1);
	cr_assert_eq(smp_status(&board->packet, &status), 0);
	return board->rc = status.rc;
}

static inline unsigned tb_provision(struct tiny_board *board,
				    const struct tiny_key *key)
{
	struct wire_key message = { { key->public, 32 } };

	return tb_call(board, SMP_WRITE, WIRE_GROUP_MODEL, WIRE_MODEL_KEY,
		       &wire_shape_key, &message);
}

/* One piece from off on; *off becomes what the board wants next. */
static inline unsigned tb_upload_piece(struct tiny_board *board,
				       const uint8_t *bytes, size_t n,
				       uint32_t *off)
{
	uint8_t sha[32];
	size_t part = n - *off < TB_PIECE ? n - *off : TB_PIECE;
	struct wire_upload message = {
		.image = WIRE_IMAGE_MODEL, .off = *off,
		.data = { bytes + *off, part },
	};
	struct wire_offset answer;

	crypto_hash_sha256(sha, bytes, n);
	if (*off == 0) {
		message.len = (uint32_t)n;
		message.sha = (struct wire_bytes){ sha, 32 };
	}
	if (tb_call(board, SMP_WRITE, SMP_GROUP_IMAGE, WIRE_IMAGE_UPLOAD,
		    &wire_shape_upload, &message))
		return board->rc;
	cr_assert_eq(wire_decode_offset(&board->packet, &answer), 0);
	*off = answer.off;
	return SMP_OK;
}

static inline unsigned tb_upload(struct tiny_board *board,
				 const uint8_t *bytes, size_t n)
{
	uint32_t off = 0;

	while (off < n)
		if (tb_upload_piece(board, bytes, n, &off))
			return board->rc;
	return SMP_OK;
}

static inline unsigned tb_select(struct tiny_board *board,
				 const uint8_t *container, bool confirm)
{
	struct wire_select message = { .confirm = confirm };
	struct mcuboot_image image;

	cr_assert_eq(mcuboot_read(container, TB_MODEL_BYTES, &image), 0);
	message.hash = (struct wire_bytes){ image.hash, 32 };
	return tb_call(board, SMP_WRITE, SMP_GROUP_IMAGE, WIRE_IMAGE_STATE,
		       &wire_shape_select, &message);
}

/* Upload, try, reset, confirm; the first refusal. */
static inline unsigned tb_update(struct tiny_board *board,
				 const uint8_t *container)
{
	if (tb_upload(board, container, TB_MODEL_BYTES) ||
	    tb_select(board, container, false))
		return board->rc;
	tb_boot(board);
	return tb_select(board, container, true);
}

/* What the model answers to eight zeros: its bias; INT_MIN without one. */
static inline int tb_answer(struct tiny_board *board)
{
	uint8_t first;

	memset(board->rt.input, 0, TINY_IN);
	if (rt_run(&board->rt, RT_TENSOR, TINY_IN))
		return INT32_MIN;
	cr_assert_eq(rt_read(&board->rt, RT_TENSOR, 0, &first, 1), 1);
	return (int8_t)first;
}

#endif
