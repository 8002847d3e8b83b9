/*
 * train NET BATCH THREADS SECONDS [ISA] - samples a second of full training
 * steps (forward, back, AdamW) on made-up data, best of the rounds of about
 * a fifth of a second; memory and the time to the first step.
 *
 * One thread counts processor time, several count the clock.  Prints:
 *     samples_per_second peak_kb first_step_ms
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "base/fmath.h"
#include "train/nets.h"
#include "train/train.h"

enum { ROUND_MS = 200 };

struct bench {
	int batch;
	clockid_t clock;
	double began, first, round, best;	/* ms; samples a second */
	double steps;				/* at the round's begin */
	const float *x;
	size_t values;
};

static double now_ms(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void tick(void *ctx, const char *what, double done, double total,
		 const char *note)
{
	struct bench *b = ctx;
	double now = now_ms(b->clock);

	(void)what, (void)total, (void)note;
	if (b->first == 0)
		b->first = now_ms(CLOCK_MONOTONIC) - b->began;
	if (b->round == 0) {
		b->round = now;
		b->steps = done;
	}
	if (now - b->round < ROUND_MS)
		return;
	if ((done - b->steps) * b->batch * 1e3 / (now - b->round) > b->best)
		b->best = (done - b->steps) * b->batch * 1e3 /
			(now - b->round);
	b->round = now;
	b->steps = done;
}

static void fetch(void *ctx, size_t sample, struct rng *rng, float *out)
{
	const struct bench *b = ctx;

	(void)rng;
	memcpy(out, b->x + sample % 64, b->values * sizeof(float));
}

static int choose(const char *name, struct nets_choice *choice)
{
	*choice = (struct nets_choice){ .name = name, .alpha = 0.25,
					.classes = 12 };
	if (strcmp(name, "ds-cnn") == 0) {
		choice->input = (struct net_shape){ 49, 10, 1 };
		choice->dropout = 0.2;
	} else if (strcmp(name, "resnet8") == 0) {
		choice->input = (struct net_shape){ 32, 32, 3 };
		choice->classes = 10;
	} else if (strcmp(name, "mobilenet-v1") == 0) {
		choice->input = (struct net_shape){ 96, 96, 3 };
		choice->classes = 2;
	} else {
		return -1;
	}
	return 0;
}

/* Steps that take about the seconds asked for, from a short run's speed. */
static int run(struct bench *b, const struct net *net,
	       struct train_options *options, int steps)
{
	size_t n = (size_t)options->batch * 8;
	int32_t *y = calloc(n, sizeof(*y));
	const struct train_data data = { .n = n, .fetch = fetch, .ctx = b,
					 .y = y };
	const struct progress progress = { .tick = tick, .ctx = b };
	const struct train_job job = { .net = net, .data = &data,
		.options = options, .progress = &progress };
	struct train_model *model = NULL;
	struct err err = { 0 };
	int status;

	for (size_t i = 0; y && i < n; i++)
		y[i] = (int32_t)(i % 2);
	options->epochs = (steps + 7) / 8;
	b->began = now_ms(CLOCK_MONOTONIC);
	b->first = b->round = b->best = 0;
	status = y ? train_run(&model, &job, &err) : -1;
	if (status != 0)
		fprintf(stderr, "train: %s\n", err.text);
	train_model_close(model);
	free(y);
	return status;
}

static void print(const struct bench *b)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	printf("%.0f %ld %.1f\n", b->best, usage.ru_maxrss, b->first);
}

static int measure(struct bench *b, const struct net *net,
		   struct train_options *options, double seconds)
{
	double took;

	if (run(b, net, options, 8) != 0)
		return 1;
	took = now_ms(CLOCK_MONOTONIC) - b->began;
	if (run(b, net, options, (int)(seconds * 1e3 / took * 8) + 8) != 0)
		return 1;
	print(b);
	return 0;
}

int main(int argc, char **argv)
{
	struct train_options options = { .rate = 1e-4, .weight_decay = 1e-4 };
	struct nets_choice choice;
	static struct net net;
	struct bench b = { 0 };
	float *x;
	struct rng rng;

	if (argc < 5 || choose(argv[1], &choice) != 0 ||
	    nets_make(&net, &choice, NULL) != 0 ||
	    (argc > 5 && train_isa_parse(argv[5], &options.isa, NULL) != 0))
		return 2;
	b.batch = options.batch = atoi(argv[2]);
	options.threads = atoi(argv[3]);
	b.clock = options.threads == 1 ? CLOCK_PROCESS_CPUTIME_ID :
		CLOCK_MONOTONIC;
	b.values = (size_t)net.h * (size_t)net.w * (size_t)net.c;
	x = calloc(b.values + 64, sizeof(*x));
	if (!x)
		return 1;
	rng_init(&rng, 1, 1);
	for (size_t i = 0; i < b.values + 64; i++)
		x[i] = fmath_gauss(&rng);
	b.x = x;
	return measure(&b, &net, &options, atof(argv[4]));
}
