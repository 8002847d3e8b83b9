#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "project/command.h"
#include "project/stage.h"

static char folder[64];
static struct statcache *cache;

static void enter(void)
{
	strcpy(folder, "/tmp/tinyml-words-XXXXXX");
	cr_assert_not_null(mkdtemp(folder));
	cr_assert_eq(chdir(folder), 0);
	cr_assert_eq(statcache_open(&cache, "stat", true, NULL), 0);
}

static void leave(void)
{
	char line[128];

	statcache_close(cache);
	snprintf(line, sizeof(line), "rm -rf '%s'", folder);
	cr_assert_eq(system(line), 0);
}

static void put(const char *path, const char *text)
{
	cr_assert_eq(file_mkparents(path, NULL), 0);
	cr_assert_eq(file_write(path, text, strlen(text), 0644, NULL), 0);
}

static int files_of(const char *yaml, struct buf *files, struct err *err)
{
	struct project project;
	int ret;

	*err = (struct err){ 0 };
	buf_clear(files);
	cr_assert_eq(project_parse(&project, "t", yaml, strlen(yaml), err), 0,
		     "%s", err->text);
	ret = project_command_files(&project,
				    project_command(&project, STAGE_TRAIN),
				    cache, files, err);
	project_release(&project);
	return ret;
}

Test(command, words_that_are_files_of_the_project_count, .init = enter,
     .fini = leave)
{
	struct buf files = BUF_INIT;
	struct err err;

	put("train.py", "abc");
	put("conf/a.ini", "");
	cr_assert_eq(files_of("train:\n  command: \"python3 './train.py' "
			      "--conf=conf/a.ini train.py conf /bin/sh ../x "
			      ">log\"\n", &files, &err), 0);
	cr_assert_str_eq((char *)files.data,
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f"
		"20015ad  train.py\n"
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7"
		"852b855  conf/a.ini\n");
	buf_release(&files);
}

Test(command, inputs_are_files_and_folders_and_must_be_there, .init = enter,
     .fini = leave)
{
	struct buf files = BUF_INIT, later = BUF_INIT;
	struct err err;

	put("more/b", "1");
	put("one", "1");
	cr_assert_eq(files_of("train: { command: x, inputs: [more, one] }\n",
			      &files, &err), 0);
	cr_assert(strstr((char *)files.data, "  more\n"));
	cr_assert(strstr((char *)files.data, "  one\n"));
	put("more/b", "2");
	cr_assert_eq(files_of("train: { command: x, inputs: [more, one] }\n",
			      &later, &err), 0);
	cr_assert_str_neq((char *)files.data, (char *)later.data);
	cr_assert_eq(files_of("train: { command: x, inputs: [gone] }\n",
			      &files, &err), ERR_MISSING);
	cr_assert(strstr(err.text, "'./gone'") || strstr(err.text, "'gone'"),
		  "%s", err.text);
	buf_release(&files);
	buf_release(&later);
}

Test(command, stages_that_cannot_have_one_say_why)
{
	static const char *const sections[] = { "split", "flash", "update" };
	char text[64];

	for (size_t i = 0; i < 3; i++) {
		struct project p;
		struct err err = { 0 };

		snprintf(text, sizeof(text), "%s:\n  command: x\n",
			 sections[i]);
		cr_assert_eq(project_parse(&p, "t", text, strlen(text), &err),
			     ERR_FORMAT);
		cr_assert(strstr(err.hint, "below squeeze"), "%s", err.hint);
		project_release(&p);
	}
}

Test(command, without_a_line_there_is_none)
{
	struct project p;

	cr_assert_eq(project_defaults(&p, NULL), 0);
	for (int i = 0; i < STAGE_COUNT; i++)
		cr_assert_null(project_command(&p, (enum project_stage)i));
	cr_assert(stage_shaped_by(STAGE_TRAIN, "train.command"));
	cr_assert(stage_shaped_by(STAGE_TRAIN, "train.inputs"));
	cr_assert(!stage_shaped_by(STAGE_TRAIN, "train.timeout_seconds"));
	project_release(&p);
}
