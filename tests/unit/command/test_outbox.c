#include "fixture.h"

static const char *const models[] = { "model.tflite", "model.onnx" };

static int leaves(const char *line, struct command_files *files,
		  struct err *err)
{
	*err = (struct err){ 0 };
	place(line);
	cr_assert_eq(command_run(&command, err), 0, "%s", err->text);
	return command_files(&command, files, err);
}

static void refused(const char *line, int kind, const char *words)
{
	struct command_files files;
	struct buf bytes = BUF_INIT;
	struct err err;
	size_t which;
	int ret = leaves(line, &files, &err);

	if (!ret)
		ret = command_take(&command, &files, models, 2, &bytes, &which,
				   &err);
	cr_assert_eq(ret, kind, "'%s': %d %s", line, ret, err.text);
	cr_assert(strstr(err.text, words), "'%s' lacks '%s'", err.text, words);
	buf_release(&bytes);
	command_files_release(&files);
	command_close(&command);
}

Test(outbox, one_model_is_taken_and_the_rest_kept, .init = enter,
     .fini = leave)
{
	struct artifact_maker *maker = artifact_make("train", 1);
	const struct artifact_trust trust = { .allow_unsigned = true };
	const struct artifact_member *member;
	struct buf bytes = BUF_INIT, tar = BUF_INIT;
	struct artifact *artifact;
	struct command_files files;
	struct err err;
	size_t which;

	cr_assert_eq(leaves("cd $TINYML_OUT; printf abc >model.onnx; "
			    "mkdir runs; printf 1,2 >runs/log.csv; : >empty",
			    &files, &err), 0, "%s", err.text);
	cr_assert_eq(files.count, 3);
	cr_assert_eq(command_take(&command, &files, models, 2, &bytes, &which,
				  &err), 0);
	cr_assert_eq(which, 1);
	cr_assert_str_eq((char *)bytes.data, "abc");
	cr_assert_eq(command_keep(&command, &files, models, 2, maker, &err),
		     0);
	cr_assert_eq(artifact_encode(maker, NULL, &tar, NULL, &err), 0, "%s",
		     err.text);
	cr_assert_eq(artifact_parse(&artifact, tar.data, tar.len, &trust,
				    &err), 0);
	cr_assert_eq(artifact->member_count, 2);
	member = artifact_find(artifact, "command/runs/log.csv");
	cr_assert_not_null(member);
	cr_assert_eq(memcmp(member->bytes, "1,2", 3), 0);
	artifact_close(artifact);
	artifact_drop(maker);
	buf_release(&bytes);
	buf_release(&tar);
	command_files_release(&files);
}

Test(outbox, nothing_several_or_empty_is_refused, .init = enter, .fini = leave)
{
	refused("true", ERR_MISSING, "left no 'model.tflite' and no "
		"'model.onnx'");
	refused("cd $TINYML_OUT; echo >model.tflite; echo >model.onnx",
		ERR_FORMAT, "left 'model.tflite' and 'model.onnx'");
	refused(": >$TINYML_OUT/model.onnx", ERR_FORMAT, "an empty");
	refused("rm -r $TINYML_OUT", ERR_MISSING, "cannot open");
}

Test(outbox, links_and_devices_are_not_followed, .init = enter, .fini = leave)
{
	refused("ln -s /etc/passwd $TINYML_OUT/model.tflite", ERR_FORMAT,
		"left 'model.tflite', which is a link");
	refused("ln -s / $TINYML_OUT/all", ERR_FORMAT, "'all', which is a "
		"link");
	refused("mkdir $TINYML_OUT/a; ln -s ../../in $TINYML_OUT/a/b",
		ERR_FORMAT, "'a/b', which is a link");
	refused("mkfifo $TINYML_OUT/model.tflite", ERR_FORMAT,
		"which is not a file");
}

Test(outbox, the_folder_itself_must_not_be_a_link, .init = enter,
     .fini = leave)
{
	refused("rmdir $TINYML_OUT; mkdir other; : >other/model.onnx; "
		"ln -s $PWD/other $TINYML_OUT", ERR_FORMAT, "a link");
}

Test(outbox, too_many_folders_in_each_other, .init = enter, .fini = leave)
{
	refused("cd $TINYML_OUT; for i in 1 2 3 4 5 6 7 8 9 a b c d e f g h; "
		"do mkdir $i; cd $i; done", ERR_LIMIT, "more than 16 folders");
}
