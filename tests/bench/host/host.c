/*
 * host MODEL - processor time of one inference on this machine, on one core:
 * microseconds with each set of kernels that runs here, the least of some
 * rounds, and whether all gave the same bytes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "plan/runner.h"

enum { ROUNDS = 7 };

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double round_of(struct plan_runner *r, const void *in, void *out,
		       int times)
{
	double start = seconds();

	for (int i = 0; i < times; i++)
		plan_runner_infer(r, in, out);
	return (seconds() - start) / times;
}

static double measure(struct plan_runner *r, const void *in, void *out)
{
	double least = round_of(r, in, out, 1);
	int times = (int)(0.02 / least) + 1;

	for (int i = 0; i < ROUNDS; i++) {
		double t = round_of(r, in, out, times);

		least = t < least ? t : least;
	}
	return least * 1e6;
}

static int fail(const struct err *err)
{
	fprintf(stderr, "error: %s\n", err->text);
	return 1;
}

int main(int argc, char **argv)
{
	static const char *const isas[] = { "ref", "plain", "avx2", "avx512" };
	struct buf file = BUF_INIT, want = BUF_INIT;
	struct err err = { 0 };
	double ref = 0, best = 0;

	if (argc != 2)
		return 2;
	if (file_read(argv[1], 1 << 26, &file, &err))
		return fail(&err);
	for (int i = 0; i < 4; i++) {
		struct plan_runner r;
		uint8_t *in, *out;

		if (plan_runner_open_isa(&r, isas[i], file.data, file.len,
					 &err)) {
			if (err.kind != ERR_UNSUPPORTED || i == 0)
				return fail(&err);
			printf(" %9s", "-");
			err = (struct err){ 0 };
			continue;
		}
		in = malloc(r.input_bytes);
		out = malloc(r.output_bytes);
		for (size_t k = 0; k < r.input_bytes; k++)
			in[k] = (uint8_t)(11 + 37 * k);
		best = measure(&r, in, out);
		ref = i ? ref : best;
		printf(" %9.1f", best);
		if (i && memcmp(want.data, out, r.output_bytes))
			printf(" WRONG");
		buf_add(&want, out, i ? 0 : r.output_bytes);
		free(in);
		free(out);
		plan_runner_close(&r);
	}
	printf(" %7.1fx\n", ref / best);
	buf_release(&file);
	buf_release(&want);
	return 0;
}
