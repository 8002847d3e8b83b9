#include "bits/err.h"
#include "kern/x86/x86.h"
#include "run/op.h"
#include "run/rows.h"

static const struct kern_x86 *isa_of(const struct run_step *step)
{
	return step->run->set->x86;
}

/* ---- convolutions -------------------------------------------------------- */

static int load_conv(const struct run_step *step, bool depthwise,
		     struct kern_conv_s8 *k)
{
	struct model_image_conv p;
	size_t bytes;
	int err = step_conv(step, &p, k);

	if (err)
		return err;
	if (depthwise && k->win.out.c % k->win.in.c)
		return ERR_RANGE;
	bytes = depthwise ? kern_x86_depthwise_bytes(&k->win)
			  : kern_x86_conv_bytes(&k->win);
	err = step_conv_constants(step, &p, (uint32_t)bytes, 4, k);
	return !err && !k->bias ? ERR_RANGE : err;
}

static int check_conv(const struct run_step *step, bool depthwise)
{
	struct kern_conv_s8 k;
	size_t scratch;
	int err = load_conv(step, depthwise, &k);

	if (err)
		return err;
	scratch = depthwise ? kern_x86_depthwise_scratch_bytes(&k.win)
			    : kern_x86_conv_scratch_bytes(&k.win);
	if (step->op.scratch_bytes < scratch)
		return ERR_RANGE;
	return step_requant_check(&k.requant, k.win.out.c, -31, 30);
}

int run_conv_x86_check(const struct run_step *step)
{
	return check_conv(step, false);
}

void run_conv_x86_call(const struct run_step *step)
{
	struct kern_conv_s8 k;

	if (!load_conv(step, false, &k))
		isa_of(step)->conv(&k, step_data(step, &step->in[0]),
				   step_data(step, &step->out),
				   step_scratch(step));
}

int run_depthwise_x86_check(const struct run_step *step)
{
	return check_conv(step, true);
}

void run_depthwise_x86_call(const struct run_step *step)
{
	struct kern_conv_s8 k;

	if (!load_conv(step, true, &k))
		isa_of(step)->depthwise(&k, step_data(step, &step->in[0]),
					step_data(step, &step->out),
					step_scratch(step));
}

/* ---- fully connected ----------------------------------------------------- */

static int load_fc(const struct run_step *step, struct kern_fc_s8 *k)
{
	struct model_image_fc p;
	int err = step_fc(step, &p, k);

	if (!err)
		err = step_fc_constants(step, &p, (uint32_t)
			kern_x86_fc_bytes(k->in_depth, k->out_depth), 4, k);
	return !err && !k->bias ? ERR_RANGE : err;
}

int run_fc_x86_check(const struct run_step *step)
{
	struct kern_fc_s8 k;
	int err = load_fc(step, &k);

	if (err)
		return err;
	if (step->op.scratch_bytes < kern_x86_fc_scratch_bytes(&k))
		return ERR_RANGE;
	return step_requant_check(&k.requant, k.out_depth, -31, 30);
}

void run_fc_x86_call(const struct run_step *step)
{
	struct kern_fc_s8 k;

	if (!load_fc(step, &k))
		isa_of(step)->fc(&k, step_data(step, &step->in[0]),
				 step_data(step, &step->out),
				 step_scratch(step));
}

/* ---- add ----------------------------------------------------------------- */

int run_add_x86_check(const struct run_step *step)
{
	return run_add_s8_check(step);
}

void run_add_x86_call(const struct run_step *step)
{
	struct kern_add_s8 k;

	if (!step_add(step, &k))
		isa_of(step)->add(&k, step_data(step, &step->in[0]),
				  step_data(step, &step->in[1]),
				  step_data(step, &step->out));
}
