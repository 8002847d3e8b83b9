#include <criterion/criterion.h>
#include <stdlib.h>

#include "agent_peer.h"
#include "base/file.h"
#include "flash/deliver.h"
#include "flash/inspect.h"
#include "tiny_firmware.h"

/* A project folder whose board `desk` is one in memory. */
static char folder[64];
static struct tiny_board *board;
static struct tiny_firmware tiny;
static struct project project;

static void enter(void)
{
	char text[300];

	strcpy(folder, "/tmp/tinyml-inspect-XXXXXX");
	cr_assert_not_null(mkdtemp(folder));
	cr_assert_eq(chdir(folder), 0);
	tf_init(&tiny, 2, 0, 7, 1);
	board = tb_new();
	snprintf(text, sizeof(text), "project: p\ndevice_key: ./device.key\n"
		 "boards:\n  desk:\n    type: sim\n    at: unix:%s/board\n",
		 folder);
	cr_assert_eq(project_parse(&project, "tinyml.yaml", text, strlen(text),
				   NULL), 0);
	cr_assert_eq(key_save_public(&tiny.key.pub, "device.pub", NULL), 0);
}

static void leave(void)
{
	char command[128];

	tb_free(board);
	tf_release(&tiny);
	project_release(&project);
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	cr_assert_eq(system(command), 0);
}

static void run_model(void)
{
	struct wire_key key = { { tiny.key.pub.pk, 32 } };

	cr_assert_eq(tb_call(board, SMP_WRITE, WIRE_GROUP_MODEL,
			     WIRE_MODEL_KEY, &wire_shape_key, &key), SMP_OK);
	cr_assert_eq(tb_update(board, tiny.container.data), SMP_OK);
}

static int inspect(struct inspect_report *report, struct err *err)
{
	struct agent_peer peer;
	int ret;

	*err = (struct err){ 0 };
	agent_peer_start(&peer, board, folder);
	ret = inspect_board(&project, "desk", NULL, report, err);
	agent_peer_stop(&peer);
	return ret;
}

Test(inspect, the_running_container_is_read_back_and_named, .init = enter,
     .fini = leave)
{
	struct inspect_report report;
	struct mcuboot_image image;
	struct err err;

	run_model();
	cr_assert_eq(inspect(&report, &err), 0, "%s", err.text);
	cr_assert_eq(mcuboot_read(tiny.container.data, tiny.container.len,
				  &image), 0);
	cr_assert_eq(report.bytes, tiny.container.len);
	cr_assert_eq(memcmp(report.hash.bytes, image.hash, DIGEST_BYTES), 0);
	cr_assert(digest_equal(&report.identity, &tiny.from.id));
	cr_assert_eq(report.info.counter, 7);
}

Test(inspect, a_board_without_model_is_a_plain_no, .init = enter,
     .fini = leave)
{
	struct inspect_report report;
	struct err err;

	cr_assert_eq(inspect(&report, &err), ERR_NO);
	cr_assert_str_eq(err.text, "the board runs no model");
}

Test(inspect, bytes_the_device_key_did_not_sign_are_not_trusted,
     .init = enter, .fini = leave)
{
	struct inspect_report report;
	uint32_t at, step = TB_MODEL_BYTES / 7;
	struct err err;

	run_model();
	at = board->hal.layout.slot[board->agent.slots.active];
	for (uint32_t i = 0; i < TB_MODEL_BYTES; i += step) {
		int ret;

		board->nor.bytes[at + i] ^= 1;	/* under the board's feet */
		ret = inspect(&report, &err);
		cr_assert(ret == ERR_TRUST || ret == ERR_FORMAT, "%u: %d %s",
			  i, ret, err.text);
		board->nor.bytes[at + i] ^= 1;
	}
	cr_assert_eq(inspect(&report, &err), 0, "%s", err.text);
}

Test(inspect, another_projects_board_is_not_ours, .init = enter, .fini = leave)
{
	const uint8_t seed[32] = { 5 };
	struct inspect_report report;
	struct key_secret stranger;
	struct err err;

	run_model();
	key_from_seed(&stranger, seed);
	unlink("device.pub");
	cr_assert_eq(key_save_public(&stranger.pub, "device.pub", NULL), 0);
	cr_assert_eq(inspect(&report, &err), ERR_TRUST);
	cr_assert_str_eq(err.text, "the container was signed with another "
			 "device key");
}

Test(inspect, without_the_public_key_nobody_is_asked, .init = enter,
     .fini = leave)
{
	struct inspect_report report;
	struct err err = { 0 };

	unlink("device.pub");
	cr_assert_eq(inspect_board(&project, "desk", NULL, &report, &err),
		     ERR_MISSING);
	cr_assert_str_eq(err.hint, "'device_key' in tinyml.yaml names it");
}

Test(inspect, an_unknown_board_lists_the_known, .init = enter, .fini = leave)
{
	struct inspect_report report;
	struct err err = { 0 };

	cr_assert_eq(inspect_board(&project, "dusk", NULL, &report, &err),
		     ERR_MISSING);
	cr_assert_not_null(strstr(err.text, "dusk"), "%s", err.text);
	cr_assert_not_null(strstr(err.hint, "desk"), "%s", err.hint);
}

Test(inspect, a_boards_words_cannot_repaint_a_terminal_or_forge_a_receipt,
     .init = enter, .fini = leave)
{
	struct inspect_report report;
	struct err err;

	run_model();
	board->hal.info.board = "a\033[2J\tb\nc\xff";
	cr_assert_eq(inspect(&report, &err), 0, "%s", err.text);
	cr_assert_str_eq(report.info.board, "a?[2J?b?c?");
}

/* ---- receipts ------------------------------------------------------------ */

Test(receipt, lines_are_added_one_for_each_delivery, .init = enter,
     .fini = leave)
{
	struct deliver_report report = { .sent_bytes = 644 };
	struct deliver_receipt receipt = { "desk", "flash", &tiny.from,
					   &report, ERR_NO };
	struct buf text = BUF_INIT;
	const char *line;

	report.before.counter = 1;
	report.after = (struct ask_info){ .has_model = true, .counter = 7,
		.slot = 1, .version = "1.0.2", .identity = tiny.from.id };
	cr_assert_eq(deliver_receipt(&project, &receipt, NULL), 0);
	receipt.result = 0;
	cr_assert_eq(deliver_receipt(&project, &receipt, NULL), 0);
	cr_assert_eq(file_read("receipts/desk.tsv", 4096, &text, NULL), 0);
	line = strchr((char *)text.data, '\n') + 1;
	/* "2026-01-31T12:34:56Z", then what was asked and what came of it */
	cr_assert_eq(strncmp((char *)text.data + 20, "\tflash\t0202", 11), 0);
	cr_assert_not_null(strstr((char *)text.data,
				  "\t-\t-\t1\t0\tNO\t644\n"));
	cr_assert_eq(strncmp(line + 20, "\tflash\t0202", 11), 0);
	cr_assert_not_null(strstr(line, "\t1.0.2\t7\t1\tok\t644\n"));
	buf_release(&text);
}
