/*
 * compile MODEL... - processor time from the bytes of a .tflite file to what
 * a board gets: milliseconds to read, plan and check it for the M4, and to
 * emit model image and C source, the least of some rounds; beside it the
 * arena with its lower bound.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "model/tflite.h"
#include "plan/plan.h"

enum { ROUNDS = 3 };

struct times {
	double read, plan, emit;	/* seconds */
};

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int compile(const struct buf *file, struct times *t, struct plan *sums,
		   struct err *err)
{
	struct buf image = BUF_INIT, source = BUF_INIT;
	double start = seconds();
	struct model m;
	struct plan plan;
	int kind = model_read_tflite(&m, file->data, file->len, err);

	if (kind)
		return kind;
	t->read = seconds() - start;
	start = seconds();
	kind = plan_init(&plan, &m, KERN_SET_M4, err);
	if (!kind)
		kind = plan_check(&plan, err);
	t->plan = seconds() - start;
	start = seconds();
	if (!kind)
		kind = plan_emit_image(&plan, NULL, &image, err);
	if (!kind)
		kind = plan_emit_c(&plan, "model", "", &source, err);
	t->emit = seconds() - start;
	*sums = plan;
	plan_release(&plan);
	model_release(&m);
	buf_release(&image);
	buf_release(&source);
	return kind;
}

static double sum(const struct times *t)
{
	return t->read + t->plan + t->emit;
}

static int measure(const char *path)
{
	const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	struct buf file = BUF_INIT;
	struct err err = { 0 };
	struct times best = { 1e9, 0, 0 }, t;
	struct plan plan;
	int kind = file_read(path, 1 << 28, &file, &err);

	for (int i = 0; !kind && i < ROUNDS; i++) {
		kind = compile(&file, &t, &plan, &err);
		if (!kind && sum(&t) < sum(&best))
			best = t;
	}
	buf_release(&file);
	if (kind) {
		fprintf(stderr, "error: %s: %s\n", name, err.text);
		return 1;
	}
	printf("%-32s %8.1f %8.1f %8.1f %8.1f %9u %9u%s\n", name,
	       best.read * 1e3, best.plan * 1e3, best.emit * 1e3,
	       sum(&best) * 1e3, plan.arena_bytes, plan.bound_bytes,
	       plan.is_optimal ? ", proven" : "");
	return 0;
}

int main(int argc, char **argv)
{
	int bad = 0;

	for (int i = 1; i < argc; i++)
		bad |= measure(argv[i]);
	return bad;
}
