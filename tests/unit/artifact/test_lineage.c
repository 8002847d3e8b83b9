#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "artifact/lineage.h"
#include "small.h"

/*
 * collect <- label <- train <- squeeze, and squeeze names label as well.
 */
enum { COLLECT, LABEL, TRAIN, SQUEEZE, COUNT };
static const char *const names[COUNT] = {
	"collect", "label", "train", "squeeze",
};

static char folder[64], paths[COUNT][96];
static struct digest ids[COUNT];

/* Make one that names the given ones; by letter's key, or unsigned. */
static void make(int which, char letter, int a, int b)
{
	struct artifact_maker *maker = artifact_make(names[which], 1);
	struct key_secret key = small_key(letter);
	const int inputs[2] = { a, b };

	for (int i = 0; i < 2; i++) {
		struct artifact input = { 0 };

		if (inputs[i] < 0)
			continue;
		input.stage = names[inputs[i]];
		input.id = ids[inputs[i]];
		artifact_add_input(maker, &input);
	}
	snprintf(paths[which], sizeof(paths[which]), "%s/%s.tar", folder,
		 names[which]);
	cr_assert_eq(artifact_write(maker, letter ? &key : NULL, paths[which],
				    &ids[which], NULL), 0);
	artifact_drop(maker);
}

static void open_folder(void)
{
	strcpy(folder, "/tmp/tinyml-test-XXXXXX");
	cr_assert_not_null(mkdtemp(folder));
	make(COLLECT, 'a', -1, -1);
	make(LABEL, 'a', COLLECT, -1);
	make(TRAIN, 'a', LABEL, -1);
	make(SQUEEZE, 'a', LABEL, TRAIN);
}

static void close_folder(void)
{
	for (int i = 0; i < COUNT; i++)
		unlink(paths[i]);
	rmdir(folder);
}

TestSuite(lineage, .init = open_folder, .fini = close_folder);

static int note(void *ctx, const struct artifact *artifact)
{
	strcat(ctx, artifact->stage);
	strcat(ctx, " ");
	return 0;
}

/* Walk from the artifact named, by identity; seen gets the stages met. */
static int walk(int from, char seen[100], struct err *err)
{
	struct artifact_trust trust = small_trust('a');
	const struct lineage lineage = {
		.root = "collect", .places = { .folder = folder },
		.trust = &trust,
	};
	int ret;

	seen[0] = '\0';
	ret = lineage_walk_id(&lineage, names[from], &ids[from], note, seen,
			      err);
	key_ring_release(&trust.ring);
	return ret;
}

Test(lineage, visits_each_once_the_newest_first)
{
	struct artifact_trust trust = small_trust('a');
	const struct lineage lineage = {
		.root = "collect", .places = { .folder = folder },
		.trust = &trust,
	};
	struct artifact *artifact;
	char seen[100];

	cr_assert_eq(walk(SQUEEZE, seen, NULL), 0);
	cr_assert_str_eq(seen, "squeeze train label collect ");
	seen[0] = '\0';
	cr_assert_eq(artifact_open(&artifact, paths[SQUEEZE], NULL, &trust,
				   NULL), 0);
	cr_assert_eq(lineage_walk(&lineage, artifact, note, seen, NULL), 0);
	cr_assert_str_eq(seen, "squeeze train label collect ");
	artifact_close(artifact);
	key_ring_release(&trust.ring);
}

Test(lineage, recordings_alone_are_a_chain)
{
	char seen[100];

	cr_assert_eq(walk(COLLECT, seen, NULL), 0);
	cr_assert_str_eq(seen, "collect ");
}

Test(lineage, a_missing_link_is_named)
{
	struct err err = { 0 };
	char seen[100];

	unlink(paths[LABEL]);
	cr_assert_eq(walk(SQUEEZE, seen, &err), ERR_MISSING);
	cr_assert(strstr(err.text, "label"), "%s", err.text);
	cr_assert_str_eq(seen, "squeeze train ");
}

Test(lineage, a_link_made_by_another_is_refused)
{
	char seen[100];

	make(LABEL, 'b', COLLECT, -1);
	make(TRAIN, 'a', LABEL, -1);
	cr_assert_eq(walk(TRAIN, seen, NULL), ERR_TRUST);
	make(LABEL, '\0', COLLECT, -1);
	make(TRAIN, 'a', LABEL, -1);
	cr_assert_eq(walk(TRAIN, seen, NULL), ERR_TRUST);
}

Test(lineage, a_changed_link_is_not_found)
{
	char seen[100];

	make(LABEL, 'a', -1, -1);
	ids[LABEL].bytes[0] ^= 1;
	cr_assert_eq(walk(TRAIN, seen, NULL), ERR_MISSING);
}

Test(lineage, a_chain_that_ends_before_the_recordings_is_refused)
{
	struct err err = { 0 };
	char seen[100];

	make(LABEL, 'a', -1, -1);
	make(TRAIN, 'a', LABEL, -1);
	cr_assert_eq(walk(TRAIN, seen, &err), ERR_TRUST);
	cr_assert(strstr(err.text, "ends at 'label'"), "%s", err.text);
}

Test(lineage, a_link_of_another_stage_is_refused)
{
	struct artifact_maker *maker = artifact_make("train", 1);
	struct key_secret key = small_key('a');
	struct artifact input = { .stage = "collect", .id = ids[LABEL] };
	char seen[100];

	artifact_add_input(maker, &input);
	cr_assert_eq(artifact_write(maker, &key, paths[TRAIN], &ids[TRAIN],
				    NULL), 0);
	artifact_drop(maker);
	cr_assert_eq(walk(TRAIN, seen, NULL), ERR_FORMAT);
}

static int stop(void *ctx, const struct artifact *artifact)
{
	(void)ctx;
	(void)artifact;
	return ERR_NO;
}

Test(lineage, the_visitor_may_stop)
{
	struct artifact_trust trust = small_trust('a');
	const struct lineage lineage = {
		.root = "collect", .places = { .folder = folder },
		.trust = &trust,
	};

	cr_assert_eq(lineage_walk_id(&lineage, "train", &ids[TRAIN], stop,
				     NULL, NULL), ERR_NO);
	key_ring_release(&trust.ring);
}
