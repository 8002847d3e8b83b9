#include "bits/err.h"
#include "run/op.h"
#include "run/rows.h"

enum { SHIFT_MIN = -31, SHIFT_MAX = 30, SHIFT_MAX_WIDE = 7 };

struct constants {
	const int8_t *weights;
	const void *bias;
	struct kern_requant requant;
};

static int load_constants(const struct run_step *step,
			  const struct model_image_constants *at,
			  uint32_t weight_bytes, uint32_t is_wide,
			  int32_t channels, struct constants *c)
{
	int err = is_wide > 1 ? ERR_RANGE : is_wide ?
		step_bias_wide(step, at->bias_at, channels, &c->bias) :
		step_bias(step, at->bias_at, channels, &c->bias);

	c->weights = step_weights(step, at, weight_bytes, 1);
	if (err || !c->weights)
		return ERR_RANGE;
	return step_requant(step, at, channels, &c->requant);
}

static int check_requant(const struct kern_requant *requant, int32_t channels,
			 int32_t is_wide)
{
	return step_requant_check(requant, channels, SHIFT_MIN,
				  is_wide ? SHIFT_MAX_WIDE : SHIFT_MAX);
}

/* ---- convolutions ------------------------------------------------------- */

static int load_window(const struct run_step *step,
		       const struct model_image_conv *p,
		       struct kern_conv_s16 *k)
{
	k->win = step_block_window(p);
	k->act_min = p->act_min;
	k->act_max = p->act_max;
	if (!step_clamp_valid_s16(p->act_min, p->act_max))
		return ERR_RANGE;
	return step->op.op == KERN_TRANSPOSE_CONV ?
		step_transpose_window(step, &k->win) :
		step_window(step, &k->win);
}

static int load_conv(const struct run_step *step, struct kern_conv_s16 *k)
{
	bool is_depthwise = step->op.op == KERN_DEPTHWISE_CONV_2D;
	struct model_image_conv_s16 p;
	struct constants c = { 0 };
	uint32_t bytes;
	int err = model_image_params(&step->run->image, &step->op, &p,
				     sizeof(p));

	if (!err)
		err = load_window(step, &p.conv, k);
	if (!err && is_depthwise && k->win.out.c % k->win.in.c)
		err = ERR_RANGE;
	if (err)
		return err;
	bytes = step_product((int32_t[]){
		k->win.out.c, p.conv.kernel_h, p.conv.kernel_w,
		is_depthwise ? 1 : k->win.in.c }, 4);
	err = load_constants(step, &p.conv.constants, bytes, p.is_wide,
			     k->win.out.c, &c);
	k->is_wide = (int32_t)p.is_wide;
	k->weights = c.weights;
	k->bias = c.bias;
	k->requant = c.requant;
	return err;
}

static int check_conv(const struct run_step *step)
{
	struct kern_conv_s16 k;
	int err = load_conv(step, &k);

	return err ? err : check_requant(&k.requant, k.win.out.c, k.is_wide);
}

int run_conv_s16_check(const struct run_step *step)
{
	return check_conv(step);
}

void run_conv_s16_call(const struct run_step *step)
{
	struct kern_conv_s16 k;

	if (!load_conv(step, &k))
		kern_conv_s16(&k, step_data(step, &step->in[0]),
			      step_data(step, &step->out));
}

int run_depthwise_s16_check(const struct run_step *step)
{
	return check_conv(step);
}

void run_depthwise_s16_call(const struct run_step *step)
{
	struct kern_conv_s16 k;

	if (!load_conv(step, &k))
		kern_depthwise_s16(&k, step_data(step, &step->in[0]),
				   step_data(step, &step->out));
}

int run_transpose_conv_s16_check(const struct run_step *step)
{
	return check_conv(step);
}

void run_transpose_conv_s16_call(const struct run_step *step)
{
	struct kern_conv_s16 k;

	if (!load_conv(step, &k))
		kern_transpose_conv_s16(&k, step_data(step, &step->in[0]),
					step_data(step, &step->out));
}

/* ---- fully connected ---------------------------------------------------- */

static int load_fc(const struct run_step *step, struct kern_fc_s16 *k)
{
	struct model_image_fc_s16 p;
	struct constants c = { 0 };
	int err = model_image_params(&step->run->image, &step->op, &p,
				     sizeof(p));

	if (!err)
		err = step_fc_shape(step, &k->batches, &k->in_depth,
				    &k->out_depth);
	if (err)
		return err;
	k->act_min = p.fc.act_min;
	k->act_max = p.fc.act_max;
	if (!step_clamp_valid_s16(k->act_min, k->act_max))
		return ERR_RANGE;
	err = load_constants(step, &p.fc.constants, step_product((int32_t[]){
		k->out_depth, k->in_depth }, 2), p.is_wide, k->out_depth, &c);
	k->is_wide = (int32_t)p.is_wide;
	k->weights = c.weights;
	k->bias = c.bias;
	k->requant = c.requant;
	return err;
}

int run_fc_s16_check(const struct run_step *step)
{
	struct kern_fc_s16 k;
	int err = load_fc(step, &k);

	return err ? err : check_requant(&k.requant, k.out_depth, k.is_wide);
}

void run_fc_s16_call(const struct run_step *step)
{
	struct kern_fc_s16 k;

	if (!load_fc(step, &k))
		kern_fc_s16(&k, step_data(step, &step->in[0]),
			    step_data(step, &step->out));
}
