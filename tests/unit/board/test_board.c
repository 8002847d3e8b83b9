#include <criterion/criterion.h>

#include "board/board.h"

Test(board, names_are_unique_and_found)
{
	const struct board *board;
	size_t count = 0;

	for (; (board = board_at(count)); count++)
		cr_assert_eq(board_find(board->name), board, "%s",
			     board->name);
	cr_assert_eq(count, 16 + 5);
	cr_assert_null(board_find("pic"));
}

Test(board, what_is_near_is_suggested)
{
	const struct board *board;
	struct err err = { 0 };

	cr_assert_eq(board_need("mps2-an368", &board, &err), ERR_MISSING);
	cr_assert_str_eq(err.hint, "did you mean 'mps2-an386'?");
}

Test(board, figures_make_sense)
{
	const struct board *b;

	for (size_t i = 0; (b = board_at(i)); i++) {
		cr_expect_lt(b->arena_bytes, b->ram_bytes, "%s", b->name);
		cr_expect_leq(2 * (uint64_t)b->slot_bytes, b->flash_bytes,
			      "%s", b->name);
		cr_expect_eq(b->emulator == BOARD_QEMU, b->machine[0] != '\0');
		cr_expect_str_neq(board_kernels(b->kernels), "unknown");
	}
}

Test(board, identities_name_boards_of_the_table)
{
	const struct board_usb *usb;

	for (size_t i = 0; (usb = board_usb_at(i)); i++) {
		if (usb->state == BOARD_BRIDGE)
			cr_expect_str_eq(usb->board, "");
		else
			cr_expect_not_null(board_find(usb->board), "%s",
					   usb->board);
	}
}

Test(board, one_identity_never_has_two_states)
{
	const struct board_usb *a, *b;

	for (size_t i = 0; (a = board_usb_at(i)); i++)
		for (size_t j = 0; (b = board_usb_at(j)); j++)
			if (a->vid == b->vid && a->pid == b->pid)
				cr_expect_eq(a->state, b->state);
}

Test(board, bridges_are_never_guessed)
{
	const struct board_usb *bridge = board_by_usb(0x10c4, 0xea60);

	cr_assert_eq(bridge->state, BOARD_BRIDGE);
	cr_assert_str_eq(bridge->board, "");
	cr_assert(!board_usb_is_sure(bridge));
	cr_assert(board_usb_is_sure(board_by_usb(0x2341, 0x805a)));
	cr_assert(!board_usb_is_sure(board_by_usb(0x2e8a, 0x0003)));
	cr_assert_null(board_by_usb(0x1234, 0x5678));
}
