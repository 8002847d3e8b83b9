#include "bits/err.h"
#include "run/op.h"
#include "run/rows.h"

/* ---- lookup ------------------------------------------------------------- */

static int load_lookup(const struct run_step *step, const int8_t **table)
{
	struct model_image_lookup p;
	int err = model_image_params(&step->run->image, &step->op, &p,
				     sizeof(p));

	if (err)
		return err;
	*table = model_image_const(&step->run->image, p.table_at,
				   KERN_LOOKUP_BYTES, 1);
	if (step->in[0].type != KERN_S8)
		return ERR_UNSUPPORTED;
	return *table && step->in[0].bytes == step->out.bytes ? 0 : ERR_RANGE;
}

/* QUANTIZE to int8 from anything else is no table. */
static bool is_rescale(const struct run_step *step)
{
	return step->op.op == KERN_QUANTIZE && step->in[0].type != KERN_S8;
}

int run_lookup_s8_check(const struct run_step *step)
{
	const int8_t *table;

	return is_rescale(step) ? run_rescale_check(step) :
		load_lookup(step, &table);
}

void run_lookup_s8_call(const struct run_step *step)
{
	const int8_t *table;

	if (is_rescale(step))
		run_rescale_call(step);
	else if (!load_lookup(step, &table))
		kern_lookup_s8(step->out.bytes, table,
			       step_data(step, &step->in[0]),
			       step_data(step, &step->out));
}

/* ---- rescale ------------------------------------------------------------ */

static int load_rescale(const struct run_step *step, struct kern_rescale *k)
{
	struct model_image_rescale p;
	int err = model_image_params(&step->run->image, &step->op, &p,
				     sizeof(p));
	unsigned type = step->in[0].type;

	if (err)
		return err;
	if (type != KERN_S8 && type != KERN_S16 && type != KERN_S32)
		return ERR_UNSUPPORTED;
	*k = (struct kern_rescale){
		(int32_t)step_elements(&step->out), (int32_t)type,
		step->in[0].zero, p.multiplier, p.shift, p.below_multiplier,
		p.below_shift, step->out.type, step->out.zero,
	};
	if (step_elements(&step->in[0]) != step_elements(&step->out) ||
	    !step_factor_valid(p.multiplier, p.shift, -31, 30) ||
	    !step_factor_valid(p.below_multiplier, p.below_shift, -31, 30))
		return ERR_RANGE;
	return 0;
}

int run_rescale_check(const struct run_step *step)
{
	struct kern_rescale k;

	return load_rescale(step, &k);
}

void run_rescale_call(const struct run_step *step)
{
	struct kern_rescale k;

	if (!load_rescale(step, &k))
		kern_rescale(&k, step_data(step, &step->in[0]),
			     step_data(step, &step->out));
}

/* ---- gather ------------------------------------------------------------- */

/* Widen the range of element numbers by an axis. */
static void widen(int64_t range[2], int32_t size, int32_t step)
{
	int64_t far = (int64_t)(size - 1) * step;

	range[far > 0] += far;
}

static int load_gather(const struct run_step *step, struct kern_gather *k)
{
	struct model_image_gather p;
	int err = model_image_params(&step->run->image, &step->op, &p,
				     sizeof(p));
	int64_t range[2];

	if (err)
		return err;
	*k = (struct kern_gather){
		.out = step_shape(&step->out), .start = p.start,
		.step = { p.step_n, p.step_h, p.step_w, p.step_c },
		.element_bytes = (int32_t)kern_type_bytes(step->out.type),
	};
	range[0] = range[1] = p.start;
	widen(range, k->out.n, p.step_n);
	widen(range, k->out.h, p.step_h);
	widen(range, k->out.w, p.step_w);
	widen(range, k->out.c, p.step_c);
	if (range[0] < 0 || range[1] >= step_elements(&step->in[0]))
		return ERR_RANGE;
	return 0;
}

int run_gather_check(const struct run_step *step)
{
	struct kern_gather k;

	return load_gather(step, &k);
}

void run_gather_call(const struct run_step *step)
{
	struct kern_gather k;

	if (!load_gather(step, &k))
		kern_gather(&k, step_data(step, &step->in[0]),
			    step_data(step, &step->out));
}

/* ---- pad ---------------------------------------------------------------- */

static bool axis_pads(int32_t in, int32_t out, int32_t before)
{
	return in <= out && before >= 0 && before <= out - in;
}

static int load_pad(const struct run_step *step, struct kern_pad *k)
{
	struct model_image_pad p;
	int err = model_image_params(&step->run->image, &step->op, &p,
				     sizeof(p));

	if (err)
		return err;
	*k = (struct kern_pad){
		.in = step_shape(&step->in[0]), .out = step_shape(&step->out),
		.before = { p.before_n, p.before_h, p.before_w, p.before_c },
		.value = p.value,
		.element_bytes = (int32_t)kern_type_bytes(step->out.type),
	};
	if (!axis_pads(k->in.n, k->out.n, p.before_n) ||
	    !axis_pads(k->in.h, k->out.h, p.before_h) ||
	    !axis_pads(k->in.w, k->out.w, p.before_w) ||
	    !axis_pads(k->in.c, k->out.c, p.before_c))
		return ERR_RANGE;
	return 0;
}

int run_pad_check(const struct run_step *step)
{
	struct kern_pad k;

	return load_pad(step, &k);
}

void run_pad_call(const struct run_step *step)
{
	struct kern_pad k;

	if (!load_pad(step, &k))
		kern_pad(&k, step_data(step, &step->in[0]),
			 step_data(step, &step->out));
}

/* ---- concatenation ------------------------------------------------------ */

enum { AXES = 4 };

static void sizes_of(const struct model_image_tensor *t, int32_t sizes[AXES])
{
	struct kern_shape s = step_shape(t);

	sizes[0] = s.n;
	sizes[1] = s.h;
	sizes[2] = s.w;
	sizes[3] = s.c;
}

/* The size of an input along the axis; 0 when another axis differs. */
static int32_t piece(const struct run_step *step, int input, int axis,
		     const int32_t out[AXES])
{
	struct model_image_tensor t = step_input(step, (unsigned)input);
	int32_t in[AXES];

	sizes_of(&t, in);
	for (int i = 0; i < AXES; i++)
		if (i != axis && in[i] != out[i])
			return 0;
	return in[axis];
}

static int load_concat(const struct run_step *step, struct kern_concat *k)
{
	struct model_image_concat p;
	int err = model_image_params(&step->run->image, &step->op, &p,
				     sizeof(p));
	int32_t out[AXES], room, unit;

	if (err)
		return err;
	if (p.axis < 0 || p.axis >= AXES)
		return ERR_RANGE;
	sizes_of(&step->out, out);
	*k = (struct kern_concat){ 1, step->op.input_count, { 0 } };
	for (int i = 0; i < p.axis; i++)
		k->rows *= out[i];
	room = out[p.axis];
	unit = (int32_t)step->out.bytes / k->rows / room;
	for (int i = 0; i < k->count; i++) {
		int32_t n = piece(step, i, p.axis, out);

		if (n < 1 || n > room)
			return ERR_RANGE;
		room -= n;
		k->bytes[i] = n * unit;
	}
	return room ? ERR_RANGE : 0;
}

int run_concat_check(const struct run_step *step)
{
	struct kern_concat k;

	return load_concat(step, &k);
}

void run_concat_call(const struct run_step *step)
{
	const void *in[KERN_CONCAT_INPUTS] = { NULL };
	struct kern_concat k;

	if (load_concat(step, &k))
		return;
	for (int i = 0; i < k.count; i++) {
		struct model_image_tensor t = step_input(step, (unsigned)i);

		in[i] = step_data(step, &t);
	}
	kern_concat(&k, in, step_data(step, &step->out));
}
