#include <criterion/criterion.h>
#include <string.h>

#include "train/nets.h"

struct sums {
	long parameters;
	long long macs;
	struct net_shape end;
};

static struct sums make(const struct nets_choice *choice)
{
	static struct net net;
	struct net_shape shapes[NET_LAYERS_MAX];
	struct sums sums = { 0 };
	struct err err = { 0 };

	cr_assert_eq(nets_make(&net, choice, &err), 0, "%s", err.text);
	cr_assert_eq(net_shapes(&net, shapes, &err), 0, "%s", err.text);
	for (int i = 0; i < net.count; i++) {
		sums.parameters += net_parameters(&net, shapes, i);
		sums.macs += net_macs(&net, shapes, i);
	}
	sums.end = shapes[net.count - 1];
	return sums;
}

/* Batch norm folded: the benchmark's files, which count four values a channel
 * for it, say 24908, 78666, 221794 and 269992. */
Test(nets, topologies_of_the_benchmark_have_its_parameters_and_macs)
{
	static const struct {
		struct nets_choice choice;
		long parameters;
		long long macs;
	} rows[] = {
		{ { .name = "ds-cnn", .alpha = 1, .input = { 49, 10, 1 },
		    .classes = 12 }, 22604, 2656768 },
		{ { .name = "resnet8", .alpha = 1, .input = { 32, 32, 3 },
		    .classes = 10 }, 77706, 12501632 },
		{ { .name = "mobilenet-v1", .alpha = 0.25,
		    .input = { 96, 96, 3 }, .classes = 2 }, 210850,
		  7489664 },
		{ { .name = "autoencoder", .alpha = 1,
		    .input = { 1, 1, 640 } }, 265864, 264192 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sums sums = make(&rows[i].choice);

		cr_expect_eq(sums.parameters, rows[i].parameters,
			     "%s: %ld parameters", rows[i].choice.name,
			     sums.parameters);
		cr_expect_eq(sums.macs, rows[i].macs, "%s: %lld",
			     rows[i].choice.name, sums.macs);
	}
}

Test(nets, every_network_takes_small_inputs_and_sizes)
{
	static const char *const names[] = { "ds-cnn", "mobilenet-v1",
		"resnet8", "conv1d", "lstm", "mlp" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct sums sums = make(&(struct nets_choice){
			.name = names[i], .filters = 3, .blocks = 2,
			.alpha = 0.01, .input = { 7, 3, 2 }, .classes = 4 });

		cr_expect_eq(sums.end.h * sums.end.w, 1, "%s", names[i]);
		cr_expect_eq(sums.end.c, 4, "%s", names[i]);
	}
}

Test(nets, an_lstm_sees_steps_of_all_columns_and_channels)
{
	struct sums sums = make(&(struct nets_choice){
		.name = "lstm", .filters = 8, .alpha = 1,
		.input = { 20, 3, 2 }, .classes = 4 });

	cr_assert_eq(sums.parameters, 4 * (8 * (6 + 8) + 8) + 9 * 4);
}

static void expect_refused(struct nets_choice choice, int kind,
			   const char *text, const char *hint)
{
	static struct net net;
	struct err err = { 0 };

	cr_expect_eq(nets_make(&net, &choice, &err), kind);
	cr_expect_str_eq(err.text, text);
	cr_expect_str_eq(err.hint, hint);
}

Test(nets, what_cannot_be_is_refused)
{
	struct nets_choice c = { .name = "resnet9", .alpha = 1,
				 .input = { 8, 8, 1 }, .classes = 2 };

	expect_refused(c, ERR_USAGE, "network 'resnet9' is not known",
		       "did you mean 'resnet8'?");
	c.name = "resnet8";
	c.filters = 4096;
	expect_refused(c, ERR_RANGE, "network: layer 4: filters is 8192, "
		       "1 to 4096 are possible", "");
	c.filters = 0;
	c.alpha = 0;
	expect_refused(c, ERR_RANGE, "network: alpha is 0, above 0 to 2 is "
		       "possible", "");
	c.alpha = 1;
	c.input.w = 0;
	expect_refused(c, ERR_RANGE, "network: an input of 8 x 0 x 1; 1 to "
		       "4194304 values are possible", "");
}
