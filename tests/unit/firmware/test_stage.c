#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "tiny_firmware.h"

/* A project folder of its own, with a squeezed artifact for board type sim. */
static char folder[64];
static struct tiny_firmware tiny;

static void put_yaml(const char *more)
{
	char text[600];

	snprintf(text, sizeof(text), "project: p\ndevice_key: ./device.key\n"
		 "boards:\n  desk:\n    type: sim\n    at: sim:desk\n"
		 "  away:\n    type: pico\n    at: tcp:h:1\n%s", more);
	cr_assert_eq(file_write("tinyml.yaml", text, strlen(text), 0644,
				NULL), 0);
}

static void put_squeezed(void)
{
	struct artifact_maker *maker = artifact_make("squeeze", 1);

	artifact_add(maker, "sim/model.img", tiny.image, sizeof(tiny.image));
	artifact_add(maker, "golden.bin", tiny.golden, sizeof(tiny.golden));
	artifact_add(maker, "golden.pcm", "1122", 2 * TINY_VECTORS);
	artifact_add(maker, "classes.txt", "a\nb\nc\nd\n", 8);
	cr_assert_eq(file_mkdirs("artifacts", NULL), 0);
	cr_assert_eq(artifact_write(maker, NULL, "artifacts/squeeze.tar", NULL,
				    NULL), 0);
	artifact_drop(maker);
}

static void enter(void)
{
	strcpy(folder, "/tmp/tinyml-firmware-XXXXXX");
	cr_assert_not_null(mkdtemp(folder));
	cr_assert_eq(chdir(folder), 0);
	tf_init(&tiny, 3, 0, 77, 1);
	put_squeezed();
}

static void leave(void)
{
	char command[128];

	tf_release(&tiny);
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	cr_assert_eq(system(command), 0);
}

static int make(enum project_stage which, struct err *err)
{
	const struct stage_args args = { .folder = ".", .is_unsigned = true };
	struct buf summary = BUF_INIT;
	struct stage stage;
	int ret;

	*err = (struct err){ 0 };
	cr_assert_eq(stage_open(&stage, which, &args, err), 0, "%s",
		     err->text);
	ret = firmware_stage(&stage, NULL, &summary, err);
	stage_close(&stage);
	buf_release(&summary);
	return ret;
}

static void with_device_key(void)
{
	cr_assert_eq(key_save(&tiny.key, "device.key", NULL), 0);
}

/* How many vectors and samples the artifact of a stage has. */
static size_t count(const char *file, size_t *samples)
{
	const struct artifact_trust trust = { .allow_unsigned = true };
	struct artifact *artifact;
	struct firmware firmware;
	struct err err = { 0 };
	size_t n;

	cr_assert_eq(artifact_open(&artifact, file, NULL, &trust, NULL), 0);
	cr_assert_eq(firmware_read(&firmware, artifact, &err), 0, "%s",
		     err.text);
	cr_assert_str_eq(firmware.target, "sim");
	n = firmware.golden_count;
	*samples = firmware.pcm_samples;
	artifact_close(artifact);
	return n;
}

Test(stage, flash_makes_what_can_be_read_back, .init = enter, .fini = leave)
{
	size_t samples;
	struct err err;

	with_device_key();
	put_yaml("flash:\n  board: desk\n");
	cr_assert_eq(make(STAGE_FLASH, &err), 0, "%s", err.text);
	cr_assert_eq(count("artifacts/flash.tar", &samples), TINY_VECTORS);
	cr_assert_eq(samples, 1);
}

Test(stage, update_carries_its_own_version_and_counter, .init = enter,
     .fini = leave)
{
	size_t samples;
	struct err err;

	with_device_key();
	put_yaml("update:\n  board: desk\n  version: 2.0.0+9\n  counter: 5\n");
	cr_assert_eq(make(STAGE_UPDATE, &err), 0, "%s", err.text);
	cr_assert_eq(count("artifacts/update.tar", &samples), TINY_VECTORS);
}

Test(stage, what_is_missing_is_said_with_the_next_step, .init = enter,
     .fini = leave)
{
	struct err err;

	put_yaml("flash:\n  version: 1.0.0\n");
	cr_assert_eq(make(STAGE_FLASH, &err), ERR_USAGE);
	cr_assert_str_eq(err.hint, "set 'board' below 'flash' in tinyml.yaml");
	put_yaml("flash:\n  board: desk\n");
	cr_assert_eq(make(STAGE_FLASH, &err), ERR_MISSING);
	cr_assert_not_null(strstr(err.text, "device.key"), "%s", err.text);
	with_device_key();
	put_yaml("flash:\n  board: away\n");
	cr_assert_eq(make(STAGE_FLASH, &err), ERR_MISSING);
	cr_assert_str_eq(err.text, "the model was not planned for 'pico'");
	cr_assert_str_eq(err.hint, "add it to 'targets' in tinyml.yaml");
	put_yaml("flash:\n  board: desk\n  version: 1.0\n");
	cr_assert_eq(make(STAGE_FLASH, &err), ERR_FORMAT);
	cr_assert_not(file_exists("artifacts/flash.tar"));
}
