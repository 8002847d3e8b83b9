#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "link/emulator.h"
#include "link/emulator_priv.h"

static char root[64] = "/tmp/tinyml-emulator-XXXXXX";

static void make_root(void)
{
	cr_assert_not_null(mkdtemp(root));
}

static void drop_root(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf '%s'", root);
	cr_assert_eq(system(command), 0);
}

TestSuite(emulator, .init = make_root, .fini = drop_root);

Test(emulator, only_its_own_spellings_are_emulated)
{
	struct place sim = { "a", "", "sim:a", root };
	struct place tcp = { "a", "", "tcp:a:1", root };

	cr_assert(emulator_is(&sim));
	cr_assert(!emulator_is(&tcp));
	cr_assert_eq(emulator_up(&tcp, NULL), ERR_USAGE);
}

Test(emulator, a_place_has_a_name_or_a_spelling)
{
	struct project_board boards[] = { { "demo", "mps2-an386",
					    "qemu:demo" } };
	struct project project = { .boards = boards, .board_count = 1,
				   .root = "here" };
	struct place place;

	cr_assert_eq(place_find(&place, &project, "demo", NULL), 0);
	cr_assert_str_eq(place.at, "qemu:demo");
	cr_assert_str_eq(place.type, "mps2-an386");
	cr_assert_str_eq(place.root, "here");
	cr_assert_eq(place_find(&place, &project, "tcp:a:1", NULL), 0);
	cr_assert_str_eq(place.at, "tcp:a:1");
	cr_assert_eq(place_find(&place, &project, "other", NULL),
		     ERR_MISSING);
}

Test(emulator, names_stay_in_their_folder)
{
	static const char *const wrong[] = { "sim:", "sim:..", "sim:a/b",
		"sim:.a", "qemu:a b", "qemu:a,b" };
	struct emulator e;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct place place = { "a", "", wrong[i], root };

		cr_expect_eq(emulator_find(&e, &place, NULL), ERR_USAGE,
			     "%s", wrong[i]);
	}
}

Test(emulator, the_type_must_be_emulated_that_way)
{
	struct place place = { "a", "pico", "qemu:a", root };
	struct err err = { 0 };
	struct emulator e;

	cr_assert_eq(emulator_find(&e, &place, &err), ERR_USAGE);
	place.type = "nonsense";
	err = (struct err){ 0 };
	cr_assert_eq(emulator_find(&e, &place, &err), ERR_MISSING);
}

Test(emulator, new_flash_is_erased)
{
	struct place place = { "a", "", "qemu:a", root };
	char path[512];
	struct stat st;
	FILE *file;

	cr_assert_eq(emulator_flash(&place, path, sizeof(path), NULL), 0);
	cr_assert_eq(stat(path, &st), 0);
	cr_assert_eq(st.st_size, 16 << 20);
	file = fopen(path, "rb");
	for (int i = 0; i < 1 << 20; i++)
		if (fgetc(file) != 0xff)
			cr_assert_fail("byte %d is not erased", i);
	fclose(file);
}

Test(emulator, two_cannot_hold_one_board)
{
	struct place place = { "a", "", "sim:a", root };
	struct err err = { 0 };
	struct emulator e;
	int first, second;

	cr_assert_eq(emulator_find(&e, &place, &err), 0);
	cr_assert_eq(emulator_lock(&e, "a", &first, &err), 0);
	cr_assert_eq(emulator_lock(&e, "a", &second, &err), ERR_BUSY);
	cr_assert_not_null(strstr(err.text, "in use by another command"));
	close(first);
	err = (struct err){ 0 };
	cr_assert_eq(emulator_lock(&e, "a", &second, &err), 0);
	close(second);
}

Test(emulator, what_does_not_run_cannot_be_stopped)
{
	struct place place = { "a", "", "sim:a", root };
	struct err err = { 0 };

	cr_assert(!emulator_is_up(&place));
	cr_assert_eq(emulator_down(&place, &err), ERR_MISSING);
}
