#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labels/make.h"

enum { MOST = 2000 };

static const struct artifact_trust anyone = { .allow_unsigned = true };
static struct dataset_recording recordings[MOST];
static char names[MOST][64];
static struct dataset dataset;
static struct project_label rules;
static struct labels_report report;
static struct buf text, tar;
static struct err err;

/* A dataset of these names (sorted by the caller), 100 frames at 100 Hz. */
static void begin(const char *const *list, size_t n)
{
	static const uint8_t silence[200];

	for (size_t i = 0; i < n; i++) {
		if (list)
			snprintf(names[i], sizeof(names[i]), "%s", list[i]);
		recordings[i] = (struct dataset_recording){
			.name = names[i], .kind = DATASET_AUDIO,
			.type = DATASET_S16, .rate_hz = 100, .frames = 100,
			.width = 1, .channels = 1, .bytes = silence, .n = 200,
			.source = digest_of(names[i], strlen(names[i]))
		};
	}
	dataset = (struct dataset){ .rate_hz = 100, .channels = 1,
				    .recordings = recordings, .count = n };
	rules = (struct project_label){
		.from = "folder", .pattern = "", .csv = "", .group = "file",
		.train = 80, .validation = 10, .test = 10, .test_where = "",
		.validation_where = "", .window_by = "majority", .normal = ""
	};
}

/* Files of a hundred per class: "no/v00_00.wav" ... */
static void begin_many(void)
{
	size_t n = 0;

	for (int word = 0; word < 2; word++)
		for (int i = 0; i < 500; i++)
			snprintf(names[n++], sizeof(names[0]),
				 "%s/v%02d_%02d.wav", word ? "yes" : "no",
				 i / 10, i % 10);
	begin(NULL, n);
}

static int make_with(const char *edited, const char *csv)
{
	const struct labels_job job = {
		.label = &rules, .dataset = &dataset, .csv = csv,
		.csv_n = csv ? strlen(csv) : 0, .edited = edited,
		.edited_n = edited ? strlen(edited) : 0
	};
	struct artifact_maker *maker = artifact_make("label", LABELS_FORMAT);
	int ret;

	memset(&err, 0, sizeof(err));
	labels_report_release(&report);
	buf_release(&text);
	buf_release(&tar);
	ret = labels_make(&job, maker, &text, &report, &err);
	if (!ret)
		ret = artifact_encode(maker, NULL, &tar, NULL, &err);
	artifact_drop(maker);
	return ret;
}

static struct artifact *artifact;

static void read_back(struct labels *labels)
{
	cr_assert_eq(artifact_parse(&artifact, tar.data, tar.len, &anyone,
				    NULL), 0);
	cr_assert_eq(labels_read(labels, artifact, &dataset, &err), 0, "%s",
		     err.text);
}

static bool says(const char *words)
{
	return text.data && strstr((char *)text.data, words);
}

static bool notes(const char *words)
{
	return report.notes.data && strstr((char *)report.notes.data, words);
}

Test(labels, folders_become_classes_and_are_read_back)
{
	struct labels labels;
	size_t at = 0, n = 0;

	begin_many();
	cr_assert_eq(make_with(NULL, NULL), 0, "%s", err.text);
	read_back(&labels);
	cr_assert_eq(labels.class_count, 2);
	cr_assert_str_eq(labels.classes[1], "yes");
	cr_assert_eq(labels.count, 1000);
	cr_assert_eq(labels.items[999].class, 1);
	cr_assert_eq(labels.items[999].end, 100);
	while (labels_next(&labels, LABELS_TEST, &at))
		n++;
	cr_assert_eq(n, labels_count(&labels, LABELS_TEST));
	cr_assert_float_eq((double)n, 100, 40);
	labels_release(&labels);
	artifact_close(artifact);
}

/* Parts by group key; the same keys must fall the same for ever. */
Test(labels, hash_split_is_stable_and_keeps_groups_together)
{
	enum labels_part first[50];
	struct labels labels;

	begin_many();
	rules.pattern = "{speaker}_{index}";
	rules.group = "speaker";
	cr_assert_eq(make_with(NULL, NULL), 0, "%s", err.text);
	read_back(&labels);
	for (size_t i = 0; i < 1000; i++) {
		size_t speaker = i % 500 / 10;

		if (i < 500 && i % 10 == 0)
			first[speaker] = labels.items[i].part;
		cr_assert_eq(labels.items[i].part, first[speaker]);
	}
	labels_release(&labels);
	artifact_close(artifact);
	/* half of the recordings: nobody moves */
	dataset.count = 510;
	cr_assert_eq(make_with(NULL, NULL), 0, "%s", err.text);
	read_back(&labels);
	for (size_t i = 0; i < 510; i++)
		cr_assert_eq(labels.items[i].part, first[i % 500 / 10]);
	labels_release(&labels);
	artifact_close(artifact);
	/* SHA-256("v00") begins a858dfd2: 66% of the way, behind test's and
	 * validation's shares */
	cr_assert_eq(first[0], LABELS_TRAIN);
}

Test(labels, more_validation_does_not_touch_test)
{
	struct labels a, b;
	struct artifact *first;

	begin_many();
	cr_assert_eq(make_with(NULL, NULL), 0);
	read_back(&a);
	first = artifact;
	rules.train = 60;
	rules.validation = 30;
	cr_assert_eq(make_with(NULL, NULL), 0);
	read_back(&b);
	for (size_t i = 0; i < 1000; i++)
		cr_assert_eq(a.items[i].part == LABELS_TEST,
			     b.items[i].part == LABELS_TEST);
	labels_release(&a);
	labels_release(&b);
	artifact_close(first);
	artifact_close(artifact);
}

static const char *const digits[] = {
	"0_a_0.wav", "0_a_1.wav", "0_a_2.wav", "0_b_0.wav", "0_b_1.wav",
	"0_b_2.wav", "1_a_0.wav", "1_a_1.wav", "1_a_2.wav", "1_b_0.wav",
	"1_b_1.wav", "1_b_2.wav",
};

static void begin_digits(void)
{
	begin(digits, 12);
	rules.from = "pattern";
	rules.pattern = "{label}_{speaker}_{index}";
}

Test(labels, test_where_fixes_the_test_part)
{
	struct labels labels;

	begin_digits();
	rules.test_where = "index=0";
	rules.validation_where = "index=1";
	cr_assert_eq(make_with(NULL, NULL), 0, "%s", err.text);
	read_back(&labels);
	for (size_t i = 0; i < 12; i++)
		cr_assert_eq(labels.items[i].part, i % 3 == 0 ? LABELS_TEST :
			     i % 3 == 1 ? LABELS_VALIDATION : LABELS_TRAIN);
	labels_release(&labels);
	artifact_close(artifact);
}

Test(labels, a_condition_that_tears_a_group_is_refused)
{
	begin_digits();
	rules.test_where = "index=0";
	rules.group = "speaker";
	cr_assert_eq(make_with(NULL, NULL), ERR_FORMAT);
	cr_assert(strstr(err.text, "tear group 'a' apart"), "%s", err.text);
}

Test(labels, few_groups_leave_no_part_empty)
{
	begin_digits();
	rules.group = "speaker";
	rules.validation = 0;
	rules.train = 90;
	cr_assert_eq(make_with(NULL, NULL), 0, "%s", err.text);
	cr_assert_eq(report.classes[0].parts[LABELS_TEST], 3);
	cr_assert_eq(report.classes[0].parts[LABELS_TRAIN], 3);
}

static const char *const mixed[] = { "no/1", "no/2", "no/3", "yes/1", "yes/2",
				     "yes/3" };

/* All in train, whatever the hash says. */
static void begin_mixed(void)
{
	begin(mixed, 6);
	rules.train = 100;
	rules.validation = rules.test = 0;
}

Test(labels, edits_win_and_everything_else_follows_the_rule)
{
	begin_mixed();
	cr_assert_eq(make_with("name\tlabel\tpart\tstart\tend\trule\n"
			       "no/1\tyes\t-\t-\t-\tno\n"
			       "no/2\told\t-\t-\t-\told\n"
			       "yes/1\tyes\ttest\t-\t-\tyes\n"
			       "lost/1\tlost\t-\t-\t-\tlost\n", NULL), 0,
		     "%s", err.text);
	cr_assert(says("\nno/1\tyes\t-\t-\t-\tno\n"), "an edit stays");
	cr_assert(says("\nno/2\tno\t-\t-\t-\tno\n"), "no edit: the new rule");
	cr_assert(says("\nno/3\tno\t-\t-\t-\tno\n"), "new: appended");
	cr_assert(says("\nyes/1\tyes\ttest\t-\t-\tyes\n"), "part stays");
	cr_assert(says("\nlost/1\tlost\t-\t-\t-\t!gone\n"), "gone: marked");
	cr_assert_eq(report.items, 6);
	cr_assert_eq(report.edited, 2);
	cr_assert_eq(report.gone, 1);
	cr_assert_eq(report.classes[1].parts[LABELS_TEST], 1);
}

Test(labels, what_was_written_reads_to_the_same_again)
{
	char *before;

	begin_mixed();
	recordings[0].name = "\"no\"/1 ";
	recordings[1].name = "\"no\"/2";
	cr_assert_eq(make_with("name\tlabel\r\n\nno/3\t-\r\n", NULL), 0, "%s",
		     err.text);
	before = strdup((char *)text.data);
	cr_assert_eq(report.left_out, 1);
	cr_assert_eq(make_with(before, NULL), 0, "%s", err.text);
	cr_assert_str_eq((char *)text.data, before);
	free(before);
}

Test(labels, spans_cut_a_recording_in_pieces)
{
	struct labels labels;

	begin_mixed();
	cr_assert_eq(make_with("name\tlabel\tpart\tstart\tend\trule\n"
			       "no/1\tno\t-\t0\t0.25\t-\n"
			       "no/1\tyes\t-\t0.25\t1\t-\n", NULL), 0, "%s",
		     err.text);
	read_back(&labels);
	cr_assert_eq(labels.count, 7);
	cr_assert_eq(labels.items[0].end, 25);
	cr_assert_eq(labels.items[1].start, 25);
	cr_assert_eq(labels.items[1].end, 100);
	labels_release(&labels);
	artifact_close(artifact);
}

Test(labels, a_span_behind_the_end_is_refused_with_its_line)
{
	begin_mixed();
	cr_assert_eq(make_with("name\tlabel\tpart\tstart\tend\trule\n"
			       "no/1\tno\t-\t0.5\t1.5\t-\n", NULL), ERR_RANGE);
	cr_assert_str_eq(err.place, "labels/labels.tsv, line 2");
}

Test(labels, lines_that_cannot_be_read_are_named)
{
	static const char *const bad[] = {
		"no/1\tno\n",			/* no header */
		"name\tlabel\tpart\nno/1\tno\ttrian\n",
		"name\tlabel\tpart\nno/1\t!x\t-\n",
		"name\tlabel\tpart\tstart\tend\nno/1\tno\t-\t1\t0\n",
		"name\tlabel\tpart\tstart\tend\nno/1\tno\t-\t1\t-\n",
		"name\tlabel\nno/1\tno\nno/1\tyes\n",
		"name\tlabel\tpart\tstart\tend\trule\n"
		"no/1\tno\t-\t-\t-\t-\tx\n",
	};

	begin_mixed();
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		cr_assert_eq(make_with(bad[i], NULL), ERR_FORMAT, "%zu", i);
		cr_assert_eq(strncmp(err.place, "line ", 5), 0, "%s",
			     err.place);
	}
}

Test(labels, csv_labels_by_name_and_span)
{
	begin_mixed();
	rules.from = "csv";
	cr_assert_eq(make_with(NULL, "name,label,start,end\nno/1,a,0,0.5\n"
			       "no/1,b,0.5,1\nno/2,a,,\nyes/3,b,,\n"
			       "nobody,b,,\n"), 0, "%s", err.text);
	cr_assert_eq(report.items, 4);
	cr_assert_eq(report.left_out, 3);
	cr_assert(notes("1 names in label.csv have no recording, first "
			"'nobody'"));
	cr_assert(says("\nno/1\tb\t-\t0.5\t1\tb\n"));
	cr_assert(says("\nyes/1\t-\t-\t-\t-\t-\n"));
}

Test(labels, csv_mistakes_are_refused)
{
	static const char *const bad[] = {
		"", "file,label\nno/1,a\n", "name,label,start\nno/1,a,0\n",
		"name,label\nno/1,a\nno/1,b\n", "name,label\nno/1\n",
		"name,label\n1,a\n",	/* in two folders */
		"name,label,start,end\nno/1,a,1,0.5\n",
		"name,label,start,end\nno/1,a,x,1\n",
	};

	begin_mixed();
	rules.from = "csv";
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert_eq(make_with(NULL, bad[i]), ERR_FORMAT, "%zu", i);
}

Test(labels, no_class_and_one_class_are_refused)
{
	static const char *const top[] = { "1", "2" };
	static const char *const one[] = { "no/1", "no/2" };

	begin(top, 2);
	cr_assert_eq(make_with(NULL, NULL), ERR_FORMAT);
	cr_assert_str_eq(err.text, "no recording has a label");
	cr_assert(says("\n1\t-\t-\t-\t-\t-\n"), "still to be filled in");
	begin(one, 2);
	cr_assert_eq(make_with(NULL, NULL), ERR_FORMAT);
	cr_assert_str_eq(err.text, "there is only one class, 'no'");
}

Test(labels, a_class_with_one_sample_is_refused_in_one_line)
{
	begin(mixed, 4);
	rules.train = 100;
	rules.validation = rules.test = 0;
	cr_assert_eq(make_with(NULL, NULL), ERR_FORMAT);
	cr_assert_str_eq(err.text, "class 'yes' has one sample, 'yes/1'");
	cr_assert(strstr(err.hint, "record more of it"));
}

Test(labels, a_class_without_training_samples_is_refused)
{
	begin_mixed();
	cr_assert_eq(make_with("name\tlabel\tpart\nyes/1\tyes\ttest\n"
			       "yes/2\tyes\ttest\nyes/3\tyes\ttest\n", NULL),
		     ERR_FORMAT);
	cr_assert(strstr(err.text, "class 'yes' has no sample to train with"));
}

Test(labels, missing_parts_imbalance_and_twins_are_noted)
{
	begin_many();
	dataset.count = 510;
	recordings[0].source = recordings[1].source;
	cr_assert_eq(make_with("name\tlabel\tpart\nno/v00_00.wav\tno\ttest\n"
			       "no/v00_01.wav\tno\ttrain\n", NULL), 0, "%s",
		     err.text);
	cr_assert(notes("class 'yes' has 10 samples, the largest class 500"));
	cr_assert(notes("twin of the same bytes in another part"));
	begin_mixed();
	cr_assert_eq(make_with(NULL, NULL), 0);
	cr_assert_not(notes("is missing"), "nobody asked for the others");
	rules.train = 99;
	rules.validation = 1;
	cr_assert_eq(make_with("name\tlabel\tpart\nyes/1\tyes\tvalidation\n",
			       NULL), 0);
	cr_assert(notes("class 'no' is missing in validation"));
}

Test(labels, chosen_classes_keep_their_order_and_typos_are_found)
{
	const char *order[] = { "yes", "no" }, *typo[] = { "yess", "no" };

	begin_mixed();
	rules.classes = (struct text_list){ order, 2, NULL };
	cr_assert_eq(make_with(NULL, NULL), 0, "%s", err.text);
	cr_assert_str_eq(report.classes[0].name, "yes");
	rules.classes.items = typo;
	cr_assert_eq(make_with(NULL, NULL), ERR_MISSING);
	cr_assert_str_eq(err.hint, "did you mean 'yes'?");
}

Test(labels, settings_that_contradict_are_refused)
{
	begin_digits();
	rules.train = 70;
	cr_assert_eq(make_with(NULL, NULL), ERR_FORMAT);
	begin_digits();
	rules.group = "voice";
	cr_assert_eq(make_with(NULL, NULL), ERR_MISSING);
	begin_digits();
	rules.pattern = "{word}_{speaker}_{index}";
	cr_assert_eq(make_with(NULL, NULL), ERR_FORMAT);
	cr_assert(strstr(err.text, "has no {label}"));
}

Test(labels, recordings_that_do_not_match_are_noted)
{
	begin_digits();
	recordings[11].name = "readme.wav";
	cr_assert_eq(make_with(NULL, NULL), 0, "%s", err.text);
	cr_assert(notes("1 of 12 recordings do not match"));
	cr_assert_eq(report.left_out, 1);
}

#define ITEMS "id\tname\tlabel\tpart\tgroup\tstart\tend\n"

static int read_members(const char *classes, const char *items)
{
	struct artifact_maker *maker = artifact_make("label", LABELS_FORMAT);
	struct labels labels;
	int ret;

	buf_release(&tar);
	artifact_add(maker, "classes.txt", classes, strlen(classes));
	artifact_add(maker, "labels.tsv", items, strlen(items));
	cr_assert_eq(artifact_encode(maker, NULL, &tar, NULL, NULL), 0);
	cr_assert_eq(artifact_parse(&artifact, tar.data, tar.len, &anyone,
				    NULL), 0);
	ret = labels_read(&labels, artifact, &dataset, NULL);
	labels_release(&labels);
	artifact_close(artifact);
	artifact_drop(maker);
	return ret;
}

Test(labels, members_that_lie_are_refused)
{
	static const char *const bad[][2] = {
		{ "a\n", ITEMS "000000\tno/1\ta\ttrain\tg\t0\t100\n" },
		{ "a\na\n", ITEMS "000000\tno/1\ta\ttrain\tg\t0\t100\n" },
		{ "a\nb", ITEMS "000000\tno/1\ta\ttrain\tg\t0\t100\n" },
		{ "a\n\nb\n", ITEMS "000000\tno/1\ta\ttrain\tg\t0\t100\n" },
		{ "a\nb\n", ITEMS },
		{ "a\nb\n", ITEMS "000006\tno/1\ta\ttrain\tg\t0\t100\n" },
		{ "a\nb\n", ITEMS "000001\tno/1\ta\ttrain\tg\t0\t100\n" },
		{ "a\nb\n", ITEMS "000000\tno/1\tc\ttrain\tg\t0\t100\n" },
		{ "a\nb\n", ITEMS "000000\tno/1\ta\tlearn\tg\t0\t100\n" },
		{ "a\nb\n", ITEMS "000000\tno/1\ta\ttrain\tg\t0\t101\n" },
		{ "a\nb\n", ITEMS "000000\tno/1\ta\ttrain\tg\t50\t50\n" },
		{ "a\nb\n", ITEMS "000000\tno/1\ta\ttrain\tg\t-1\t50\n" },
		{ "a\nb\n", ITEMS "000001\tno/2\ta\ttrain\tg\t0\t100\n"
			    "000000\tno/1\ta\ttrain\tg\t0\t100\n" },
	};

	begin_mixed();
	cr_assert_eq(read_members("a\nb\n", ITEMS "000000\tno/1\ta\ttrain\tg\t"
				  "0\t100\n"), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert_lt(read_members(bad[i][0], bad[i][1]), 0, "%zu", i);
}

/* One recording of 100 frames at 100 Hz: 30 of still, 40 of walk, nothing. */
static void begin_marked(void)
{
	static const struct dataset_mark marks[] = {
		{ 0, 0, 30, "still" }, { 0, 30, 70, "walk" },
		{ 1, 0, 50, "walk" }, { 1, 50, 100, "still" },
	};
	static const char *const list[] = { "a.csv", "b.csv" };

	begin(list, 2);
	dataset.marks = marks;
	dataset.mark_count = 4;
	rules.from = "column";
	rules.window_ms = 200;
	rules.stride_ms = 100;
	rules.train = 100;
	rules.validation = rules.test = 0;
}

/* Letters of the labels in the order of the items: s or w. */
static const char *letters(void)
{
	static char out[64];
	struct labels labels;

	read_back(&labels);
	for (size_t i = 0; i < labels.count; i++)
		out[i] = labels.classes[labels.items[i].class][0];
	out[labels.count] = '\0';
	labels_release(&labels);
	artifact_close(artifact);
	return out;
}

Test(labels, windows_show_what_most_of_their_frames_show)
{
	begin_marked();
	cr_assert_eq(make_with(NULL, NULL), 0, "%s", err.text);
	/* a: windows begin at 0, 10 ... 60 (half of walk), none at 70, 80 */
	cr_assert_str_eq(letters(), "ssswwww" "wwwwwssss");
	rules.majority = 60;
	cr_assert_eq(make_with(NULL, NULL), 0, "%s", err.text);
	cr_assert_str_eq(letters(), "sswww" "wwwwssss");
	rules.majority = 0;
	rules.window_by = "last";
	cr_assert_eq(make_with(NULL, NULL), 0, "%s", err.text);
	cr_assert_str_eq(letters(), "sswwww" "wwwwsssss");
}

Test(labels, spans_without_windows_are_items_of_their_own)
{
	begin_marked();
	rules.window_ms = 0;
	cr_assert_eq(make_with(NULL, NULL), 0, "%s", err.text);
	cr_assert_str_eq(letters(), "sw" "ws");
	cr_assert(says("a.csv\twalk\t-\t0.3\t0.7\twalk\n"), "%s", text.data);
	dataset.mark_count = 0;
	cr_assert_eq(make_with(NULL, NULL), ERR_MISSING);
}

Test(labels, what_is_not_normal_is_never_trained_with)
{
	struct labels labels;

	begin_marked();
	rules.normal = "still";
	rules.train_first_s = 0.7;
	cr_assert_eq(make_with(NULL, NULL), 0, "%s", err.text);
	read_back(&labels);
	cr_assert_str_eq(labels.classes[1], LABELS_ANOMALOUS);
	for (size_t i = 0; i < labels.count; i++) {
		const struct labels_item *item = labels.items + i;

		cr_assert(item->part != LABELS_TRAIN || item->class == 0);
		cr_assert_eq(item->part == LABELS_TEST, item->start >= 70);
		cr_assert(item->start >= 70 || item->end <= 70);
	}
	cr_assert_eq(labels_count(&labels, LABELS_TEST), 2);
	labels_release(&labels);
	artifact_close(artifact);
	rules.normal = "stil";
	cr_assert_eq(make_with(NULL, NULL), ERR_MISSING);
}

Test(labels, windows_may_be_groups_of_their_own)
{
	begin_marked();
	rules.group = "window";
	rules.train = 50;
	rules.validation = 50;
	cr_assert_eq(make_with(NULL, NULL), 0, "%s", err.text);
	cr_assert_eq(report.groups, 16);
	rules.window_ms = 0;
	cr_assert_eq(make_with(NULL, NULL), ERR_MISSING);
}

Test(labels, pictures_have_no_windows)
{
	begin_marked();
	recordings[0].rate_hz = 0;
	rules.from = "folder";
	cr_assert_eq(make_with(NULL, NULL), ERR_FORMAT);
}
