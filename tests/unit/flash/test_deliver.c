#include <criterion/criterion.h>
#include <stdlib.h>

#include "agent_peer.h"
#include "flash/deliver.h"
#include "tiny_firmware.h"

enum { OLD = 1, NEW = 2, OTHER = 3 };

/* A board that runs a confirmed model OLD, counter 1, and a newer one. */
static char folder[64];
static struct tiny_board *board;
static struct tiny_firmware old, new, other;
static struct deliver_report report;
static struct agent_peer peer;

static void enter(void)
{
	strcpy(folder, "/tmp/tinyml-flash-XXXXXX");
	cr_assert_not_null(mkdtemp(folder));
	tf_init(&old, OLD, 0, 1, 1);
	tf_init(&new, NEW, 0, 2, 1);
	tf_init(&other, OTHER, 0, 3, 1);
	board = tb_new();
}

static void leave(void)
{
	char command[128];

	tb_free(board);
	tf_release(&old);
	tf_release(&new);
	tf_release(&other);
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	cr_assert_eq(system(command), 0);
}

static int hand_over(const struct firmware *firmware, struct err *err)
{
	struct smp_link *sl;
	int ret;

	*err = (struct err){ 0 };
	report = (struct deliver_report){ 0 };
	agent_peer_start(&peer, board, folder);
	cr_assert_eq(smp_link_open(&sl, peer.at, NULL, NULL), 0);
	ret = deliver(sl, firmware, NULL, &report, err);
	smp_link_close(sl);
	agent_peer_stop(&peer);
	return ret;
}

static void hand_over_old(void)
{
	struct firmware f = tf_firmware(&old, "test");
	struct err err;

	cr_assert_eq(hand_over(&f, &err), 0, "%s", err.text);
}

/* The new model arrives, proven and confirmed, and survives a restart. */
static void expect_new(void)
{
	struct firmware f = tf_firmware(&new, "test");
	struct err err;

	cr_assert_eq(hand_over(&f, &err), 0, "%s", err.text);
	cr_assert_eq(report.self_vectors, TINY_VECTORS);
	cr_assert_eq(report.host_vectors, TINY_VECTORS);
	cr_assert(report.after.confirmed);
	cr_assert_not(report.after.trial);
	cr_assert_eq(report.after.counter, 2);
	cr_assert(digest_equal(&report.after.identity, &new.from.id));
	tb_boot(board);
	cr_assert_eq(tb_answer(board), NEW);
	cr_assert_not(board->nor.broken);
}

/* Refused before a byte was sent; the old model runs on. */
static void expect_refusal(const struct firmware *f, int kind,
			   const char *words)
{
	struct err err;

	cr_assert_eq(hand_over(f, &err), kind, "%s", err.text);
	cr_assert_not_null(strstr(err.text, words), "%s", err.text);
	cr_assert_eq(peer.uploads, 0);
	cr_assert_eq(peer.resets, 0);
	cr_assert_eq(tb_answer(board), OLD);
}

Test(deliver, to_a_board_without_key_and_model, .init = enter, .fini = leave)
{
	expect_new();
	cr_assert_not(report.before.has_model);
	cr_assert_eq(report.sent_bytes, new.container.len);
}

Test(deliver, not_there, .init = enter, .fini = leave)
{
	hand_over_old();
	expect_new();
	cr_assert_eq(report.before.counter, 1);
	cr_assert_eq(report.sent_bytes, new.container.len);
	cr_assert_not(report.was_there);
	cr_assert_eq(peer.resets, 1);
}

Test(deliver, half_there_sends_the_rest, .init = enter, .fini = leave)
{
	uint32_t off = 0;

	hand_over_old();
	while (off < 2 * TB_SECTOR)
		tb_upload_piece(board, new.container.data, new.container.len,
				&off);
	tb_boot(board);
	expect_new();
	cr_assert_eq(report.sent_bytes, new.container.len - 2 * TB_SECTOR +
		     MCUBOOT_HEADER_BYTES);
}

Test(deliver, half_of_another_there, .init = enter, .fini = leave)
{
	uint32_t off = 0;

	hand_over_old();
	while (off < 2 * TB_SECTOR)
		tb_upload_piece(board, other.container.data,
				other.container.len, &off);
	expect_new();
	cr_assert_eq(report.sent_bytes, new.container.len);
}

static void upload_by_hand(const struct tiny_firmware *t)
{
	cr_assert_eq(tb_upload(board, t->container.data, t->container.len),
		     SMP_OK);
}

static void try_by_hand(const struct tiny_firmware *t)
{
	upload_by_hand(t);
	cr_assert_eq(tb_select(board, t->container.data, false), SMP_OK);
}

Test(deliver, there_and_checked, .init = enter, .fini = leave)
{
	hand_over_old();
	upload_by_hand(&new);
	expect_new();
	cr_assert_eq(peer.uploads, 0);
	cr_assert_eq(peer.resets, 1);
}

Test(deliver, pending, .init = enter, .fini = leave)
{
	hand_over_old();
	try_by_hand(&new);
	expect_new();
	cr_assert_eq(peer.uploads, 0);
	cr_assert_eq(peer.resets, 1);
}

Test(deliver, on_trial, .init = enter, .fini = leave)
{
	hand_over_old();
	try_by_hand(&new);
	tb_boot(board);
	expect_new();
	cr_assert_eq(peer.uploads, 0);
	cr_assert_eq(peer.resets, 0);
	cr_assert_not(report.was_there);
}

Test(deliver, confirmed_is_only_proven_again, .init = enter, .fini = leave)
{
	hand_over_old();
	expect_new();
	expect_new();
	cr_assert(report.was_there);
	cr_assert_eq(report.sent_bytes, 0);
	cr_assert_eq(peer.uploads, 0);
	cr_assert_eq(peer.resets, 0);
}

Test(deliver, another_pending_or_on_trial_gives_way, .init = enter,
     .fini = leave)
{
	hand_over_old();
	try_by_hand(&other);
	expect_new();
	cr_assert_eq(peer.resets, 1);
	leave();
	enter();
	hand_over_old();
	try_by_hand(&other);
	tb_boot(board);
	cr_assert_eq(tb_answer(board), OTHER);
	expect_new();
	cr_assert_eq(peer.resets, 2);
}

Test(deliver, other_board_runtime_or_size, .init = enter, .fini = leave)
{
	struct firmware f = tf_firmware(&new, "pico");

	hand_over_old();
	expect_refusal(&f, ERR_UNSUPPORTED, "the model was planned for 'pico', "
		       "this board is a 'test'");
	f = tf_firmware(&new, "test");
	f.container_bytes = TB_SLOT + 5;
	expect_refusal(&f, ERR_NOFIT, "5 are missing");
	f = tf_firmware(&new, "test");
	f.runtime = RUN_VERSION + 1;
	expect_refusal(&f, ERR_UNSUPPORTED, "the board's runtime is version 2, "
		       "the model needs 3");
}

Test(deliver, other_device_key, .init = enter, .fini = leave)
{
	struct tiny_firmware strange;
	struct firmware f;

	hand_over_old();
	tf_init(&strange, NEW, 0, 2, 9);
	f = tf_firmware(&strange, "test");
	expect_refusal(&f, ERR_TRUST, "the board believes another device key");
	tf_release(&strange);
}

Test(deliver, an_older_counter_is_not_trusted, .init = enter, .fini = leave)
{
	struct firmware f = tf_firmware(&old, "test");
	struct err err;

	expect_new();
	cr_assert_eq(hand_over(&f, &err), ERR_TRUST, "%s", err.text);
	cr_assert_not_null(strstr(err.text, "security counter 2, this one has "
				  "1"), "%s", err.text);
	cr_assert_eq(peer.uploads, 0);
	tb_boot(board);
	cr_assert_eq(tb_answer(board), NEW);
}

Test(deliver, an_answer_other_than_the_hosts_is_not_confirmed, .init = enter,
     .fini = leave)
{
	struct firmware f;
	struct err err;

	hand_over_old();
	new.golden[TF_PAIR + TINY_IN + 2] ^= 1;
	f = tf_firmware(&new, "test");
	cr_assert_eq(hand_over(&f, &err), ERR_NO, "%s", err.text);
	cr_assert_str_eq(err.text, "the board's answer of golden vector 1 "
			 "differs from the host's at byte 2: 20 instead of 21");
	cr_assert_str_eq(err.hint, "the board has gone back to its old model");
	cr_assert_eq(report.host_vectors, 1);
	cr_assert_eq(tb_answer(board), OLD);
	tb_boot(board);
	cr_assert_eq(tb_answer(board), OLD);
}

Test(deliver, a_confirmed_model_that_answers_otherwise_is_said_and_kept,
     .init = enter, .fini = leave)
{
	struct firmware f;
	struct err err;

	expect_new();
	new.golden[TINY_IN] ^= 1;
	f = tf_firmware(&new, "test");
	cr_assert_eq(hand_over(&f, &err), ERR_NO, "%s", err.text);
	cr_assert_eq(peer.resets, 0);
	cr_assert_eq(tb_answer(board), NEW);
}

Test(deliver, a_board_that_fails_its_own_vectors_gives_the_model_up,
     .init = enter, .fini = leave)
{
	struct tiny_firmware bad;
	struct firmware f;
	struct err err;

	hand_over_old();
	tf_init(&bad, NEW, 1, 2, 1);
	f = tf_firmware(&bad, "test");
	cr_assert_eq(hand_over(&f, &err), ERR_NO, "%s", err.text);
	cr_assert_str_eq(err.text, "the board gave the new model up during "
			 "its first start");
	cr_assert_eq(tb_answer(board), OLD);
	tf_release(&bad);
}

Test(deliver, the_report_tells_what_was_done, .init = enter, .fini = leave)
{
	struct buf text = BUF_INIT;

	expect_new();
	report.run_us = 2500;
	deliver_print(&report, "desk", &text);
	cr_assert_str_eq((char *)text.data, "desk: 752 bytes sent, tried, "
		"confirmed in slot A\n"
		"desk runs tiny 1.0.2, security counter 2\n"
		"2 golden vectors answered by its self-test, 2 compared with "
		"this machine bit for bit, 2.5 ms an answer\n");
	buf_release(&text);
}
