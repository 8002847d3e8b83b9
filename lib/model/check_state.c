#include <math.h>

#include "model/check_priv.h"

/* Rules of the operations that keep a state: SVDF and LSTM. */

static const struct model_tensor *output(const struct check *c)
{
	return &c->model->tensors[c->op->output];
}

static bool is_matrix(const struct model_tensor *t, int32_t rows, int32_t cols)
{
	return t->rank == 2 && t->dims[0] == rows && t->dims[1] == cols;
}

/* Integer weights and states: one scale above 0. */
static int check_one_scale(const struct check *c, const struct model_tensor *t,
			   bool is_symmetric)
{
	if (t->type == KERN_F32)
		return 0;
	if (t->quant.n != 1 || !(t->quant.scales[0] > 0))
		return check_fail(c, ERR_RANGE, "'%s' needs one scale above 0",
				  t->name);
	if (is_symmetric && t->quant.zeros[0])
		return check_fail(c, ERR_UNSUPPORTED, "'%s' is not symmetric: "
				  "zero point %d", t->name,
				  (int)t->quant.zeros[0]);
	return 0;
}

/* Input i is a constant of this type; wide is a second type it may have. */
static int check_constant(const struct check *c, int i, enum kern_type type,
			  enum kern_type wide)
{
	const struct model_tensor *t = check_input(c, i);
	enum kern_type values = check_input(c, 0)->type;

	if (!t || !t->data)
		return check_fail(c, ERR_FORMAT, "input %d is missing", i);
	if (t->type == type || t->type == wide)
		return 0;
	check_fail(c, ERR_UNSUPPORTED, "%s values meet %s weights '%s'%s",
		   model_type_name(values), model_type_name(t->type), t->name,
		   values == KERN_F32 ? " (a hybrid model)" : "");
	err_hint(c->err, "convert with full integer quantisation, or without "
		 "any");
	return ERR_UNSUPPORTED;
}

static int check_weights(const struct check *c, int i, int32_t rows,
			 int32_t cols)
{
	enum kern_type type = check_input(c, 0)->type;
	int kind = check_constant(c, i, type, type);

	if (!kind && !is_matrix(check_input(c, i), rows, cols))
		kind = check_fail(c, ERR_FORMAT, "weights '%s' must be %dx%d",
				  check_input(c, i)->name, (int)rows,
				  (int)cols);
	return kind ? kind : check_one_scale(c, check_input(c, i), true);
}

static int check_bias(const struct check *c, int i, int32_t units)
{
	enum kern_type type = check_input(c, 0)->type == KERN_F32 ?
		KERN_F32 : KERN_S32;
	int kind = check_constant(c, i, type, type);

	if (!kind && model_elements(check_input(c, i)) != (size_t)units)
		kind = check_fail(c, ERR_FORMAT, "bias '%s' must have %d "
				  "elements", check_input(c, i)->name,
				  (int)units);
	return kind;
}

/* A state's type and size; its tensor is there (check_states). */
static int check_state(const struct check *c, unsigned i, enum kern_type type,
		       int64_t elements)
{
	const struct model_tensor *t =
		&c->model->tensors[model_state(c->op, i)];

	if (t->type != type || (int64_t)model_elements(t) != elements)
		return check_fail(c, ERR_FORMAT, "state '%s' must be %s with "
				  "%lld elements", t->name,
				  model_type_name(type), (long long)elements);
	return check_one_scale(c, t, false);
}

static double scale_of(const struct check *c, int i)
{
	return check_input(c, i)->quant.scales[0];
}

static int too_far(const struct check *c)
{
	return check_fail(c, ERR_RANGE, "its scales are too far apart");
}

/* ---- SVDF --------------------------------------------------------------- */

/* The bias is added to sums of state x time weight. */
static int check_svdf_scales(const struct check *c)
{
	const struct model_tensor *bias = check_input(c, MODEL_SVDF_BIAS);
	float sum = (float)scale_of(c, MODEL_SVDF_STATE) *
		    (float)scale_of(c, MODEL_SVDF_TIME);
	double x = scale_of(c, 0) * scale_of(c, MODEL_SVDF_FEATURE) /
		   scale_of(c, MODEL_SVDF_STATE);
	double y = sum / output(c)->quant.scales[0];

	if (!(x < 0x1p30) || !(y < 0x1p30) || !isfinite(sum) ||
	    !isfinite((float)scale_of(c, 0) *
		      (float)scale_of(c, MODEL_SVDF_FEATURE)))
		return too_far(c);
	if (bias && (bias->quant.n != 1 || bias->quant.zeros[0] ||
		     !(fabs(bias->quant.scales[0] - (double)sum) < 1e-5)))
		return check_fail(c, ERR_FORMAT, "bias '%s' is not in the "
				  "scale state x time weights", bias->name);
	return 0;
}

static int check_svdf_shapes(const struct check *c, int32_t filters,
			     int32_t memory)
{
	const struct model_tensor *x = check_input(c, 0);
	int32_t rank = c->op->attr.rank;

	if (rank < 1 || filters % rank)
		return check_fail(c, ERR_RANGE, "rank %d does not divide %d "
				  "filters", (int)rank, (int)filters);
	if (!is_matrix(output(c), x->dims[0], filters / rank))
		return check_fail(c, ERR_FORMAT, "output '%s' must be %dx%d",
				  output(c)->name, (int)x->dims[0],
				  (int)(filters / rank));
	return check_state(c, 0, check_input(c, MODEL_SVDF_TIME)->type,
			   (int64_t)x->dims[0] * filters * memory);
}

static int check_svdf(const struct check *c)
{
	const struct model_tensor *x = check_input(c, 0);
	const struct model_tensor *feature = check_input(c,
						MODEL_SVDF_FEATURE);
	const struct model_tensor *time = check_input(c, MODEL_SVDF_TIME);
	int kind;

	if (x->rank != 2 || !feature || feature->rank != 2 || !time ||
	    time->rank != 2)
		return check_fail(c, ERR_FORMAT, "input and weights must have "
				  "two axes");
	kind = check_weights(c, MODEL_SVDF_FEATURE, feature->dims[0],
			     x->dims[1]);
	if (!kind)
		kind = check_constant(c, MODEL_SVDF_TIME, x->type,
				      x->type == KERN_S8 ? KERN_S16 : x->type);
	if (!kind)
		kind = check_one_scale(c, time, true);
	if (!kind && time->dims[0] != feature->dims[0])
		kind = check_fail(c, ERR_FORMAT, "weights '%s' and '%s' "
				  "differ in filters", feature->name,
				  time->name);
	if (!kind)
		kind = check_svdf_shapes(c, feature->dims[0], time->dims[1]);
	if (!kind && check_input(c, MODEL_SVDF_BIAS))
		kind = check_bias(c, MODEL_SVDF_BIAS, output(c)->dims[1]);
	return kind || x->type == KERN_F32 ? kind : check_svdf_scales(c);
}

/* ---- LSTM --------------------------------------------------------------- */

enum { GATES = 4 };

/* Inputs of variants that nobody trains for small devices. */
static int check_plain(const struct check *c)
{
	static const uint8_t others[] = { 9, 10, 11, 16, 17, 20, 21, 22, 23 };

	for (size_t i = 0; i < sizeof(others); i++)
		if (check_input(c, others[i]))
			return check_fail(c, ERR_UNSUPPORTED, "input %u: "
					  "peepholes, projection and layer "
					  "normalisation have no kernel",
					  others[i]);
	return 0;
}

static int check_gates(const struct check *c, int32_t units)
{
	int32_t depth = check_input(c, 0)->dims[2];
	int kind = 0;

	for (int i = 0; i < GATES && !kind; i++) {
		kind = check_weights(c, MODEL_LSTM_WEIGHTS + i, units, depth);
		if (!kind)
			kind = check_weights(c, MODEL_LSTM_RECURRENT + i,
					     units, units);
		if (!kind)
			kind = check_bias(c, MODEL_LSTM_BIASES + i, units);
	}
	return kind;
}

/* Sums become steps of 2^-12, products of gates steps of 2^-30. */
static int check_lstm_scales(const struct check *c)
{
	const struct model_quant *hidden = &check_input(c,
					MODEL_LSTM_HIDDEN)->quant;
	const struct model_quant *out = &output(c)->quant;
	double cell = scale_of(c, MODEL_LSTM_CELL);

	for (int i = 0; i < GATES; i++)
		if (!(scale_of(c, 0) * scale_of(c, MODEL_LSTM_WEIGHTS + i) <
		      0x1p18) ||
		    !(scale_of(c, MODEL_LSTM_HIDDEN) *
		      scale_of(c, MODEL_LSTM_RECURRENT + i) < 0x1p18))
			return too_far(c);
	/* 2^-30 or more and 4 or less: the cell's steps as a shift */
	if (!(cell >= 0x1p-30) || !(cell <= 4) ||
	    !(scale_of(c, MODEL_LSTM_HIDDEN) >= 0x1p-59) ||
	    (c->op->attr.cell_clip > 0 && c->op->attr.cell_clip < cell))
		return too_far(c);
	if (check_input(c, MODEL_LSTM_CELL)->quant.zeros[0])
		return check_fail(c, ERR_UNSUPPORTED, "its cell state has a "
				  "zero point other than 0");
	if (fabsf(out->scales[0] - hidden->scales[0]) >
	    1e-6f * hidden->scales[0] || out->zeros[0] != hidden->zeros[0])
		return check_fail(c, ERR_UNSUPPORTED, "output and hidden "
				  "state differ in scale or zero point");
	return 0;
}

static int check_lstm_shapes(const struct check *c, int32_t units)
{
	const struct model_tensor *x = check_input(c, 0), *out = output(c);
	bool is_float = x->type == KERN_F32;
	int64_t state = (int64_t)x->dims[c->op->attr.is_time_major ? 1 : 0] *
			units;
	int kind = check_state(c, 0, x->type, state);

	if (!kind)
		kind = check_state(c, 1, is_float ? KERN_F32 : KERN_S16,
				   state);
	if (!kind && (out->rank != 3 || out->dims[0] != x->dims[0] ||
		      out->dims[1] != x->dims[1] || out->dims[2] != units))
		kind = check_fail(c, ERR_FORMAT, "output '%s' must be "
				  "%dx%dx%d", out->name, (int)x->dims[0],
				  (int)x->dims[1], (int)units);
	return kind;
}

static int check_lstm(const struct check *c)
{
	const struct model_tensor *x = check_input(c, 0);
	const struct model_tensor *weights = check_input(c,
						MODEL_LSTM_WEIGHTS);
	int kind = check_plain(c);

	if (kind)
		return kind;
	if (!weights) {
		check_fail(c, ERR_UNSUPPORTED, "it has no input gate (CIFG)");
		err_hint(c->err, "use a standard LSTM with four gates");
		return ERR_UNSUPPORTED;
	}
	if (x->rank != 3 || weights->rank != 2)
		return check_fail(c, ERR_FORMAT, "input '%s' must have three "
				  "axes, its weights two", x->name);
	if (!isfinite(c->op->attr.cell_clip))
		return check_fail(c, ERR_RANGE, "the clip of its cell is not "
				  "finite");
	kind = check_gates(c, weights->dims[0]);
	if (!kind)
		kind = check_lstm_shapes(c, weights->dims[0]);
	return kind || x->type == KERN_F32 ? kind : check_lstm_scales(c);
}

int check_stateful(const struct check *c)
{
	return c->op->op == KERN_SVDF ? check_svdf(c) : check_lstm(c);
}
