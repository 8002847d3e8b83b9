#include <criterion/criterion.h>
#include <string.h>

#include "link/report.h"

static struct wire_info sample_info(void)
{
	return (struct wire_info){ .board = wire_text("sim"),
		.core = wire_text("host\x1b[2J"), .ram = 262144,
		.flash = 1048576, .arena = 131072, .slots = 2,
		.slot_bytes = 65536, .page = 4096,
		.kernels = wire_text("ref"), .runtime = 1,
		.slot = WIRE_NONE };
}

static const struct place place = { "demo", "sim", "sim:demo", "." };

Test(report, a_board_cannot_repaint_the_terminal)
{
	struct wire_info info = sample_info();

	for (int form = 0; form < 3; form++) {
		struct buf out = BUF_INIT;

		report_info(&out, (enum report_form)form, &place, &info);
		cr_assert_null(strchr((char *)out.data, 0x1b));
		buf_release(&out);
	}
}

Test(report, no_model_is_said)
{
	struct wire_info info = sample_info();
	struct buf out = BUF_INIT;

	report_info(&out, REPORT_TEXT, &place, &info);
	cr_assert_not_null(strstr((char *)out.data, "model    none\n"));
	buf_release(&out);
}

Test(report, lines_keep_their_columns)
{
	struct buf out = BUF_INIT;
	size_t tabs = 0;

	report_types(&out, REPORT_LINES);
	for (size_t i = 0; out.data[i] != '\n'; i++)
		tabs += out.data[i] == '\t';
	cr_assert_eq(tabs, 9);
	buf_release(&out);
}

Test(report, a_shared_identity_has_a_question_mark)
{
	struct scan_usb usb[] = {
		{ 0x2e8a, 0x0003, "1-1", "", NULL, false },
		{ 0x2341, 0x805a, "1-2", "S", NULL, false },
		{ 0x10c4, 0xea60, "1-3", "", NULL, true },
		{ 0x1234, 0x0001, "1-4", "", NULL, false },
	};
	struct project project = { .root = "." };
	struct scan scan = { .usb = usb, .usb_count = 4 };
	struct buf out = BUF_INIT;

	for (int i = 0; i < 4; i++)
		usb[i].known = board_by_usb(usb[i].vid, usb[i].pid);
	report_list(&out, REPORT_LINES, &project, &scan, NULL);
	cr_assert_str_eq((char *)out.data,
		"usb\t1-1\tpico?\t\tbootloader\t2e8a:0003\n"
		"usb\t1-2\tnano33ble\tS\trunning\t2341:805a\n"
		"usb\t1-3\t\t\tbridge\t10c4:ea60\n");
	buf_release(&out);
}

Test(report, ports_that_were_asked_have_two_columns_more)
{
	struct scan_serial ports[] = {
		{ "/dev/ttyACM0", "Nano", 0x2341, 0x805a, "", NULL },
		{ "/dev/ttyUSB0", "CP", 0, 0, "", NULL },
	};
	const struct probe probes[] = { { "", "no answer" }, { "sim", "" } };
	struct project project = { .root = "." };
	struct scan scan = { .serial = ports, .serial_count = 2 };
	struct buf out = BUF_INIT;

	report_list(&out, REPORT_LINES, &project, &scan, probes);
	cr_assert_str_eq((char *)out.data,
		"serial\t/dev/ttyACM0\t\tNano\t\t2341:805a\t\tno answer\n"
		"serial\t/dev/ttyUSB0\t\tCP\t\t\tsim\t\n");
	buf_release(&out);
}
