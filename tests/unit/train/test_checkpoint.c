#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "fixture.h"
#include "train/model_priv.h"

static struct fixture fixture;
static char path[] = "/tmp/tinyml-checkpoint-XXXXXX";

struct watch {
	int lines, die_at;
	bool taken_up;
};

static void line(void *ctx, const char *text)
{
	struct watch *watch = ctx;

	watch->taken_up |= strstr(text, "taken up") != NULL;
	if (++watch->lines == watch->die_at)
		kill(getpid(), SIGKILL);
}

static const struct train_options options = {
	.epochs = 6, .batch = 20, .rate = 0.01, .weight_decay = 0.01,
	.label_smoothing = 0.1, .seed = 7, .ema = 0.9, .patience = 4
};

static struct train_model *run(struct watch *watch, const char *key,
			       int threads)
{
	struct train_options o = options;
	const struct progress progress = { .line = line, .ctx = watch };
	const struct train_keep keep = { path, digest_of(key, strlen(key)),
					 0 };
	const struct train_job job = {
		.net = &fixture.net, .data = &fixture.data,
		.validation = &fixture.data, .options = &o,
		.progress = &progress, .keep = key[0] ? &keep : NULL };
	struct train_model *model;
	struct err err = { 0 };

	o.threads = threads;
	cr_assert_eq(train_run(&model, &job, &err), 0, "%s", err.text);
	return model;
}

static void open_file(void)
{
	int fd = mkstemp(path);

	cr_assert(fd >= 0);
	close(fd);
	fixture_init(&fixture, 1);
}

static void close_file(void)
{
	unlink(path);
}

static void killed_at(int epoch)
{
	struct watch watch = { .die_at = epoch };
	pid_t child = fork();
	int status;

	cr_assert(child >= 0);
	if (child == 0) {
		train_model_close(run(&watch, "a", 2));
		_exit(0);
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert(WIFSIGNALED(status));
}

static void expect_same(struct train_model *a, struct train_model *b)
{
	cr_expect_eq(memcmp(a->parameters, b->parameters,
			    train_model_floats(a) * sizeof(float)), 0);
	cr_expect_eq(a->row_count, b->row_count);
	cr_expect_eq(a->best_epoch, b->best_epoch);
	cr_expect_eq(memcmp(a->rows, b->rows,
			    a->row_count * sizeof(*a->rows)), 0);
	train_model_close(a);
	train_model_close(b);
}

Test(checkpoint, killed_and_run_again_makes_the_same_model, .init = open_file,
     .fini = close_file)
{
	struct watch plain = { 0 }, again = { 0 };

	killed_at(2);
	killed_at(4);
	expect_same(run(&plain, "", 1), run(&again, "a", 1));
	cr_expect(again.taken_up);
	cr_expect_not(plain.taken_up);
}

Test(checkpoint, of_another_key_is_left_alone, .init = open_file,
     .fini = close_file)
{
	struct watch plain = { 0 }, other = { 0 };

	killed_at(3);
	expect_same(run(&plain, "", 1), run(&other, "b", 1));
	cr_expect_not(other.taken_up);
}

Test(checkpoint, damage_anywhere_makes_it_none, .init = open_file,
     .fini = close_file)
{
	struct buf bytes = BUF_INIT;
	struct watch watch = { 0 };

	killed_at(3);
	cr_assert_eq(file_read(path, 1 << 24, &bytes, NULL), 0);
	for (size_t i = 0; i < bytes.len; i += bytes.len / 9) {
		bytes.data[i] ^= 1;
		cr_assert_eq(file_write(path, bytes.data, bytes.len, 0600,
					NULL), 0);
		bytes.data[i] ^= 1;
		train_model_close(run(&watch, "a", 1));
		cr_expect_not(watch.taken_up, "byte %zu", i);
	}
	cr_assert_eq(file_write(path, bytes.data, bytes.len - 1, 0600, NULL),
		     0);
	train_model_close(run(&watch, "a", 1));
	cr_expect_not(watch.taken_up);
	buf_release(&bytes);
}

Test(checkpoint, one_that_cannot_be_written_stops_nothing)
{
	struct watch watch = { 0 };

	fixture_init(&fixture, 1);
	strcpy(path, "/dev/full/none");
	train_model_close(run(&watch, "a", 1));
	cr_expect_geq(watch.lines, 2);
}
