#include "plan/dead.h"

#include <string.h>

#include "kern/requant.h"
#include "plan/plan_priv.h"

/* ---- layers -------------------------------------------------------------- */

static bool is_padded(const struct kern_window *w)
{
	return w->pad_top || w->pad_left ||
	       (w->out.h - 1) * w->stride_h - w->pad_top +
	       (w->kernel_h - 1) * w->dilation_h >= w->in.h ||
	       (w->out.w - 1) * w->stride_w - w->pad_left +
	       (w->kernel_w - 1) * w->dilation_w >= w->in.w;
}

static struct dead_layer conv_layer(const struct plan *plan, int op)
{
	struct kern_conv_s8 k = plan_conv(plan, op);
	bool is_depthwise = plan->model->ops[op].op == KERN_DEPTHWISE_CONV_2D;

	return (struct dead_layer){
		.weights = k.weights, .bias = k.bias,
		.outputs = k.win.out.c,
		.taps = k.win.kernel_h * k.win.kernel_w,
		.inputs = is_depthwise ? 1 : k.win.in.c,
		.is_depthwise = is_depthwise, .is_padded = is_padded(&k.win),
	};
}

static struct dead_layer fc_layer(const struct plan *plan, int op)
{
	struct kern_fc_s8 k = plan_fc(plan, op);

	return (struct dead_layer){
		.weights = k.weights, .bias = k.bias,
		.outputs = k.out_depth, .taps = 1, .inputs = k.in_depth,
	};
}

bool dead_layer(const struct plan *plan, int op, struct dead_layer *layer)
{
	enum kern_op kind = plan->model->ops[op].op;

	if (plan_output(plan, op)->type != KERN_S8)
		return false;
	if (kind == KERN_CONV_2D || kind == KERN_DEPTHWISE_CONV_2D)
		*layer = conv_layer(plan, op);
	else if (kind == KERN_FULLY_CONNECTED)
		*layer = fc_layer(plan, op);
	else
		return false;
	return true;
}

/* ---- what is constant ---------------------------------------------------- */

static int32_t last_dim(const struct model_tensor *t)
{
	return t->rank ? t->dims[t->rank - 1] : 1;
}

/* What a tap adds to the sum, over all inputs and padding. */
static void add_tap(const struct dead_layer *l, int64_t weight, int16_t value,
		    int32_t zero, int64_t range[2])
{
	int64_t a = weight * ((value == DEAD_VARIES ? INT8_MIN : value) - zero);
	int64_t b = weight * ((value == DEAD_VARIES ? INT8_MAX : value) - zero);
	int64_t low = a < b ? a : b, high = a < b ? b : a;

	range[0] += l->is_padded && low > 0 ? 0 : low;
	range[1] += l->is_padded && high < 0 ? 0 : high;
}

static void find_range(const struct dead_layer *l, int32_t o, int32_t zero,
		       const struct dead_lanes *in, int64_t range[2])
{
	const int8_t *row;

	range[0] = range[1] = l->bias ? l->bias[o] : 0;
	for (int32_t t = 0; t < l->taps; t++) {
		if (l->is_depthwise) {
			add_tap(l, l->weights[t * l->outputs + o],
				in->value[o / (l->outputs / in->count)], zero,
				range);
			continue;
		}
		row = l->weights + (size_t)(o * l->taps + t) * l->inputs;
		for (int32_t i = 0; i < l->inputs; i++)
			add_tap(l, row[i], in->count == l->inputs ?
				in->value[i] : DEAD_VARIES, zero, range);
	}
}

/* The output of a sum, without its activation. */
static int32_t output_of(const struct plan *plan, int op, int32_t o,
			 int64_t sum)
{
	const struct plan_op *p = &plan->ops[op];
	int32_t entry = p->requant_count > 1 ? o : 0;

	return requant_mul((int32_t)sum, p->multipliers[entry],
			   p->shifts[entry]) +
	       plan_output(plan, op)->quant.zeros[0];
}

/* Outputs do not fall as sums rise, unless something wraps: not with sums in
 * int32 and shifts to the right. */
static int16_t value_of(const struct plan *plan, int op, int32_t o,
			const int64_t range[2])
{
	const struct plan_op *p = &plan->ops[op];
	int32_t min, max, low, high;

	if (range[0] < INT32_MIN || range[1] > INT32_MAX ||
	    p->shifts[p->requant_count > 1 ? o : 0] >= 0)
		return DEAD_VARIES;
	plan_act_range(plan, op, &min, &max);
	low = requant_clamp(output_of(plan, op, o, range[0]), min, max);
	high = requant_clamp(output_of(plan, op, o, range[1]), min, max);
	return low == high ? (int16_t)low : DEAD_VARIES;
}

static void find_layer(const struct plan *plan, int op,
		       const struct dead_layer *l, struct dead_lanes *lanes)
{
	const struct model_op *node = &plan->model->ops[op];
	int32_t zero = plan_input(plan, op, 0)->quant.zeros[0];

	for (int32_t o = 0; o < l->outputs; o++) {
		int64_t range[2];

		find_range(l, o, zero, &lanes[node->inputs[0]], range);
		lanes[node->output].value[o] = value_of(plan, op, o, range);
	}
}

/* Operations whose lane c is made of lane c: a pool, a reshape that only
 * drops axes of 1, a depthwise layer with one output an input. */
static bool passes_lanes(const struct plan *plan, int op)
{
	const struct model_tensor *in = plan_input(plan, op, 0);
	const struct model_tensor *out = plan_output(plan, op);
	enum kern_op kind = plan->model->ops[op].op;

	if (in->type != KERN_S8 || last_dim(in) != last_dim(out))
		return false;
	return kind == KERN_DEPTHWISE_CONV_2D ||
	       kind == KERN_AVERAGE_POOL_2D || kind == KERN_MAX_POOL_2D ||
	       (kind == KERN_RESHAPE &&
		model_elements(in) == (size_t)last_dim(in));
}

static void pass_values(const struct plan *plan, int op,
			struct dead_lanes *lanes)
{
	const struct model_op *node = &plan->model->ops[op];
	const int16_t *in = lanes[node->inputs[0]].value;
	struct dead_lanes *out = &lanes[node->output];
	int32_t min = INT8_MIN, max = INT8_MAX;

	if (node->op != KERN_RESHAPE)
		plan_act_range(plan, op, &min, &max);
	for (int32_t c = 0; c < out->count; c++)
		if (in[c] != DEAD_VARIES)
			out->value[c] = (int16_t)requant_clamp(in[c], min,
							       max);
}

static void find_values(const struct plan *plan, struct dead_lanes *lanes)
{
	for (int op = 0; op < plan->model->op_count; op++) {
		struct dead_layer layer;

		if (dead_layer(plan, op, &layer))
			find_layer(plan, op, &layer, lanes);
		else if (passes_lanes(plan, op))
			pass_values(plan, op, lanes);
	}
}

/* ---- what is needed ------------------------------------------------------ */

/* Does operation op, which reads the tensor, need its lane c? */
static bool needs(const struct plan *plan, int op, int32_t c,
		  const struct dead_lanes *lanes)
{
	const struct model_op *node = &plan->model->ops[op];
	const struct dead_lanes *in = &lanes[node->inputs[0]];
	struct dead_layer l;

	if (passes_lanes(plan, op))
		return lanes[node->output].keep[c];
	if (!dead_layer(plan, op, &l) || l.is_depthwise ||
	    l.inputs != in->count)
		return true;
	return in->value[c] == DEAD_VARIES ||
	       (l.is_padded && in->value[c] !=
		plan_input(plan, op, 0)->quant.zeros[0]);
}

static bool is_output(const struct model *m, int tensor)
{
	for (int i = 0; i < m->output_count; i++)
		if (m->outputs[i] == tensor)
			return true;
	return false;
}

static bool is_needed(const struct plan *plan, int tensor, int32_t c,
		      const struct dead_lanes *lanes)
{
	const struct model *m = plan->model;
	int maker = model_producer(m, tensor);
	struct dead_layer l;

	if (maker < 0 || is_output(m, tensor))
		return true;
	if (passes_lanes(plan, maker)) {
		if (lanes[m->ops[maker].inputs[0]].keep[c])
			return true;
	} else if (!dead_layer(plan, maker, &l) || l.is_depthwise) {
		return true;
	}
	for (int op = 0; op < m->op_count; op++)
		for (int i = 0; i < m->ops[op].input_count; i++)
			if (m->ops[op].inputs[i] == tensor &&
			    (i > 0 || needs(plan, op, c, lanes)))
				return true;
	return false;
}

/* Readers come behind: backwards, once is mostly enough.  keep only grows. */
static bool grow(const struct plan *plan, struct dead_lanes *lanes)
{
	bool has_grown = false;

	for (int i = plan->model->op_count - 1; i >= 0; i--) {
		int tensor = plan->model->ops[i].output;

		for (int32_t c = 0; c < lanes[tensor].count; c++)
			if (!lanes[tensor].keep[c] &&
			    is_needed(plan, tensor, c, lanes))
				has_grown = lanes[tensor].keep[c] = true;
	}
	return has_grown;
}

enum { LANES_TOGETHER = 4 };

static int32_t kept(const struct dead_lanes *l)
{
	int32_t n = 0;

	for (int32_t c = 0; c < l->count; c++)
		n += l->keep[c];
	return n;
}

/* Some that could go fill the last four, or the only ones. */
static bool fill_up(const struct plan *plan, struct dead_lanes *lanes)
{
	bool has_grown = false;

	for (int i = 0; i < plan->model->tensor_count; i++) {
		struct dead_lanes *l = &lanes[i];
		int32_t n = kept(l);

		for (int32_t c = 0; c < l->count && n < l->count &&
				    (n == 0 || n % LANES_TOGETHER); c++)
			if (!l->keep[c]) {
				has_grown = l->keep[c] = true;
				n++;
			}
	}
	return has_grown;
}

/* ---- the whole ----------------------------------------------------------- */

static int get_lanes(struct plan *plan, struct dead_lanes *lanes,
		     struct err *err)
{
	for (int i = 0; i < plan->model->tensor_count; i++) {
		const struct model_tensor *t = &plan->model->tensors[i];
		size_t n = (size_t)last_dim(t);

		if (t->type != KERN_S8 || t->data)
			continue;
		lanes[i] = (struct dead_lanes){
			(int32_t)n, arena_array(&plan->memory, n, 2),
			arena_array(&plan->memory, n, sizeof(bool)),
		};
		if (!lanes[i].value || !lanes[i].keep)
			return err_nomem(err);
		for (size_t c = 0; c < n; c++) {
			lanes[i].value[c] = DEAD_VARIES;
			lanes[i].keep[c] = model_producer(plan->model, i) < 0;
		}
	}
	return 0;
}

int dead_find(struct plan *plan, struct dead_lanes **lanes, int *dropped,
	      struct err *err)
{
	size_t n = (size_t)plan->model->tensor_count;
	int kind;

	*lanes = arena_array(&plan->memory, n, sizeof(**lanes));
	kind = *lanes ? get_lanes(plan, *lanes, err) : err_nomem(err);
	if (kind)
		return kind;
	find_values(plan, *lanes);
	do {
		while (grow(plan, *lanes))
			;
	} while (fill_up(plan, *lanes));
	*dropped = 0;
	for (size_t i = 0; i < n; i++)
		*dropped += (*lanes)[i].count - kept(&(*lanes)[i]);
	return 0;
}
