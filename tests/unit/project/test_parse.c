#include <criterion/criterion.h>
#include <string.h>

#include "base/file.h"
#include "project/project.h"

static int parse(struct project *p, const char *text, struct err *err)
{
	*err = (struct err){ 0 };
	return project_parse(p, "tinyml.yaml", text, strlen(text), err);
}

static void refused(const char *text, const char *words, const char *place)
{
	struct project p;
	struct err err;

	cr_assert_lt(parse(&p, text, &err), 0, "accepted: %s", text);
	cr_assert(strstr(err.text, words), "'%s' lacks '%s'", err.text, words);
	cr_assert_str_eq(err.place, place);
	project_release(&p);
}

Test(project, the_example_is_valid_and_read)
{
	struct project p;
	struct err err = { 0 };
	struct buf text = BUF_INIT;

	cr_assert_eq(file_read("tinyml.yaml.example", 1 << 20, &text, &err), 0);
	cr_assert_eq(project_parse(&p, "example", text.data, text.len, &err),
		     0, "%s %s", err.text, err.place);
	cr_assert_str_eq(p.name, "keywords");
	cr_assert_eq(p.train.epochs, 24);
	cr_assert_float_eq(p.train.rate, 0.004, 1e-12);
	cr_assert_eq(p.targets.n, 1);
	cr_assert_eq(p.split.nodes.n, 2);
	cr_assert_str_eq(p.split.nodes.items[1], "host");
	cr_assert_eq(p.board_count, 1);
	cr_assert_str_eq(p.boards[0].at, "qemu:demo");
	project_release(&p);
	buf_release(&text);
}

Test(project, defaults_without_a_file)
{
	struct project p;
	char room[64];

	cr_assert_eq(project_defaults(&p, NULL), 0);
	cr_assert_eq(p.collect.rate_hz, 16000);
	cr_assert_str_eq(p.collect.source, "wav");
	cr_assert_str_eq(project_value(&p, "train.rate", room, sizeof(room)),
			 "0.004");
	cr_assert_null(project_value(&p, "train.x", room, sizeof(room)));
	project_release(&p);
}

Test(project, unknown_keys_are_errors_with_a_suggestion)
{
	struct project p;
	struct err err;

	cr_assert_eq(parse(&p, "train:\n  epcohs: 3\n", &err), ERR_FORMAT);
	cr_assert_str_eq(err.text, "unknown key 'epcohs' in 'train'");
	cr_assert_str_eq(err.hint, "did you mean 'epochs'?");
	cr_assert_str_eq(err.place, "tinyml.yaml, line 2, column 3");
	project_release(&p);
}

Test(project, wrong_types_and_ranges_name_line_and_column)
{
	refused("train:\n  epochs: many\n", "takes a whole number",
		"tinyml.yaml, line 2, column 11");
	refused("train:\n  epochs: '3'\n", "takes a whole number",
		"tinyml.yaml, line 2, column 11");
	refused("train: {epochs: 3.5}\n", "takes a whole number",
		"tinyml.yaml, line 1, column 17");
	refused("train: {epochs: 0}\n", "must lie between",
		"tinyml.yaml, line 1, column 17");
	refused("train: {rate: nan}\n", "takes a number",
		"tinyml.yaml, line 1, column 15");
	refused("train: {rate: 0x1}\n", "takes a number",
		"tinyml.yaml, line 1, column 15");
	refused("collect: {source: mp3}\n", "must be one of",
		"tinyml.yaml, line 1, column 19");
	refused("targets: mps2\n", "takes a list",
		"tinyml.yaml, line 1, column 10");
	refused("train: 3\n", "takes keys below it",
		"tinyml.yaml, line 1, column 8");
	refused("project: [a]\n", "takes a single value",
		"tinyml.yaml, line 1, column 10");
}

Test(project, yaml_tricks_are_refused)
{
	refused("project: &a x\nkey: *a\n", "anchors",
		"tinyml.yaml, line 1, column 10");
	refused("project: !!str x\n", "tags", "tinyml.yaml, line 1, column 10");
	refused("train: {epochs: 3}\ntrain: {epochs: 4}\n", "stands twice",
		"tinyml.yaml, line 2, column 1");
	refused("train:\n  epochs: 3\n  epochs: 4\n", "stands twice",
		"tinyml.yaml, line 3, column 3");
	refused("project: a\n---\nproject: b\n", "second document",
		"tinyml.yaml, line 2, column 1");
	refused("", "empty", "tinyml.yaml, line 1, column 1");
	refused("project: b: c\n", "not YAML",
		"tinyml.yaml, line 1, column 11");
	refused("train.epochs: 3\n", "unknown key",
		"tinyml.yaml, line 1, column 1");
}

Test(project, boards_need_type_and_at)
{
	struct project p;
	struct err err;
	const struct project_board *b;

	refused("boards: {x: {type: sim}}\n", "needs 'type' and 'at'",
		"tinyml.yaml, line 1, column 23");
	refused("boards: {x: {typ: sim}}\n", "unknown key 'typ'",
		"tinyml.yaml, line 1, column 14");
	cr_assert_eq(parse(&p, "boards: {x: {type: sim, at: 'sim:x'}}\n",
			   &err), 0);
	cr_assert_eq(project_board(&p, "x", &b, &err), 0);
	cr_assert_str_eq(b->type, "sim");
	cr_assert_eq(project_board(&p, "y", &b, &err), ERR_MISSING);
	cr_assert_str_eq(err.hint, "boards: has x");
	project_release(&p);
}
