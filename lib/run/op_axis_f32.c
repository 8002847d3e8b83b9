#include "bits/err.h"
#include "kern/f32/f32.h"
#include "run/op_f32.h"
#include "run/rows.h"

/* The axis of a tensor, in outer rows of inner elements. */
static int split(const struct model_image_tensor *t, int32_t axis,
		 struct kern_axis *k)
{
	if (axis < 0 || axis >= t->rank)
		return ERR_RANGE;
	*k = (struct kern_axis){ 1, t->dims[axis], 1 };
	for (int i = 0; i < axis; i++)
		k->outer *= t->dims[i];
	for (int i = axis + 1; i < t->rank; i++)
		k->inner *= t->dims[i];
	return 0;
}

static int load_axis(const struct run_step *step, struct kern_axis *k)
{
	struct model_image_axis p;
	int err = model_image_params(&step->run->image, &step->op, &p,
				     sizeof(p));

	return err ? err : split(&step->in[0], p.axis, k);
}

/* ---- ARG_MAX ------------------------------------------------------------ */

static int load_arg_max(const struct run_step *step, struct kern_axis *k)
{
	int err = load_axis(step, k);

	if (err)
		return err;
	if (step->in[0].type != KERN_F32)
		return ERR_UNSUPPORTED;
	return step_elements(&step->out) == (uint32_t)(k->outer * k->inner) ?
		0 : ERR_RANGE;
}

int run_arg_max_check(const struct run_step *step)
{
	struct kern_axis k;

	return load_arg_max(step, &k);
}

void run_arg_max_call(const struct run_step *step)
{
	struct kern_axis k;

	if (!load_arg_max(step, &k))
		kern_arg_max_f32(&k, kern_type_bytes(step->out.type),
				 step_data(step, &step->in[0]),
				 step_data(step, &step->out));
}

/* ---- GATHER ------------------------------------------------------------- */

static int load_take(const struct run_step *step, struct kern_take *k)
{
	int err = load_axis(step, &k->axis);
	uint32_t n;

	if (err)
		return err;
	if (step->in[0].type != step->out.type ||
	    (step->in[1].type != KERN_S32 && step->in[1].type != KERN_S64))
		return ERR_UNSUPPORTED;
	k->count = (int32_t)step_elements(&step->in[1]);
	k->index_bytes = kern_type_bytes(step->in[1].type);
	n = step_product((int32_t[]){ k->axis.outer, k->count,
				      k->axis.inner }, 3);
	k->axis.inner *= (int32_t)kern_type_bytes(step->out.type);
	return n && n == step_elements(&step->out) ? 0 : ERR_RANGE;
}

int run_take_check(const struct run_step *step)
{
	struct kern_take k;

	return load_take(step, &k);
}

void run_take_call(const struct run_step *step)
{
	struct kern_take k;

	if (!load_take(step, &k))
		kern_take(&k, step_data(step, &step->in[0]),
			  step_data(step, &step->in[1]),
			  step_data(step, &step->out));
}

/* ---- SHAPE -------------------------------------------------------------- */

int run_shape_check(const struct run_step *step)
{
	if (step->op.params_bytes)
		return ERR_FORMAT;
	return step_elements(&step->out) == step->in[0].rank ? 0 : ERR_RANGE;
}

void run_shape_call(const struct run_step *step)
{
	struct kern_shape shape = step_shape(&step->in[0]);

	kern_shape_of(&shape, step->in[0].rank,
		      kern_type_bytes(step->out.type),
		      step_data(step, &step->out));
}

/* ---- LOG_SOFTMAX -------------------------------------------------------- */

int run_log_softmax_f32_check(const struct run_step *step)
{
	if (step->op.params_bytes)
		return ERR_FORMAT;
	return step_same_shape(&step->in[0], &step->out) ? 0 : ERR_RANGE;
}

void run_log_softmax_f32_call(const struct run_step *step)
{
	int32_t depth = step_depth(&step->out);

	kern_log_softmax_f32((int32_t)step_elements(&step->out) / depth,
			     depth, step_data(step, &step->in[0]),
			     step_data(step, &step->out));
}

/* ---- sums over axes ----------------------------------------------------- */

/* Axes of the output are the input's, or 1. The image gives its shape with
 * the axes kept; that of the model may have lost them. */
static int load_reduce(const struct run_step *step, struct kern_reduce_f32 *k)
{
	struct model_image_kept p;
	int err = model_image_params(&step->run->image, &step->op, &p,
				     sizeof(p));

	if (err)
		return err;
	k->op = step->op.op;
	k->in = step_shape(&step->in[0]);
	k->out = (struct kern_shape){ p.n, p.h, p.w, p.c };
	if (!step_broadcasts(&k->out, &k->in) ||
	    (int64_t)p.n * p.h * p.w * p.c != step_elements(&step->out))
		return ERR_RANGE;
	return 0;
}

int run_reduce_f32_check(const struct run_step *step)
{
	struct kern_reduce_f32 k;

	return load_reduce(step, &k);
}

void run_reduce_f32_call(const struct run_step *step)
{
	struct kern_reduce_f32 k;

	if (!load_reduce(step, &k))
		kern_reduce_f32(&k, step_data(step, &step->in[0]),
				step_data(step, &step->out));
}

/* ---- BATCH_MATMUL ------------------------------------------------------- */

static int load_matmul(const struct run_step *step, struct kern_matmul_f32 *k)
{
	const struct kern_shape *a = &k->a, *b = &k->b, *out = &k->out;

	k->a = step_shape(&step->in[0]);
	k->b = step_shape(&step->in[1]);
	k->out = step_shape(&step->out);
	if (step->op.params_bytes)
		return ERR_FORMAT;
	if ((a->n != 1 && a->n != out->n) || (a->h != 1 && a->h != out->h) ||
	    (b->n != 1 && b->n != out->n) || (b->h != 1 && b->h != out->h) ||
	    a->w != out->w || b->c != out->c || a->c != b->w)
		return ERR_RANGE;
	return 0;
}

int run_matmul_f32_check(const struct run_step *step)
{
	struct kern_matmul_f32 k;

	return load_matmul(step, &k);
}

void run_matmul_f32_call(const struct run_step *step)
{
	struct kern_matmul_f32 k;

	if (!load_matmul(step, &k))
		kern_matmul_f32(&k, step_data(step, &step->in[0]),
				step_data(step, &step->in[1]),
				step_data(step, &step->out));
}
