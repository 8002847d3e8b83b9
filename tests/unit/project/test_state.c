#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "project/lock.h"
#include "project/run.h"
#include "project/schema.h"
#include "project/sources.h"
#include "project/stage.h"

static char folder[64];

static void enter(void)
{
	strcpy(folder, "/tmp/tinyml-state-XXXXXX");
	cr_assert_not_null(mkdtemp(folder));
	cr_assert_eq(chdir(folder), 0);
}

static void leave(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	cr_assert_eq(system(command), 0);
}

static void put(const char *path, const char *text)
{
	cr_assert_eq(file_mkparents(path, NULL), 0);
	cr_assert_eq(file_write(path, text, strlen(text), 0644, NULL), 0);
}

/* Make a file old enough to be remembered. */
static void age(const char *path)
{
	const struct timespec old[2] = { { 1000000, 0 }, { 1000000, 0 } };

	cr_assert_eq(utimensat(AT_FDCWD, path, old, 0), 0);
}

/* ---- lock --------------------------------------------------------------- */

Test(lock, lines_are_sorted_and_read_back, .init = enter, .fini = leave)
{
	struct lock lock = { 0 }, back;
	struct buf text = BUF_INIT;

	lock.stages[STAGE_TRAIN].present = true;
	lock.stages[STAGE_TRAIN].output.bytes[0] = 7;
	lock.stages[STAGE_COLLECT].present = true;
	cr_assert_eq(lock_write(&lock, "tinyml.lock", NULL), 0);
	cr_assert_eq(file_read("tinyml.lock", 1 << 16, &text, NULL), 0);
	cr_assert_eq(strncmp((char *)text.data,
			     "# tinyml.lock 1\ncollect ", 24), 0);
	cr_assert_eq(lock_read(&back, "tinyml.lock", NULL), 0);
	cr_assert_eq(memcmp(&back, &lock, sizeof(lock)), 0);
	buf_release(&text);
}

Test(lock, every_truncation_and_bit_flip_is_refused_or_harmless,
     .init = enter, .fini = leave)
{
	struct lock lock = { 0 }, back;
	struct buf text = BUF_INIT;
	int accepted = 0;

	lock.stages[STAGE_LABEL].present = true;
	cr_assert_eq(lock_write(&lock, "a", NULL), 0);
	cr_assert_eq(file_read("a", 1 << 16, &text, NULL), 0);
	for (size_t n = 1; n < text.len; n++) {
		file_write("b", text.data, n, 0644, NULL);
		/* only the head line alone is a lock of its own */
		if (lock_read(&back, "b", NULL) == 0)
			accepted++;
	}
	cr_assert_eq(accepted, 1);
	for (size_t bit = 0; bit < 8 * text.len; bit++) {
		text.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
		file_write("b", text.data, text.len, 0644, NULL);
		if (lock_read(&back, "b", NULL) == 0)
			cr_assert(back.stages[STAGE_LABEL].present,
				  "bit %zu lost the line", bit);
		text.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	buf_release(&text);
}

/* ---- stat cache --------------------------------------------------------- */

static struct digest look(const char *path, size_t *hashed)
{
	struct statcache *cache;
	struct digest digest;

	cr_assert_eq(statcache_open(&cache, "cache", false, NULL), 0);
	cr_assert_eq(sources_digest(cache, path, &digest, NULL, NULL), 0);
	*hashed = statcache_hashed(cache);
	statcache_save(cache);
	statcache_close(cache);
	return digest;
}

Test(statcache, unchanged_files_are_not_hashed_again, .init = enter,
     .fini = leave)
{
	struct digest a, b;
	size_t hashed;

	put("in/x", "one");
	put("in/sub/y", "two");
	usleep(60000);		/* older than the racy window */
	a = look("in", &hashed);
	cr_assert_eq(hashed, 2);
	b = look("in", &hashed);
	cr_assert_eq(hashed, 0);
	cr_assert(digest_equal(&a, &b));
}

Test(statcache, a_touched_file_is_hashed_and_found_equal, .init = enter,
     .fini = leave)
{
	struct digest a, b;
	size_t hashed;

	put("in/x", "one");
	put("in/y", "two");
	usleep(60000);
	a = look("in", &hashed);
	age("in/x");
	b = look("in", &hashed);
	cr_assert_eq(hashed, 1);
	cr_assert(digest_equal(&a, &b));
}

Test(statcache, a_change_within_the_clock_grain_is_seen, .init = enter,
     .fini = leave)
{
	struct digest a, b;
	size_t hashed;
	FILE *f;

	for (int i = 0; i < 50; i++) {
		put("in/x", "one");
		a = look("in", &hashed);
		f = fopen("in/x", "r+");	/* same inode, same size */
		fputs("two", f);
		fclose(f);
		b = look("in", &hashed);
		cr_assert_not(digest_equal(&a, &b), "missed at try %d", i);
	}
}

Test(statcache, a_damaged_cache_is_an_empty_one, .init = enter, .fini = leave)
{
	struct digest a, b;
	struct buf text = BUF_INIT;
	size_t hashed;

	put("in/x", "one");
	usleep(60000);
	a = look("in", &hashed);
	cr_assert_eq(file_read("cache", 1 << 16, &text, NULL), 0);
	for (size_t n = 0; n < text.len; n++) {
		file_write("cache", text.data, n, 0644, NULL);
		b = look("in", &hashed);
		cr_assert(digest_equal(&a, &b));
	}
	buf_release(&text);
}

Test(sources, order_and_place_do_not_matter_names_and_bytes_do,
     .init = enter, .fini = leave)
{
	struct digest a, b;
	size_t hashed;

	put("p/1/x", "one");
	put("p/1/y", "two");
	put("p/2/y", "two");
	put("p/2/x", "one");
	a = look("p/1", &hashed);
	b = look("p/2", &hashed);
	cr_assert(digest_equal(&a, &b));
	put("p/2/.hidden", "three");
	b = look("p/2", &hashed);
	cr_assert(digest_equal(&a, &b));
	rename("p/2/y", "p/2/z");
	b = look("p/2", &hashed);
	cr_assert_not(digest_equal(&a, &b));
}

Test(sources, a_link_to_its_own_folder_ends, .init = enter, .fini = leave)
{
	struct digest a;
	size_t hashed;

	put("in/x", "one");
	cr_assert_eq(symlink("../in", "in/loop"), 0);
	a = look("in", &hashed);
	(void)a;
	cr_assert_eq(hashed, 1);
}

/* ---- run ---------------------------------------------------------------- */

struct made {
	int count[STAGE_COUNT], order[STAGE_COUNT], n;
	int fail_at;		/* this stage fails; -1: none */
	const char *content;
	const char *meanwhile;	/* a file that appears while collect runs */
	char why[STAGE_COUNT][240];
};

static void judged(void *ctx, enum project_stage which,
		   const struct state_stage *s)
{
	struct made *m = ctx;

	snprintf(m->why[which], sizeof(m->why[which]), "%s", s->why);
}

/* A stage that writes a small unsigned artifact. */
static int make_one(void *ctx, enum project_stage which, struct err *err)
{
	struct made *m = ctx;
	char path[64];
	struct artifact_maker *maker;
	int ret;

	if (m->fail_at == (int)which)
		return err_set(err, ERR_TOOL, "told to fail");
	m->count[which]++;
	if (which == STAGE_COLLECT && m->meanwhile)
		put(m->meanwhile, "more sound");
	maker = artifact_make(project_stage_name(which), 1);
	artifact_add(maker, "content", m->content, strlen(m->content));
	snprintf(path, sizeof(path), "artifacts/%s.tar",
		 project_stage_name(which));
	file_mkparents(path, NULL);
	ret = artifact_write(maker, NULL, path, NULL, err);
	artifact_drop(maker);
	return ret;
}

static int run(struct made *m, bool keep_going, struct run_result *result)
{
	const struct run_options options = { .keep_going = keep_going };
	const struct run_caller caller = { judged, make_one, m };
	struct project project;
	struct err err = { 0 };
	int ret;

	memset(m->count, 0, sizeof(m->count));
	cr_assert_eq(project_open(&project, ".", &err), 0);
	ret = run_project(&project, &options, &caller, result, &err);
	project_release(&project);
	return ret;
}

static void project(const char *extra)
{
	char text[400];

	put("in/a.wav", "sound");
	snprintf(text, sizeof(text), "project: p\ncollect:\n  path: in\n"
		 "flash:\n  board: b\n%s", extra);
	put("tinyml.yaml", text);
}

Test(run, makes_all_once_then_nothing, .init = enter, .fini = leave)
{
	struct made m = { .fail_at = -1, .content = "x" };
	struct run_result r;

	project("");
	cr_assert_eq(run(&m, false, &r), 0);
	cr_assert_eq(r.made, 5);	/* no split nodes, no update board */
	cr_assert_eq(run(&m, false, &r), 0);
	cr_assert_eq(r.made, 0);
	cr_assert_eq(r.fresh, 5);
}

Test(run, a_parameter_makes_its_stage_and_what_changed_after_it,
     .init = enter, .fini = leave)
{
	struct made m = { .fail_at = -1, .content = "x" };
	struct run_result r;

	project("");
	cr_assert_eq(run(&m, false, &r), 0);
	project("train:\n  epochs: 3\n");
	cr_assert_eq(run(&m, false, &r), 0);
	/* the same bytes came out: nothing after train is made */
	cr_assert_eq(r.made, 1);
	cr_assert_eq(m.count[STAGE_TRAIN], 1);
	project("train:\n  epochs: 4\n");
	m.content = "y";
	cr_assert_eq(run(&m, false, &r), 0);
	cr_assert_eq(r.made, 3);
}

Test(run, a_failed_stage_stops_those_after_it_and_is_tried_again,
     .init = enter, .fini = leave)
{
	struct made m = { .fail_at = STAGE_TRAIN, .content = "x" };
	struct run_result r;

	project("");
	cr_assert_eq(run(&m, true, &r), ERR_TOOL);
	cr_assert_eq(r.made, 2);
	cr_assert_eq(r.failed, 1);
	m.fail_at = -1;
	cr_assert_eq(run(&m, false, &r), 0);
	cr_assert_eq(r.made, 3);
	cr_assert_eq(r.fresh, 2);
}

Test(run, a_lost_or_foreign_artifact_is_made_again, .init = enter,
     .fini = leave)
{
	struct made m = { .fail_at = -1, .content = "x" };
	struct run_result r;

	project("");
	cr_assert_eq(run(&m, false, &r), 0);
	unlink("artifacts/squeeze.tar");
	cr_assert_eq(run(&m, false, &r), 0);
	cr_assert_eq(r.made, 1);
	put("artifacts/label.tar", "rubbish");
	cr_assert_eq(run(&m, false, &r), 0);
	cr_assert_eq(m.count[STAGE_LABEL], 1);
	cr_assert_eq(r.made, 1);
}

struct nested {
	struct made made;
	int inner;
};

static int make_nested(void *ctx, enum project_stage which, struct err *err)
{
	struct nested *n = ctx;
	struct run_result r;

	if (!n->inner)
		n->inner = run(&n->made, false, &r);
	return make_one(&n->made, which, err);
}

Test(run, two_at_once_exclude_each_other, .init = enter, .fini = leave)
{
	struct nested n = { .made = { .fail_at = -1, .content = "x" } };
	const struct run_options options = { 0 };
	const struct run_caller caller = { judged, make_nested, &n };
	struct run_result r;
	struct project p;

	project("");
	cr_assert_eq(project_open(&p, ".", NULL), 0);
	cr_assert_eq(run_project(&p, &options, &caller, &r, NULL), 0);
	cr_assert_eq(n.inner, ERR_BUSY);
	project_release(&p);
}

/* ---- what makes what stale ----------------------------------------------- */

/* A project with every stage on; text takes the place of a line's end. */
static void whole_project(const char *name, const char *type, const char *more)
{
	char text[600];

	put("in/a.wav", "sound");
	snprintf(text, sizeof(text), "project: %s\ndevice_key: ./device.key\n"
		 "collect:\n  path: in\nlabel:\n  csv: l.csv\n"
		 "split:\n  nodes: [b, here]\nflash:\n  board: b\n"
		 "update:\n  board: b\n"
		 "boards:\n  b:\n    type: %s\n    at: sim:b\n"
		 "  here:\n    type: host\n    at: sim:h\n%s", name, type,
		 more);
	put("tinyml.yaml", text);
}

/* Run; the stages made, as letters: "clt" is collect, label, train. */
static const char *made_now(struct made *m)
{
	static const char letters[] = "cltspfu";
	static char said[STAGE_COUNT + 1];
	struct run_result r;
	size_t n = 0;

	memset(m->why, 0, sizeof(m->why));
	cr_assert_eq(run(m, false, &r), 0);
	for (int i = 0; i < STAGE_COUNT; i++)
		if (m->count[i])
			said[n++] = letters[i];
	said[n] = '\0';
	return said;
}

static void start_whole(struct made *m)
{
	*m = (struct made){ .fail_at = -1, .content = "x" };
	put("device.key", "one key");
	whole_project("p", "sim", "");
	cr_assert_str_eq(made_now(m), "cltspfu");
	cr_assert_str_eq(made_now(m), "");
}

Test(stale, recordings_and_label_files, .init = enter, .fini = leave)
{
	struct made m;

	start_whole(&m);
	put("in/b.wav", "sound");
	cr_assert_str_eq(made_now(&m), "c");
	cr_assert_str_eq(m.why[STAGE_COLLECT],
			 "the recordings in 'in' changed");
	rename("in/b.wav", "in/c.wav");
	cr_assert_str_eq(made_now(&m), "c");
	unlink("in/c.wav");
	cr_assert_str_eq(made_now(&m), "c");
	put("labels/labels.tsv", "edited");
	cr_assert_str_eq(made_now(&m), "l");
	put("l.csv", "a,b");
	cr_assert_str_eq(made_now(&m), "l");
	unlink("l.csv");
	cr_assert_str_eq(made_now(&m), "l");
	cr_assert_str_eq(made_now(&m), "");
}

Test(stale, what_arrives_while_collect_runs_counts_next_time, .init = enter,
     .fini = leave)
{
	struct made m;

	start_whole(&m);
	put("in/b.wav", "sound");
	m.meanwhile = "in/late.wav";
	cr_assert_str_eq(made_now(&m), "c");
	m.meanwhile = NULL;
	cr_assert_str_eq(made_now(&m), "c");
	cr_assert_str_eq(made_now(&m), "");
}

Test(stale, the_type_of_a_board, .init = enter, .fini = leave)
{
	struct made m;

	start_whole(&m);
	whole_project("p", "microbit", "");
	cr_assert_str_eq(made_now(&m), "pfu");
	cr_assert_str_eq(m.why[STAGE_SPLIT],
			 "'squeeze' or the boards changed");
}

Test(stale, where_a_board_is_changes_nothing, .init = enter, .fini = leave)
{
	struct made m;

	start_whole(&m);
	whole_project("p", "sim", "  far:\n    type: pico\n    at: tcp:a:1\n");
	cr_assert_str_eq(made_now(&m), "pfu");
	whole_project("p", "sim", "  far:\n    type: pico\n    at: tcp:b:2\n");
	cr_assert_str_eq(made_now(&m), "");
}

Test(stale, the_device_key_replaced_or_lost, .init = enter, .fini = leave)
{
	struct made m;

	start_whole(&m);
	put("device.key", "new key");
	cr_assert_str_eq(made_now(&m), "fu");
	cr_assert_str_eq(m.why[STAGE_FLASH], "'split', the boards, the device "
			 "key or the firmware changed");
	unlink("device.key");
	cr_assert_str_eq(made_now(&m), "fu");
}

/* As program_data looks for it: beside the folder of this program. */
static void firmware_path(char path[300], const char *type)
{
	char self[200];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	cr_assert_gt(n, 0);
	self[n] = '\0';
	*strrchr(self, '/') = '\0';
	*strrchr(self, '/') = '\0';
	snprintf(path, 300, "%s/firmware/%s.elf", self, type);
}

Test(stale, the_firmware_of_a_board, .init = enter, .fini = leave)
{
	char type[32], elf[300];
	struct made m;

	start_whole(&m);
	snprintf(type, sizeof(type), "t%ld", (long)getpid());
	whole_project("p", type, "");
	cr_assert_str_eq(made_now(&m), "pfu");
	firmware_path(elf, type);
	put(elf, "\177ELF one");
	cr_assert_str_eq(made_now(&m), "fu");
	put(elf, "\177ELF two");
	cr_assert_str_eq(made_now(&m), "fu");
	cr_assert_str_eq(made_now(&m), "");
	unlink(elf);
	cr_assert_str_eq(made_now(&m), "fu");
}

Test(stale, the_name_of_the_project_stands_in_the_images, .init = enter,
     .fini = leave)
{
	struct made m;

	start_whole(&m);
	whole_project("q", "sim", "");
	cr_assert_str_eq(made_now(&m), "sp");
	cr_assert_str_eq(m.why[STAGE_SQUEEZE],
			 "project changed from '' to 'q'");
}

Test(stale, features_retrain_and_targets_squeeze_again, .init = enter,
     .fini = leave)
{
	struct made m;

	start_whole(&m);
	whole_project("p", "sim", "features:\n  mel_bands: 30\n");
	cr_assert_str_eq(made_now(&m), "t");
	whole_project("p", "sim", "targets: [sim]\n");
	cr_assert_str_eq(made_now(&m), "ts");
	whole_project("p", "sim", "trusted: []\nkey: other\ntargets: [sim]\n");
	cr_assert_str_eq(made_now(&m), "");
}

Test(stale, every_key_shapes_a_stage_or_is_known_not_to)
{
	/* who signs and who is believed; device_key counts by its content;
	 * patience shapes nothing */
	static const char *const none[] = { "key", "device_key", "trusted",
		"collect.timeout_seconds", "label.timeout_seconds",
		"train.timeout_seconds", "squeeze.timeout_seconds" };

	for (size_t i = 0; i < schema_count; i++) {
		const char *path = schema_rows[i].path;
		bool shapes = false, exempt = false;

		for (int s = 0; s < STAGE_COUNT; s++)
			shapes = shapes || stage_shaped_by(
				(enum project_stage)s, path);
		for (size_t k = 0; k < sizeof(none) / sizeof(*none); k++)
			exempt = exempt || strcmp(path, none[k]) == 0;
		cr_assert(shapes != exempt, "%s", path);
	}
}
