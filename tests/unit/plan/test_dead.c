/*
 * Dead channels: planted in random nets, they go, and the outputs of what is
 * left are those of the whole, for every input tried.
 */
#include <criterion/criterion.h>
#include <unistd.h>

#include "base/file.h"
#include "base/rng.h"
#include "model/tflite.h"
#include "plan/plan_priv.h"
#include "plan/runner.h"
#include "sample_model.h"

enum { NETS = 60, ROUNDS = 20 };

/* Far more than weights can undo: with RELU one output for all inputs. */
enum { LOW = -(1 << 24), HIGH = 1 << 24 };

static int32_t *bias_of(struct model *m, int op)
{
	return m->tensors[m->ops[op].inputs[2]].data;
}

static int add_layer(struct sample *s, enum kern_op op, int from,
		     const int32_t *dims, const int32_t *filter,
		     struct model_attr attr)
{
	bool is_depthwise = op == KERN_DEPTHWISE_CONV_2D;
	bool is_fc = op == KERN_FULLY_CONNECTED;
	int32_t channels = filter[is_depthwise ? 3 : 0];
	int out = sample_act(s, "", is_fc ? 2 : 4, dims, 1.5f);

	return sample_op(s, op, attr, (int[]){ from,
		sample_const(s, "", is_fc ? 2 : 4, filter,
			     is_depthwise ? 3 : 0),
		sample_const(s, "", MODEL_SHAPE(channels), 0) }, 3, out);
}

#define DIMS(...) ((const int32_t[]){ __VA_ARGS__ })

enum { CONV, TAPS, POINT, LAST, POOL, FLAT, DENSE, HEAD };

/* The caller releases the model. Scales are large: no output saturates by
 * itself. */
static void net(struct model *m, uint32_t seed)
{
	struct sample s = { m, KERN_S8, seed };
	struct model_attr same = { .act = MODEL_ACT_RELU };
	struct model_attr valid = { .act = MODEL_ACT_RELU,
				    .padding = MODEL_PAD_VALID };
	struct model_attr pool = { .filter_h = 4, .filter_w = 3,
				   .padding = MODEL_PAD_VALID };
	int t, flat;

	model_init(m, "net");
	t = sample_act(&s, "x", MODEL_SHAPE(1, 6, 5, 2), 0.05f);
	model_add_input(m, t);
	t = add_layer(&s, KERN_CONV_2D, t, DIMS(1, 6, 5, 12),
		      DIMS(12, 3, 3, 2), same);
	t = add_layer(&s, KERN_DEPTHWISE_CONV_2D, t, DIMS(1, 6, 5, 12),
		      DIMS(1, 3, 3, 12), same);
	t = add_layer(&s, KERN_CONV_2D, t, DIMS(1, 6, 5, 16),
		      DIMS(16, 1, 1, 12), same);
	t = add_layer(&s, KERN_CONV_2D, t, DIMS(1, 4, 3, 16),
		      DIMS(16, 3, 3, 16), valid);
	flat = sample_act(&s, "", MODEL_SHAPE(1, 1, 1, 16), 1.5f);
	t = sample_op(&s, KERN_AVERAGE_POOL_2D, pool, &t, 1, flat);
	flat = sample_act(&s, "", MODEL_SHAPE(1, 16), 1.5f);
	t = sample_op(&s, KERN_RESHAPE, same, &t, 1, flat);
	t = add_layer(&s, KERN_FULLY_CONNECTED, t, DIMS(1, 12), DIMS(12, 16),
		      same);
	t = add_layer(&s, KERN_FULLY_CONNECTED, t, DIMS(1, 5), DIMS(5, 12),
		      (struct model_attr){ 0 });
	model_add_output(m, t);
}

static int32_t lanes_of(const struct plan *plan, int op)
{
	const struct model_tensor *t = plan_output(plan, op);

	return t->dims[t->rank - 1];
}

/* The trimmed plan's image answers as the whole model does. */
static void compare(const struct model *m, const struct plan *plan,
		    unsigned seed)
{
	struct plan_runner whole, trimmed;
	struct buf image = BUF_INIT;
	uint8_t in[60], want[5], got[5];
	struct err err = { 0 };
	struct rng rng;

	rng_init(&rng, seed, 3);
	cr_assert_eq(plan_check(plan, &err), 0, "%s", err.text);
	cr_assert_eq(plan_emit_image(plan, NULL, &image, &err), 0);
	cr_assert_eq(plan_runner_open_model(&whole, m, &err), 0);
	cr_assert_eq(plan_runner_open(&trimmed, image.data, image.len, &err),
		     0, "%s", err.text);
	cr_assert(whole.input_bytes == 60 && trimmed.input_bytes == 60 &&
		  whole.output_bytes == 5 && trimmed.output_bytes == 5);
	for (int i = 0; i < ROUNDS; i++) {
		for (int k = 0; k < 60; k++)
			in[k] = (uint8_t)(i == 0 ? 0x80 : i == 1 ? 0x7f :
					  rng_below(&rng, 256));
		plan_runner_infer(&whole, in, want);
		plan_runner_infer(&trimmed, in, got);
		cr_assert_arr_eq(got, want, 5, "net %u, input %d", seed, i);
	}
	plan_runner_close(&whole);
	plan_runner_close(&trimmed);
	buf_release(&image);
}

static void plan_for(struct plan *plan, const struct model *m,
		     enum kern_set set)
{
	struct err err = { 0 };

	cr_assert_eq(plan_init(plan, m, set, &err), 0, "%s", err.text);
}

Test(dead, random_nets_give_the_same_outputs)
{
	static const enum kern_set sets[] = { KERN_SET_REF, KERN_SET_M4 };
	int dropped = 0;

	for (uint32_t seed = 1; seed <= NETS; seed++) {
		struct rng rng;
		struct plan plan;
		struct model m;

		net(&m, seed);
		rng_init(&rng, seed, 5);
		for (int op = CONV; op <= HEAD; op++)
			for (int32_t c = 0; m.ops[op].input_count == 3 &&
			     c < plan_shape(&m.tensors[m.ops[op].output]).c;
			     c++)
				if (rng_below(&rng, 2))
					bias_of(&m, op)[c] =
						rng_below(&rng, 3) ? LOW : HIGH;
		plan_for(&plan, &m, sets[seed % 2]);
		for (int op = CONV; op <= HEAD; op++) {
			struct plan whole = { .model = &m };

			dropped += lanes_of(&whole, op) - lanes_of(&plan, op);
		}
		compare(&m, &plan, seed);
		plan_release(&plan);
		model_release(&m);
	}
	cr_assert_gt(dropped, 10 * NETS, "%d", dropped);
}

/* Kill channels of one layer; what stays of each layer? */
static void check_lanes(int layer, int32_t bias, int killed,
			const int32_t want[HEAD + 1])
{
	struct plan plan;
	struct model m;

	net(&m, 1);
	for (int c = 0; c < killed; c++)
		bias_of(&m, layer)[c] = bias;
	plan_for(&plan, &m, KERN_SET_M4);
	for (int op = CONV; op <= HEAD; op++)
		cr_assert_eq(lanes_of(&plan, op), want[op],
			     "layer %d dead, operation %d has %d", layer, op,
			     lanes_of(&plan, op));
	compare(&m, &plan, 1);
	plan_release(&plan);
	model_release(&m);
}

Test(dead, a_constant_lane_goes_with_the_depthwise_lane_behind_it)
{
	/* at the zero point padding is the same; the depthwise lane is its
	 * bias then, if that is constant */
	check_lanes(TAPS, LOW, 6, DIMS(8, 8, 16, 16, 16, 16, 12, 5));
	check_lanes(TAPS, HIGH, 4, DIMS(8, 8, 16, 16, 16, 16, 12, 5));
}

Test(dead, without_padding_any_constant_goes)
{
	check_lanes(POINT, LOW, 8, DIMS(12, 12, 8, 16, 16, 16, 12, 5));
	check_lanes(POINT, HIGH, 8, DIMS(12, 12, 8, 16, 16, 16, 12, 5));
}

Test(dead, pools_and_reshapes_pass_lanes_on)
{
	check_lanes(LAST, HIGH, 4, DIMS(12, 12, 16, 12, 12, 12, 12, 5));
	check_lanes(DENSE, LOW, 5, DIMS(12, 12, 16, 16, 16, 16, 8, 5));
}

Test(dead, a_multiple_of_four_stays_and_outputs_stay)
{
	check_lanes(POINT, LOW, 2, DIMS(12, 12, 16, 16, 16, 16, 12, 5));
	check_lanes(HEAD, LOW, 5, DIMS(12, 12, 16, 16, 16, 16, 12, 5));
	check_lanes(DENSE, LOW, 12, DIMS(12, 12, 16, 16, 16, 16, 4, 5));
}

/* A 3x3 window with padding sees 0 at the border and the constant inside. */
static void check_padded(int32_t bias, int32_t want)
{
	struct model_attr same = { .act = MODEL_ACT_RELU };
	struct model m;
	struct sample s = { &m, KERN_S8, 3 };
	struct plan plan;
	int t;

	model_init(&m, "padded");
	t = sample_act(&s, "x", MODEL_SHAPE(1, 6, 5, 2), 0.05f);
	model_add_input(&m, t);
	t = add_layer(&s, KERN_CONV_2D, t, DIMS(1, 6, 5, 8), DIMS(8, 3, 3, 2),
		      same);
	t = add_layer(&s, KERN_CONV_2D, t, DIMS(1, 6, 5, 8), DIMS(8, 3, 3, 8),
		      same);
	t = add_layer(&s, KERN_FULLY_CONNECTED, t, DIMS(1, 5), DIMS(5, 240),
		      same);
	model_add_output(&m, t);
	for (int c = 0; c < 4; c++)
		bias_of(&m, 0)[c] = bias;
	plan_for(&plan, &m, KERN_SET_M4);
	cr_assert_eq(lanes_of(&plan, 0), want, "%d", lanes_of(&plan, 0));
	compare(&m, &plan, 1);
	plan_release(&plan);
	model_release(&m);
}

Test(dead, padding_keeps_constants_that_are_not_zero)
{
	check_padded(LOW, 4);
	check_padded(HIGH, 8);
}

Test(dead, a_depthwise_layer_of_one_channel_is_a_convolution)
{
	struct model_attr same = { .act = MODEL_ACT_RELU, .stride_w = 2 };
	struct model m;
	struct sample s = { &m, KERN_S8, 3 };
	struct plan plan;
	int t;

	model_init(&m, "spread");
	t = sample_act(&s, "x", MODEL_SHAPE(1, 6, 10, 1), 0.05f);
	model_add_input(&m, t);
	t = add_layer(&s, KERN_DEPTHWISE_CONV_2D, t, DIMS(1, 6, 5, 8),
		      DIMS(1, 3, 2, 8), same);
	t = add_layer(&s, KERN_FULLY_CONNECTED, t, DIMS(1, 5), DIMS(5, 240),
		      same);
	model_add_output(&m, t);
	plan_for(&plan, &m, KERN_SET_M4);
	cr_assert_eq(plan.model->ops[0].op, KERN_CONV_2D);
	cr_assert_eq(plan.ops[0].packing, KERN_PACK_M4_ROWS);
	compare(&m, &plan, 1);
	plan_release(&plan);
	model_release(&m);
}

Test(dead, on_the_host_all_lanes_stay)
{
	struct plan plan;
	struct model m;

	net(&m, 1);
	for (int c = 0; c < 8; c++)
		bias_of(&m, POINT)[c] = LOW;
	plan_for(&plan, &m, KERN_SET_HOST);
	cr_assert_eq(lanes_of(&plan, POINT), 16);
	cr_assert_eq(plan.model, &m);
	plan_release(&plan);
	model_release(&m);
}
