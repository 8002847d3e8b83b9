#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "dataset/collect_board.h"
#include "make_wav.h"

/* A project whose board plays half a second of silence again and again. */
static void make_project(struct project *project, const char *folder)
{
	static const struct make_wav form = MAKE_WAV;
	static const uint8_t silence[16000];
	const char *build = getenv("B") ? getenv("B") : "build";
	struct buf wav = BUF_INIT;
	char text[1024], path[256];
	int n;

	snprintf(path, sizeof(path), "%s/bin/tinyml-boardsim", build);
	if (access(path, X_OK))
		cr_skip_test("no simulated board");
	make_wav(&wav, &form, silence, sizeof(silence));
	n = snprintf(text, sizeof(text), "collect: {source: board, "
		     "board: mic, seconds: 0.25}\n"
		     "boards: {mic: {type: sim, at: \"exec:%s --flash "
		     "%s/flash --replay %s\"}}\n", path, folder, folder);
	snprintf(path, sizeof(path), "%s/a.wav", folder);
	cr_assert_eq(file_write(path, wav.data, wav.len, 0644, NULL), 0);
	cr_assert_eq(project_parse(project, "test", text, (size_t)n, NULL),
		     0);
	buf_release(&wav);
}

static int collect(uint32_t bits_per_second, struct err *err)
{
	const struct link_options link = {
		.bits_per_second = bits_per_second };
	struct artifact_maker *maker = artifact_make("collect", 1);
	struct dataset_summary summary = { 0 };
	struct collect_board_job job = { .link = &link };
	char folder[] = "/tmp/collect-board-XXXXXX", path[256];
	struct project project;
	int ret;

	cr_assert_not_null(mkdtemp(folder));
	make_project(&project, folder);
	job.project = &project;
	ret = dataset_collect_board(&job, maker, &summary, err);
	if (!ret)
		cr_assert_eq(summary.samples, 4000);
	dataset_summary_release(&summary);
	project_release(&project);
	artifact_drop(maker);
	snprintf(path, sizeof(path), "%s/a.wav", folder);
	unlink(path);
	snprintf(path, sizeof(path), "%s/flash", folder);
	unlink(path);
	rmdir(folder);
	return ret;
}

Test(collect_board, a_stream_that_the_link_cannot_carry_is_refused)
{
	struct err err = { 0 };

	cr_assert_eq(collect(115200, &err), ERR_NOFIT);
	cr_assert_not_null(strstr(err.text, "its link carries 115200"), "%s",
			   err.text);
	cr_assert_not_null(strstr(err.text, "needs 352500 bits per second"),
			   "%s", err.text);
}

Test(collect_board, one_that_fits_a_slow_link_is_taken_at_its_pace)
{
	struct err err = { 0 };

	cr_assert_eq(collect(400000, &err), 0, "%s", err.text);
}
