#include "tiny_board.h"

Test(boot, key_is_taken_once)
{
	struct tiny_board *board = tb_new();
	struct tiny_key key = tb_key(1), other = tb_key(2);
	const struct flash *flash = &board->hal.flash;
	const struct slots_layout *layout = &board->hal.layout;
	uint8_t read[32];

	cr_assert_eq(boot_key_read(flash, layout, read), ERR_MISSING);
	cr_assert_eq(boot_key_write(flash, layout, key.public), 0);
	cr_assert_eq(boot_key_write(flash, layout, key.public), 0);
	cr_assert_eq(boot_key_write(flash, layout, other.public), ERR_TRUST);
	cr_assert_eq(boot_key_read(flash, layout, read), 0);
	cr_assert_eq(memcmp(read, key.public, 32), 0);
	cr_assert_not(board->nor.broken);
	tb_free(board);
}

Test(boot, key_torn_by_a_power_cut_counts_as_empty)
{
	struct tiny_board *board = tb_new();
	struct tiny_key key = tb_key(1);
	const struct slots_layout *layout = &board->hal.layout;
	uint8_t read[32];

	board->nor.die_at = 2;
	board->nor.torn = NOR_HALF;
	cr_assert_neq(boot_key_write(&board->hal.flash, layout, key.public),
		      0);
	nor_reboot(&board->nor);
	cr_assert_eq(boot_key_read(&board->hal.flash, layout, read),
		     ERR_MISSING);
	cr_assert_eq(boot_key_write(&board->hal.flash, layout, key.public), 0);
	tb_free(board);
}

/* Put a container into a slot behind the agent's back. */
static void plant(struct tiny_board *board, int slot, const uint8_t *bytes)
{
	memcpy(board->nor.bytes + board->hal.layout.slot[slot], bytes,
	       TB_MODEL_BYTES);
}

Test(boot, every_flipped_bit_of_a_container_is_refused)
{
	struct tiny_board *board = tb_new();
	struct tiny_key key = tb_key(1);
	uint8_t bytes[TB_MODEL_BYTES];
	struct mcuboot_image image;

	boot_key_write(&board->hal.flash, &board->hal.layout, key.public);
	tb_model(bytes, (struct tiny_model){ .bias = 5, .counter = 3 }, &key);
	plant(board, 0, bytes);
	cr_assert_eq(boot_verify(&board->hal.flash, &board->hal.layout, 0, 3,
				 &image), 0);
	cr_assert_eq(boot_verify(&board->hal.flash, &board->hal.layout, 0, 4,
				 &image), ERR_NO);
	for (int bit = 0; bit < 8 * TB_MODEL_BYTES; bit++) {
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		plant(board, 0, bytes);
		cr_assert_neq(boot_verify(&board->hal.flash,
					  &board->hal.layout, 0, 3, &image),
			      0, "bit %d", bit);
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	tb_free(board);
}

Test(boot, model_changed_in_flash_does_not_run)
{
	struct tiny_board *board = tb_new();
	struct tiny_key key = tb_key(1);
	uint8_t bytes[TB_MODEL_BYTES];

	tb_model(bytes, (struct tiny_model){ .bias = 5 }, &key);
	tb_provision(board, &key);
	cr_assert_eq(tb_update(board, bytes), SMP_OK);
	cr_assert_eq(tb_answer(board), 5);
	board->nor.bytes[board->hal.layout.slot[board->agent.slots.running] +
			 40] ^= 1;
	tb_boot(board);
	cr_assert_eq(board->agent.slots.running, SLOT_NONE);
	cr_assert_eq(tb_answer(board), INT32_MIN);
	/* and the board still takes updates */
	tb_model(bytes, (struct tiny_model){ .bias = 6, .counter = 1 }, &key);
	cr_assert_eq(tb_update(board, bytes), SMP_OK);
	cr_assert_eq(tb_answer(board), 6);
	tb_free(board);
}

Test(boot, both_records_bad_does_not_open_the_way_for_a_replay)
{
	struct tiny_board *board = tb_new();
	struct tiny_key key = tb_key(1);
	uint8_t old[TB_MODEL_BYTES], new[TB_MODEL_BYTES];

	tb_model(old, (struct tiny_model){ .bias = 5, .counter = 1 }, &key);
	tb_model(new, (struct tiny_model){ .bias = 6, .counter = 2 }, &key);
	tb_provision(board, &key);
	cr_assert_eq(tb_update(board, old), SMP_OK);
	cr_assert_eq(tb_update(board, new), SMP_OK);
	for (int i = 0; i < 2; i++)
		memset(board->nor.bytes + board->hal.layout.record[i], 0, 64);
	tb_boot(board);
	cr_assert_eq(board->agent.slots.running, SLOT_NONE);
	cr_assert_eq(tb_upload(board, old, sizeof(old)), SMP_RC_COUNTER);
	cr_assert_eq(tb_update(board, new), SMP_OK);
	cr_assert_eq(tb_answer(board), 6);
	tb_free(board);
}
