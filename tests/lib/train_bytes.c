/*
 * train_bytes - train a small net of every kind of layer for a few steps and
 * write the bytes of its parameters and statistics to standard output, so that
 * two machines can be compared.
 */
#include <stdio.h>

#include "base/fmath.h"
#include "train/step_priv.h"

enum { N = 40, H = 9, W = 6, CLASSES = 4, STEPS = 6 };

static struct net_layer windowed(enum net_kind kind, int from, int filters)
{
	return (struct net_layer){
		.kind = kind, .from = from, .filters = filters, .kernel_h = 3,
		.kernel_w = 3, .stride_h = 1, .stride_w = 1,
		.norm = kind == NET_CONV || kind == NET_DEPTHWISE,
		.activation = NET_RELU };
}

static void build(struct net *net)
{
	struct net_layer *l = net->layers;

	*net = (struct net){ .h = H, .w = W, .c = 1, .count = 11 };
	l[0] = windowed(NET_CONV, NET_INPUT, 70);
	l[1] = windowed(NET_DEPTHWISE, 0, 0);
	l[1].activation = NET_RELU6;
	l[2] = windowed(NET_CONV, 1, 70);
	l[2].kernel_h = l[2].kernel_w = 1;
	l[3] = (struct net_layer){ .kind = NET_ADD, .from = 2, .with = 0,
				   .activation = NET_RELU };
	l[4] = windowed(NET_MAX_POOL, 3, 0);
	l[5] = (struct net_layer){ .kind = NET_CONCAT, .from = 4, .with = 3 };
	l[6] = windowed(NET_CONV, 5, 20);
	l[6].stride_h = l[6].stride_w = 2;
	l[7] = windowed(NET_AVERAGE_POOL, 6, 0);
	l[7].kernel_h = 1;
	l[7].stride_w = 3;
	l[8] = (struct net_layer){ .kind = NET_DROPOUT, .from = 7,
				   .share = 0.2f };
	l[9] = (struct net_layer){ .kind = NET_LSTM, .from = 8,
				   .filters = 12 };
	l[10] = (struct net_layer){ .kind = NET_DENSE, .from = 9,
				    .filters = CLASSES };
}

/* Steps of half the samples each. */
static int train(const struct train_job *job, struct train_model *model,
		 struct err *err)
{
	struct trainer trainer;
	uint32_t order[N];
	double loss = 0;
	size_t right = 0;
	int status = trainer_open(&trainer, model, job->data, job->options,
				  err);

	for (uint32_t i = 0; i < N; i++)
		order[i] = i * 7 % N;
	for (int i = 0; i < STEPS && status == 0; i++)
		trainer_step(&trainer, order + i % 2 * (N / 2), N / 2, 0.01,
			     &loss, &right);
	trainer_close(&trainer);
	return status;
}

static int run(const struct train_job *job, struct err *err)
{
	struct train_model *model;
	int status = train_model_start(&model, job, err);
	size_t n;

	if (status != 0)
		return status;
	status = train_check_data(&model->plan, job->data,
				  &model->input_scale, err);
	if (status == 0)
		status = train(job, model, err);
	n = train_model_floats(model);
	if (status == 0 && fwrite(model->parameters, sizeof(float), n,
				  stdout) != n)
		status = err_set(err, ERR_IO, "cannot write");
	train_model_close(model);
	return status;
}

int main(void)
{
	static float x[N * H * W];
	static struct net net;
	struct train_rows rows = { x, H * W, 1 };
	int32_t y[N];
	const struct train_data data = { .n = N, .fetch = train_fetch_rows,
					 .ctx = &rows, .y = y };
	const struct train_options options = {
		.epochs = 1, .batch = N / 2, .rate = 0.01, .seed = 7 };
	const struct train_job job = { .net = &net, .data = &data,
				       .options = &options };
	struct err err = { 0 };
	struct rng rng;

	build(&net);
	rng_init(&rng, 1, 0);
	for (int i = 0; i < N * H * W; i++)
		x[i] = fmath_gauss(&rng);
	for (int i = 0; i < N; i++)
		y[i] = i % CLASSES;
	if (run(&job, &err) == 0)
		return 0;
	fprintf(stderr, "train_bytes: %s\n", err.text);
	return 1;
}
