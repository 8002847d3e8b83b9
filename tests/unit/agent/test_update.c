#include "tiny_board.h"

/* A board that runs a confirmed model of bias 1 and counter 1. */
static struct tiny_board *start(struct tiny_key *key)
{
	struct tiny_board *board = tb_new();
	uint8_t bytes[TB_MODEL_BYTES];

	tb_model(bytes, (struct tiny_model){ .bias = 1, .counter = 1 }, key);
	cr_assert_eq(tb_provision(board, key), SMP_OK);
	cr_assert_eq(tb_update(board, bytes), SMP_OK);
	cr_assert_eq(tb_answer(board), 1);
	return board;
}

static void expect_refusal(struct tiny_board *board, const uint8_t *bytes,
			   size_t n, unsigned rc)
{
	cr_assert_eq(tb_upload(board, bytes, n), rc, "%u", board->rc);
	cr_assert_eq(tb_answer(board), 1);
	tb_boot(board);
	cr_assert_eq(tb_answer(board), 1);
}

Test(update, no_key_no_upload)
{
	struct tiny_board *board = tb_new();
	struct tiny_key key = tb_key(1);
	uint8_t bytes[TB_MODEL_BYTES];

	tb_model(bytes, (struct tiny_model){ .bias = 1 }, &key);
	cr_assert_eq(tb_upload(board, bytes, sizeof(bytes)), SMP_RC_TRUST);
	tb_free(board);
}

Test(update, wrong_signature_wrong_key_and_damage_are_refused)
{
	struct tiny_key key = tb_key(1), other = tb_key(2);
	struct tiny_board *board = start(&key);
	struct tiny_model model = { .bias = 2, .counter = 2 };
	uint8_t bytes[TB_MODEL_BYTES];

	tb_model(bytes, model, &other);
	expect_refusal(board, bytes, sizeof(bytes), SMP_RC_TRUST);
	tb_model(bytes, model, &key);
	bytes[sizeof(bytes) - 40] ^= 1;	/* R of the signature */
	expect_refusal(board, bytes, sizeof(bytes), SMP_RC_TRUST);
	tb_model(bytes, model, &key);
	bytes[100] ^= 1;
	expect_refusal(board, bytes, sizeof(bytes), SMP_CORRUPT);
	tb_free(board);
}

Test(update, truncated_or_lengthened_container_is_refused_at_once)
{
	struct tiny_key key = tb_key(1);
	struct tiny_board *board = start(&key);
	uint8_t bytes[TB_MODEL_BYTES + 8];

	tb_model(bytes, (struct tiny_model){ .bias = 2, .counter = 2 }, &key);
	memset(bytes + TB_MODEL_BYTES, 0, 8);
	nor_reboot(&board->nor);
	for (size_t n = 32; n < TB_MODEL_BYTES; n += 7)
		cr_assert_eq(tb_upload(board, bytes, n), SMP_CORRUPT);
	cr_assert_eq(tb_upload(board, bytes, sizeof(bytes)), SMP_CORRUPT);
	cr_assert_eq(board->nor.count, 0);	/* flash was not touched */
	tb_free(board);
}

Test(update, too_large_is_refused_at_once)
{
	struct tiny_key key = tb_key(1);
	struct tiny_board *board = start(&key);
	static uint8_t bytes[TB_SLOT + 100];

	tb_model(bytes, (struct tiny_model){ .bias = 2, .counter = 2 }, &key);
	expect_refusal(board, bytes, sizeof(bytes), SMP_RC_NOFIT);
	tb_free(board);
}

Test(update, replayed_older_container_is_refused)
{
	struct tiny_key key = tb_key(1);
	struct tiny_board *board = start(&key);
	uint8_t old[TB_MODEL_BYTES], new[TB_MODEL_BYTES];

	tb_model(old, (struct tiny_model){ .bias = 1, .counter = 1 }, &key);
	tb_model(new, (struct tiny_model){ .bias = 2, .counter = 2 }, &key);
	cr_assert_eq(tb_update(board, new), SMP_OK);
	cr_assert_eq(tb_answer(board), 2);
	cr_assert_eq(tb_upload(board, old, sizeof(old)), SMP_RC_COUNTER);
	/* nor may what still lies in the other slot be tried again */
	cr_assert_neq(tb_select(board, old, false), SMP_OK);
	tb_boot(board);
	cr_assert_eq(tb_answer(board), 2);
	tb_free(board);
}

Test(update, model_for_more_memory_than_the_board_has_is_refused)
{
	struct tiny_key key = tb_key(1);
	struct tiny_board *board = start(&key);
	struct tiny_model model = { .bias = 2, .counter = 2,
				    .arena_bytes = RT_ARENA_BYTES + 16 };
	uint8_t bytes[TB_MODEL_BYTES];

	tb_model(bytes, model, &key);
	expect_refusal(board, bytes, sizeof(bytes), SMP_RC_NOFIT);
	tb_free(board);
}

/* Signed by the right key, newer, and it would compute the same. */
static void expect_other_target(struct tiny_board *board, struct tiny_key *key,
				const char *target)
{
	struct tiny_model model = { .bias = 2, .counter = 2, .target = target };
	uint8_t bytes[TB_MODEL_BYTES];

	tb_model(bytes, model, key);
	expect_refusal(board, bytes, sizeof(bytes), SMP_RC_TARGET);
	/* it lies there whole, and is not tried either */
	cr_assert_eq(tb_select(board, bytes, false), SMP_RC_TARGET);
	tb_boot(board);
	cr_assert_eq(tb_answer(board), 1);
}

Test(update, model_made_for_another_board_is_refused)
{
	struct tiny_key key = tb_key(1);
	struct tiny_board *board = start(&key);

	expect_other_target(board, &key, "mps2-an386");
	expect_other_target(board, &key, "tes");
	expect_other_target(board, &key, "test2");
	expect_other_target(board, &key, "");
	tb_free(board);
}

Test(update, flash_moved_to_another_board_does_not_run)
{
	struct tiny_key key = tb_key(1);
	struct tiny_board *board = start(&key);

	board->hal.info.board = "other";
	tb_boot(board);
	cr_assert_not(board->rt.is_open);
	cr_assert_eq(board->agent.slots.running, SLOT_NONE);
	board->hal.info.board = "test";
	tb_boot(board);
	cr_assert_eq(tb_answer(board), 1);
	tb_free(board);
}

Test(update, failing_golden_vectors_roll_back_at_once)
{
	struct tiny_key key = tb_key(1);
	struct tiny_board *board = start(&key);
	uint8_t bytes[TB_MODEL_BYTES];

	tb_model(bytes, (struct tiny_model){ .bias = 2, .golden_error = 1,
					     .counter = 2 }, &key);
	cr_assert_eq(tb_upload(board, bytes, sizeof(bytes)), SMP_OK);
	cr_assert_eq(tb_select(board, bytes, false), SMP_OK);
	tb_boot(board);
	cr_assert_eq(tb_answer(board), 1);
	cr_assert(board->agent.slots.rolled_back);
	cr_assert_eq(tb_select(board, bytes, true), SMP_BADSTATE);
	cr_assert_eq(board->agent.slots.minimum_counter, 1);
	tb_free(board);
}

Test(update, unconfirmed_or_crashing_trial_is_gone_after_a_reset)
{
	struct tiny_key key = tb_key(1);
	struct tiny_board *board = start(&key);
	uint8_t bytes[TB_MODEL_BYTES];

	tb_model(bytes, (struct tiny_model){ .bias = 2, .counter = 2 }, &key);
	cr_assert_eq(tb_upload(board, bytes, sizeof(bytes)), SMP_OK);
	cr_assert_eq(tb_select(board, bytes, false), SMP_OK);
	tb_boot(board);
	cr_assert_eq(tb_answer(board), 2);
	/* the only way back must not be overwritten meanwhile */
	cr_assert_eq(tb_upload(board, bytes, sizeof(bytes)), SMP_BADSTATE);
	tb_boot(board);
	cr_assert_eq(tb_answer(board), 1);
	cr_assert(board->agent.slots.rolled_back);
	tb_free(board);
}

Test(update, upload_resumes_at_every_byte_and_after_a_reset)
{
	struct tiny_key key = tb_key(1);
	uint8_t bytes[TB_MODEL_BYTES];

	tb_model(bytes, (struct tiny_model){ .bias = 2, .counter = 2 }, &key);
	for (uint32_t stop = TB_PIECE; stop < TB_MODEL_BYTES;
	     stop += TB_PIECE) {
		struct tiny_board *board = start(&key);
		uint32_t off = 0, again = 0;

		while (off < stop)
			cr_assert_eq(tb_upload_piece(board, bytes,
						     sizeof(bytes), &off), 0);
		/* a client that starts over is told where to go on */
		cr_assert_eq(tb_upload_piece(board, bytes, sizeof(bytes),
					     &again), 0);
		cr_assert_eq(again, off);
		tb_boot(board);
		again = 0;
		cr_assert_eq(tb_upload_piece(board, bytes, sizeof(bytes),
					     &again), 0);
		cr_assert(again + TB_SECTOR > off || again == TB_PIECE);
		cr_assert_eq(tb_update(board, bytes), SMP_OK);
		cr_assert_eq(tb_answer(board), 2);
		cr_assert_not(board->nor.broken);
		tb_free(board);
	}
}

Test(update, other_model_in_the_middle_of_an_upload_starts_anew)
{
	struct tiny_key key = tb_key(1);
	struct tiny_board *board = start(&key);
	uint8_t two[TB_MODEL_BYTES], three[TB_MODEL_BYTES];
	uint32_t off = 0;

	tb_model(two, (struct tiny_model){ .bias = 2, .counter = 2 }, &key);
	tb_model(three, (struct tiny_model){ .bias = 3, .counter = 2 }, &key);
	tb_upload_piece(board, two, sizeof(two), &off);
	tb_upload_piece(board, two, sizeof(two), &off);
	cr_assert_eq(tb_update(board, three), SMP_OK);
	cr_assert_eq(tb_answer(board), 3);
	cr_assert_eq(tb_update(board, two), SMP_OK);
	cr_assert_eq(tb_answer(board), 2);
	cr_assert_not(board->nor.broken);
	tb_free(board);
}

Test(update, erase_touches_only_the_spare_slot)
{
	struct tiny_key key = tb_key(1);
	struct tiny_board *board = start(&key);
	struct wire_erase erase = { 2u + board->agent.slots.active };

	cr_assert_eq(tb_call(board, SMP_WRITE, SMP_GROUP_IMAGE,
			     WIRE_IMAGE_ERASE, &wire_shape_erase, &erase),
		     SMP_BADSTATE);
	erase.slot = 2u + !board->agent.slots.active;
	cr_assert_eq(tb_call(board, SMP_WRITE, SMP_GROUP_IMAGE,
			     WIRE_IMAGE_ERASE, &wire_shape_erase, &erase),
		     SMP_OK);
	erase.slot = 1;
	cr_assert_eq(tb_call(board, SMP_WRITE, SMP_GROUP_IMAGE,
			     WIRE_IMAGE_ERASE, &wire_shape_erase, &erase),
		     SMP_NOTSUP);
	tb_boot(board);
	cr_assert_eq(tb_answer(board), 1);
	tb_free(board);
}

Test(update, state_lists_what_is_there)
{
	struct tiny_key key = tb_key(1);
	struct tiny_board *board = start(&key);
	const struct wire_nothing nothing = { true };
	struct wire_images images;
	uint8_t bytes[TB_MODEL_BYTES];

	tb_model(bytes, (struct tiny_model){ .bias = 2, .counter = 2 }, &key);
	cr_assert_eq(tb_upload(board, bytes, sizeof(bytes)), SMP_OK);
	cr_assert_eq(tb_select(board, bytes, false), SMP_OK);
	cr_assert_eq(tb_call(board, SMP_READ, SMP_GROUP_IMAGE,
			     WIRE_IMAGE_STATE, &wire_shape_nothing, &nothing),
		     SMP_OK);
	cr_assert_eq(wire_decode_images(&board->packet, &images), 0);
	cr_assert_eq(images.image_count, 3);
	for (uint32_t i = 1; i < 3; i++) {
		const struct wire_image *image = &images.images[i];
		bool is_new = image->slot != board->agent.slots.active;

		cr_assert(image->bootable);
		cr_assert_eq(image->pending, is_new);
		cr_assert_eq(image->active, !is_new);
		cr_assert_eq(image->confirmed, !is_new);
	}
	tb_free(board);
}

/* ---- power cuts ---- */

/* The whole update by a host that sees the board vanish and gives up. */
static void try_update(struct tiny_board *board, const uint8_t *bytes)
{
	uint32_t off = 0;

	while (off < TB_MODEL_BYTES && !board->nor.dead)
		if (tb_upload_piece(board, bytes, TB_MODEL_BYTES, &off))
			return;
	if (board->nor.dead || tb_select(board, bytes, false))
		return;
	rt_init(&board->rt, tb_feed, board);
	agent_init(&board->agent, &board->hal, &board->rt);
	if (!board->nor.dead)
		tb_select(board, bytes, true);
}

static void cut(struct tiny_board *board, const uint8_t *bytes, long at,
		enum nor_torn torn)
{
	tb_boot(board);
	cr_assert(tb_answer(board) == 1 || tb_answer(board) == 2);
	board->nor.die_at = at;
	board->nor.torn = torn;
	try_update(board, bytes);
	cr_assert_not(board->nor.broken);
}

Test(update, power_cut_at_every_flash_operation_and_every_pair)
{
	struct tiny_key key = tb_key(1);
	struct tiny_board *board = start(&key);
	uint8_t bytes[TB_MODEL_BYTES], before[TB_FLASH], middle[TB_FLASH];
	long count;

	tb_model(bytes, (struct tiny_model){ .bias = 2, .counter = 2 }, &key);
	memcpy(before, board->nor.bytes, TB_FLASH);
	nor_reboot(&board->nor);
	try_update(board, bytes);
	count = board->nor.count;
	cr_assert_gt(count, 15);
	for (long first = 1; first <= count; first++) {
		enum nor_torn torn = (enum nor_torn)(first % NOR_TORN_KINDS);

		memcpy(board->nor.bytes, before, TB_FLASH);
		cut(board, bytes, first, torn);
		memcpy(middle, board->nor.bytes, TB_FLASH);
		for (long second = 1; second <= count; second++) {
			memcpy(board->nor.bytes, middle, TB_FLASH);
			cut(board, bytes, second, second % NOR_TORN_KINDS);
			tb_boot(board);
			try_update(board, bytes);
			cr_assert_eq(tb_answer(board), 2);
		}
	}
	tb_free(board);
}
