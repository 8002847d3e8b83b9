/*
 * tinyml device - find boards, ask what they are, start emulated ones.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "link/emulator.h"
#include "link/report.h"
#include "link/scan.h"

static const char synopsis[] =
	"[-C DIR] [--probe] [--baud N] [--json | --porcelain]\n"
	"[-C DIR] [--baud N] [--json | --porcelain] info BOARD\n"
	"[-C DIR] up BOARD\n"
	"[-C DIR] down BOARD\n"
	"--list-types [--json | --porcelain]";

struct args {
	const char *folder;
	bool types, probe, json, porcelain;
	long baud;
};

static enum report_form form_of(const struct args *args)
{
	return args->json ? REPORT_JSON :
		args->porcelain ? REPORT_LINES : REPORT_TEXT;
}

static int print(struct buf *out, struct err *err)
{
	int ret = out->failed ? err_nomem(err) : 0;

	if (!ret)
		cli_write(out->data, out->len);
	buf_release(out);
	return ret;
}

/* The project, or none: boards can be asked and listed without one. */
static int open_project(struct project *project, const struct args *args,
			struct err *err)
{
	struct err missing = { 0 };
	int ret = project_open(project, args->folder ? args->folder : ".",
			       &missing);

	if (!ret)
		return 0;
	if (ret == ERR_MISSING && !args->folder) {
		project_release(project);
		return project_defaults(project, err);
	}
	*err = missing;
	return ret;
}

static struct link_options link_options(const struct args *args)
{
	return (struct link_options){ .baud = (uint32_t)args->baud };
}

/* What a reader of the list should know besides. */
static void remark(const struct args *args, const struct project *project,
		   const struct scan *scan)
{
	size_t known = 0;
	bool denied = false;

	for (size_t i = 0; i < scan->usb_count; i++) {
		const struct scan_usb *usb = &scan->usb[i];

		known += usb->known != NULL;
		if (usb->denied)
			cli_warn("no permission to open the USB device at %s "
				 "(%04x:%04x)", usb->path, usb->vid, usb->pid);
		denied |= usb->denied;
	}
	if (denied)
		cli_hint("a udev rule gives it; tinyml-device(1) has one "
			 "under Permissions");
	for (size_t i = 0; i < scan->serial_count; i++)
		known += scan->serial[i].vid != 0;
	if (form_of(args) == REPORT_TEXT && !known && !project->board_count)
		cli_hint("plug a board in; without any, 'tinyml device info "
			 "sim:one' starts a simulated one");
}

static int list(const struct args *args, const struct project *project,
		struct err *err)
{
	const struct link_options options = link_options(args);
	struct probe *probes = NULL;
	struct buf out = BUF_INIT;
	struct scan scan;
	int ret = scan_open(&scan, err);

	if (!ret && args->probe) {
		probes = calloc(scan.serial_count + 1, sizeof(*probes));
		if (probes)
			probe_ports(probes, &scan, &options);
		else
			ret = err_nomem(err);
	}
	if (!ret) {
		report_list(&out, form_of(args), project, &scan, probes);
		ret = print(&out, err);
		remark(args, project, &scan);
	}
	free(probes);
	scan_release(&scan);
	return ret;
}

static int info(const struct args *args, const struct place *place,
		struct err *err)
{
	const struct link_options options = link_options(args);
	struct wire_info answer;
	struct buf out = BUF_INIT;
	struct smp_link *sl;
	int ret = place_open(&sl, place, &options, err);

	if (!ret)
		ret = smp_link_ask(sl, SMP_READ, WIRE_GROUP_MODEL,
				   WIRE_MODEL_INFO, err, nothing, NULL, info,
				   &answer);
	if (ret == ERR_UNSUPPORTED)
		err_hint(err, "it speaks SMP, but runs no agent of tinyml; "
			 "'tinyml flash' brings models, not the agent");
	if (!ret) {
		report_info(&out, form_of(args), place, &answer);
		ret = print(&out, err);
	}
	smp_link_close(sl);
	return ret;
}

static int act(const struct args *args, const struct project *project,
	       char **argv, struct err *err)
{
	struct place place;
	int ret = place_find(&place, project, argv[1], err);

	if (ret)
		return ret;
	if (strcmp(argv[0], "info") == 0)
		return info(args, &place, err);
	if (strcmp(argv[0], "up") == 0)
		return emulator_up(&place, err);
	return emulator_down(&place, err);
}

static int check_operands(int argc, char **argv, struct err *err)
{
	static const char *const words[] = { "info", "up", "down" };
	bool known = argc == 0;

	for (int i = 0; i < 3 && !known; i++)
		known = strcmp(argv[0], words[i]) == 0;
	if (!known)
		return cli_unknown("device action", argv[0], words, 3, err);
	if (argc == 1) {
		err_set(err, ERR_USAGE, "'%s' needs a board", argv[0]);
		err_hint(err, "tinyml device %s BOARD", argv[0]);
		return ERR_USAGE;
	}
	return argc > 2 ? cli_excess(argv[2], err) : 0;
}

static int run(const struct args *args, int argc, char **argv,
	       struct err *err)
{
	struct buf out = BUF_INIT;
	struct project project = { 0 };
	int ret = check_operands(argc, argv, err);

	if (ret)
		return ret;
	if (args->types) {
		report_types(&out, form_of(args));
		return print(&out, err);
	}
	ret = open_project(&project, args, err);
	if (!ret)
		ret = argc ? act(args, &project, argv, err) :
			list(args, &project, err);
	project_release(&project);
	return ret;
}

int main(int argc, char **argv)
{
	struct args args = { 0 };
	const struct opt options[] = {
		OPT_TEXT('C', "folder", "DIR", "look for the project from DIR",
			 &args.folder),
		OPT_NUMBER('b', "baud", "N", "speed of a serial port (115200)",
			   &args.baud, 300, 4000000),
		OPT_FLAG(0, "probe", "ask every serial port which board is "
			 "behind it", &args.probe),
		OPT_FLAG(0, "list-types", "print the board database",
			 &args.types),
		OPT_FLAG(0, "json", "print JSON", &args.json),
		OPT_FLAG(0, "porcelain", "print stable tab-separated lines",
			 &args.porcelain),
		OPT_END
	};
	const struct cli cli = { "device", synopsis, "find boards, ask what "
				 "they are, start emulated ones", options };
	struct err err = { 0 };

	if (cli_parse(&cli, &argc, &argv, &err))
		run(&args, argc, argv, &err);
	return cli_finish(&err);
}
