#include "train/net.h"

#include <criterion/criterion.h>

/* conv 3x3/2 SAME, depthwise 3x3 VALID, add of the two pooled ends ... */
static const struct net small = {
	.h = 9, .w = 7, .c = 2, .count = 5, .layers = {
		{ .kind = NET_CONV, .from = NET_INPUT, .filters = 6,
		  .kernel_h = 3, .kernel_w = 3, .stride_h = 2, .stride_w = 2,
		  .norm = true, .activation = NET_RELU },
		{ .kind = NET_DEPTHWISE, .from = 0, .kernel_h = 3,
		  .kernel_w = 3, .stride_h = 1, .stride_w = 1,
		  .padding = NET_VALID },
		{ .kind = NET_CONCAT, .from = 1, .with = 1 },
		{ .kind = NET_GLOBAL_POOL, .from = 2 },
		{ .kind = NET_DENSE, .from = 3, .filters = 4 } }
};

static void expect_shape(struct net_shape s, int h, int w, int c)
{
	cr_expect(s.h == h && s.w == w && s.c == c, "%d x %d x %d, not %d x "
		  "%d x %d", s.h, s.w, s.c, h, w, c);
}

Test(net, shapes_follow_tensorflows_padding)
{
	struct net_shape s[NET_LAYERS_MAX];

	cr_assert(net_shapes(&small, s, NULL) == 0);
	expect_shape(s[0], 5, 4, 6);
	expect_shape(s[1], 3, 2, 6);
	expect_shape(s[2], 3, 2, 12);
	expect_shape(s[3], 1, 1, 12);
	expect_shape(s[4], 1, 1, 4);
}

Test(net, parameters_and_macs_are_those_of_the_exported_net)
{
	struct net_shape s[NET_LAYERS_MAX];

	cr_assert(net_shapes(&small, s, NULL) == 0);
	cr_expect(net_parameters(&small, s, 0) == 9 * 2 * 6 + 6);
	cr_expect(net_parameters(&small, s, 1) == 9 * 6 + 6);
	cr_expect(net_parameters(&small, s, 2) == 0);
	cr_expect(net_parameters(&small, s, 4) == 12 * 4 + 4);
	cr_expect(net_macs(&small, s, 0) == 5 * 4 * 9 * 2 * 6);
	cr_expect(net_macs(&small, s, 1) == 3 * 2 * 9 * 6);
	cr_expect(net_macs(&small, s, 4) == 48);
}

/* An lstm over 10 steps of 3 values, 5 units: its four gates. */
Test(net, an_lstm_reads_steps)
{
	struct net_shape s[NET_LAYERS_MAX];
	struct net net = { .h = 10, .w = 1, .c = 3, .count = 1, .layers = {
		{ .kind = NET_LSTM, .from = NET_INPUT, .filters = 5 } } };

	cr_assert(net_shapes(&net, s, NULL) == 0);
	expect_shape(s[0], 1, 1, 5);
	cr_expect(net_parameters(&net, s, 0) == 4 * 5 * 8 + 20);
	cr_expect(net_macs(&net, s, 0) == 10 * 4 * 5 * 8);
	net.w = 2;
	cr_expect(net_shapes(&net, s, NULL) == ERR_RANGE);
}

static int with_change(int layer, struct net_layer change)
{
	struct net_shape s[NET_LAYERS_MAX];
	struct net net = small;

	net.layers[layer] = change;
	return net_shapes(&net, s, NULL);
}

Test(net, what_cannot_be_is_refused)
{
	struct net_layer conv = small.layers[0];

	conv.from = 0;
	cr_expect(with_change(0, conv) == ERR_RANGE, "from itself");
	conv.from = NET_INPUT;
	conv.filters = 0;
	cr_expect(with_change(0, conv) == ERR_RANGE, "no filters");
	conv.filters = 6;
	conv.kernel_h = 10;
	conv.padding = NET_VALID;
	cr_expect(with_change(0, conv) == ERR_RANGE, "no window fits");
	cr_expect(with_change(2, (struct net_layer){
		.kind = NET_ADD, .from = 1, .with = 0 }) == ERR_RANGE,
		"shapes that do not add");
	cr_expect(with_change(2, (struct net_layer){
		.kind = NET_DROPOUT, .from = 1, .share = 0.96f }) ==
		ERR_RANGE, "all dropped");
	cr_expect(with_change(2, (struct net_layer){
		.kind = NET_KINDS, .from = 1 }) == ERR_RANGE, "no such kind");
}

Test(net, an_input_of_too_many_values_is_refused)
{
	struct net_shape s[NET_LAYERS_MAX];
	struct net net = small;

	net.h = NET_VALUES_MAX;
	net.w = NET_VALUES_MAX;
	cr_expect(net_shapes(&net, s, NULL) == ERR_RANGE);
	net.h = 0;
	cr_expect(net_shapes(&net, s, NULL) == ERR_RANGE);
}
