#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "train/layers.h"
#include "train/nets.h"

enum { LINES = 12 };

static int make(struct net *net, const char *const *lines, struct err *err)
{
	static const struct layers_input input = { { 49, 10, 1 }, 12 };
	static struct text_mark marks[LINES];
	static const char *items[LINES];
	struct text_list list = { .items = items, .marks = marks };

	for (; lines[list.n]; list.n++) {
		items[list.n] = lines[list.n];
		marks[list.n] = (struct text_mark){ list.n + 10, 7 };
	}
	return layers_make(net, &list, &input, "tinyml.yaml", err);
}

Test(layers, a_list_is_the_network_it_describes)
{
	static const char *const lines[] = {
		"conv 10x4/2 64 norm relu", "depthwise 3x3 norm relu",
		"conv 1x1 64 norm relu", "global-pool", "dropout 0.25",
		"dense classes", NULL
	};
	static struct net net, want;
	struct err err = { 0 };

	cr_assert_eq(make(&net, lines, &err), 0, "%s", err.text);
	nets_ds_cnn(&want, (struct net_shape){ 49, 10, 1 }, 12,
		    &(struct nets_ds_cnn){ 64, 1, 10, 4, 2, 2, 0.25f });
	cr_assert_eq(memcmp(&net, &want, sizeof(net)), 0);
}

Test(layers, names_lead_around_layers)
{
	static const char *const lines[] = {
		"conv 3x3 8 as a", "conv 3 8 relu6 as b", "add a relu",
		"conv 1x1 4 from input as c", "concat a", "max-pool 2x1",
		"average-pool 3/2 valid", "dense 12", NULL
	};
	static struct net net;
	struct err err = { 0 };

	cr_assert_eq(make(&net, lines, &err), 0, "%s", err.text);
	cr_expect_eq(net.layers[2].from, 1);
	cr_expect_eq(net.layers[2].with, 0);
	cr_expect_eq(net.layers[2].activation, NET_RELU);
	cr_expect_eq(net.layers[1].activation, NET_RELU6);
	cr_expect_eq(net.layers[3].from, NET_INPUT);
	cr_expect_eq(net.layers[4].with, 0);
	cr_expect_eq(net.layers[5].stride_h, 2);
	cr_expect_eq(net.layers[5].stride_w, 1);
	cr_expect_eq(net.layers[6].padding, NET_VALID);
}

Test(layers, steps_make_vectors_for_an_lstm)
{
	static const char *const lines[] = {
		"steps", "lstm 16 sequence", "lstm 8", "dense classes", NULL
	};
	static struct net net;

	cr_assert_eq(make(&net, lines, NULL), 0);
	cr_expect_eq(net.w, 1);
	cr_expect_eq(net.c, 10);
	cr_expect_eq(net.count, 3);
}

static void expect(const char *line, size_t column, const char *text,
		   const char *hint)
{
	const char *const lines[] = { "conv 3x3 8 as first", line,
				      "dense classes", NULL };
	static struct net net;
	struct err err = { 0 };
	char place[80];

	cr_expect_neq(make(&net, lines, &err), 0, "%s", line);
	snprintf(place, sizeof(place), "tinyml.yaml, line 11, column %zu",
		 column);
	cr_expect_str_eq(err.text, text);
	cr_expect_str_eq(err.place, place);
	cr_expect_str_eq(err.hint, hint);
}

Test(layers, mistakes_are_shown_where_they_are)
{
	expect("convv 3x3 4", 7, "'convv' is no kind of layer",
	       "did you mean 'conv'?");
	expect("conv 3x3 4 rel", 18, "'conv' has no word 'rel'",
	       "did you mean 'relu'?");
	expect("conv 3y3 4", 12, "a window is written 3x3 or 3x3/2, with "
	       "sides of 1 to 64; not '3y3'", "");
	expect("conv 3x3/0 4", 12, "a window is written 3x3 or 3x3/2, with "
	       "sides of 1 to 64; not '3x3/0'", "");
	expect("conv 3x3 0", 16, "1 to 4096 filters are possible, not '0'",
	       "");
	expect("conv 3x3", 7, "'conv' needs a number of filters", "");
	expect("conv 3x3 4 5", 18, "'conv' takes no further number, '5' is "
	       "one", "");
	expect("add frist", 11, "no earlier layer is named 'frist'",
	       "did you mean 'first'?");
	expect("add", 7, "'add' needs the name of a layer behind it", "");
	expect("dropout 2", 15, "the share of a dropout is 0 to 0.95, not "
	       "'2'", "");
	expect("depthwise 3x3 as first", 24, "'first' is the name of a layer "
	       "above", "");
	expect("steps", 7, "'steps' can only be the first layer", "");
	expect("conv 50x3 4 valid", 7, "layer 1 (conv): no window fits: "
	       "kernel height is 50", "");
	expect("  ", 7, "a layer without words", "");
}

Test(layers, the_end_gives_one_value_a_class)
{
	static const char *const lines[] = { "dense 10", NULL };
	static struct net net;
	struct err err = { 0 };

	cr_assert_eq(make(&net, lines, &err), ERR_RANGE);
	cr_assert_str_eq(err.text, "the last layer gives 1 x 1 x 10 values, "
			 "there are 12 classes");
	cr_assert_str_eq(err.hint, "end the list with 'dense classes'");
}

Test(layers, no_list_and_a_long_list_are_refused)
{
	static const char *lines[NET_LAYERS_MAX + 1];
	const struct layers_input input = { { 8, 8, 1 }, 2 };
	struct text_list list = { .items = lines };
	static struct net net;
	struct err err = { 0 };

	cr_assert_eq(layers_make(&net, &list, &input, "", &err), ERR_FORMAT);
	for (list.n = 0; list.n <= NET_LAYERS_MAX; list.n++)
		lines[list.n] = "dropout 0";
	err = (struct err){ 0 };
	cr_assert_eq(layers_make(&net, &list, &input, "", &err), ERR_LIMIT);
}
