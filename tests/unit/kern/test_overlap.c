/*
 * Every kernel with an overlap function, run with its output over its input
 * at exactly the lead it promises: the bytes are those of the run apart.  And
 * the lead is no larger than need be: closer, some results differ.
 */
#include "cases.h"
#include "kern/m0/m0.h"
#include "kern/m4/m4.h"
#include "kern/m55/m55.h"
#include "kern/overlap.h"

enum which {
	REF_CONV, REF_DEPTHWISE, M4_CONV, M4_DEPTHWISE, M55_CONV,
	M55_DEPTHWISE, M0_CONV, M0_DEPTHWISE, M4_QUADS,
};

struct trial {
	enum which which;
	struct kern_conv_s8 k;
	size_t in, out;		/* bytes */
	struct kern_overlap overlap;
	struct guarded input, want, weights, packed, scratch;
	int32_t bias[CHANNELS_MAX], folded[CHANNELS_MAX];
	int32_t multiplier[CHANNELS_MAX], new_multiplier[CHANNELS_MAX];
	int8_t shift[CHANNELS_MAX], new_shift[CHANNELS_MAX];
	struct kern_sums sums[CHANNELS_MAX];
	uint32_t channels[KERN_CHANNELS_WORDS(CHANNELS_MAX)];
};

/* Depthwise 3x3 by planes. */
static bool is_planes(enum which which)
{
	return which == M4_DEPTHWISE || which == M55_DEPTHWISE;
}

static bool is_depthwise(enum which which)
{
	return which == REF_DEPTHWISE || which == M0_DEPTHWISE ||
	       which == M4_QUADS || is_planes(which);
}

static struct kern_window window_for(struct cases *cases, enum which which)
{
	struct kern_window win = pick_window(cases, !is_planes(which));

	if (is_planes(which) ||
	    (which == M0_DEPTHWISE && cases->number % 2)) {
		win.kernel_h = win.kernel_w = 3;
		win.pad_top = pick(cases, 0, 2);
		win.pad_left = pick(cases, 0, 2);
		win.in.n = win.out.n = 1;
		win.in.c = 4 * pick(cases, 1, CHANNELS_MAX / 4);
		win.in.h = pick(cases, 1, 12);
		win.in.w = pick(cases, 1, 12);
		win.out.h = pick(cases, 1, (win.in.h + win.pad_top - 1) /
				 win.stride_h + 1);
		win.out.w = pick(cases, 0, 1) && win.stride_w == 1 ?
			win.in.w : pick(cases, 1, (win.in.w + win.pad_left -
						   1) / win.stride_w + 1);
	} else if (!pick(cases, 0, 2)) {	/* pointwise */
		win.kernel_h = win.kernel_w = 1;
		win.pad_top = win.pad_left = 0;
		win.out.h = (win.in.h - 1) / win.stride_h + 1;
		win.out.w = (win.in.w - 1) / win.stride_w + 1;
	}
	if (which == M4_QUADS)
		win.in.c = 4 * pick(cases, 1, CHANNELS_MAX / 4);
	if (is_planes(which) || which == M0_DEPTHWISE || which == M4_QUADS)
		win.out.c = win.in.c;
	if (which == REF_DEPTHWISE)
		win.out.c = win.in.c * pick(cases, 1, CHANNELS_MAX / 8);
	return win;
}

static struct kern_overlap overlap_for(const struct trial *t)
{
	switch (t->which) {
	case M4_CONV: return kern_m4_conv_overlap(&t->k.win);
	case M4_DEPTHWISE: return kern_m4_depthwise_overlap(&t->k.win);
	case M55_CONV: return kern_m55_conv_overlap(&t->k.win);
	case M55_DEPTHWISE: return kern_m55_depthwise_overlap(&t->k.win);
	case M0_CONV: return kern_m0_conv_overlap(&t->k.win);
	case M0_DEPTHWISE: return kern_m0_depthwise_overlap(&t->k.win);
	case M4_QUADS:
	case REF_DEPTHWISE: return kern_depthwise_overlap(&t->k.win, 1);
	default: return kern_conv_overlap(&t->k.win, 1);
	}
}

static void pick_constants(struct cases *cases, struct trial *t)
{
	struct kern_conv_s8 *k = &t->k;
	const struct kern_window *win = &k->win;
	size_t taps = (size_t)win->kernel_h * win->kernel_w;

	t->weights = pick_bytes(cases, taps * win->out.c *
				(is_depthwise(t->which) ? 1 : win->in.c));
	for (size_t i = 0; i < t->weights.n; i++)	/* all taps count */
		t->weights.data[i] = (uint8_t)pick(cases, 20, 100);
	for (int i = 0; i < CHANNELS_MAX; i++) {
		t->bias[i] = pick(cases, -3000, 3000);
		t->multiplier[i] = pick(cases, 1 << 30, INT32_MAX);
		t->shift[i] = (int8_t)pick(cases, -9, -6);
	}
	k->weights = (int8_t *)t->weights.data;
	k->bias = t->bias;
	k->requant = (struct kern_requant){ t->multiplier, t->shift, 1 };
	k->in_zero = pick(cases, -128, 127);
	k->out_zero = pick(cases, -128, 127);
	pick_clamp(cases, &k->act_min, &k->act_max);
}

static uint64_t packed_bytes(const struct trial *t)
{
	const struct kern_window *win = &t->k.win;

	switch (t->which) {
	case M4_CONV: return kern_m4_conv_bytes(win);
	case M4_DEPTHWISE: return kern_m4_depthwise_bytes(win);
	case M4_QUADS: return kern_m4_depthwise_quads_bytes(win);
	case M0_CONV: return kern_m0_conv_bytes(win);
	case M0_DEPTHWISE: return kern_m0_depthwise_bytes(win);
	case M55_CONV: return kern_m55_conv_bytes(win);
	case M55_DEPTHWISE: return kern_m55_depthwise_bytes(win);
	default: return 0;
	}
}

static size_t scratch_of(const struct trial *t)
{
	switch (t->which) {
	case M4_CONV: return kern_m4_conv_s8_scratch_bytes(&t->k);
	case M4_DEPTHWISE: return kern_m4_depthwise_s8_scratch_bytes(&t->k);
	case M4_QUADS:
		return kern_m4_depthwise_quads_s8_scratch_bytes(&t->k);
	case M0_CONV: return kern_m0_conv_s8_scratch_bytes(&t->k);
	case M0_DEPTHWISE: return kern_m0_depthwise_s8_scratch_bytes(&t->k);
	case M55_CONV: return kern_m55_conv_s8_scratch_bytes(&t->k);
	default: return kern_m55_depthwise_s8_scratch_bytes(&t->k);
	}
}

static bool pack_constants(const struct trial *t, const struct kern_packed *to)
{
	switch (t->which) {
	case M4_CONV: return kern_m4_conv_s8_pack(&t->k, to);
	case M4_DEPTHWISE: return kern_m4_depthwise_s8_pack(&t->k, to);
	case M4_QUADS: return kern_m4_depthwise_quads_s8_pack(&t->k, to);
	case M0_CONV: return kern_m0_conv_s8_pack(&t->k, to);
	case M0_DEPTHWISE: return kern_m0_depthwise_s8_pack(&t->k, to);
	case M55_CONV: return kern_m55_conv_s8_pack(&t->k, to);
	default: return kern_m55_depthwise_s8_pack(&t->k, to);
	}
}

static void pack(struct cases *cases, struct trial *t)
{
	struct kern_conv_s8 *k = &t->k;
	struct kern_packed to = { NULL, t->folded, t->new_multiplier,
				  t->new_shift, t->sums, t->channels };

	if (t->which == REF_CONV || t->which == REF_DEPTHWISE)
		return;
	t->packed = guarded_init(packed_bytes(t));
	to.weights = (int8_t *)t->packed.data;
	case_assert(cases, pack_constants(t, &to));
	t->scratch = guarded_init(scratch_of(t));
	k->weights = to.weights;
	k->channels = t->channels;
	k->bias = t->folded;
	k->requant.multiplier = t->new_multiplier;
	k->requant.shift = t->new_shift;
}

static void run_kernel(struct trial *t, const void *in, void *out)
{
	void *scratch = t->scratch.data;

	switch (t->which) {
	case REF_CONV: kern_conv_s8(&t->k, in, out, scratch); return;
	case REF_DEPTHWISE: kern_depthwise_s8(&t->k, in, out, scratch); return;
	case M4_QUADS:
		kern_m4_depthwise_quads_s8(&t->k, in, out, scratch);
		return;
	case M4_CONV: kern_m4_conv_s8(&t->k, in, out, scratch); return;
	case M4_DEPTHWISE: kern_m4_depthwise_s8(&t->k, in, out, scratch);
		return;
	case M0_CONV: kern_m0_conv_s8(&t->k, in, out, scratch); return;
	case M0_DEPTHWISE: kern_m0_depthwise_s8(&t->k, in, out, scratch);
		return;
	case M55_CONV: kern_m55_conv_s8(&t->k, in, out, scratch); return;
	case M55_DEPTHWISE: kern_m55_depthwise_s8(&t->k, in, out, scratch);
	}
}

/* Are the results right with the output `lead` bytes below the input? */
static bool is_same_at(struct cases *cases, struct trial *t, size_t lead)
{
	size_t end = lead + t->in > t->out ? lead + t->in : t->out;
	struct guarded memory = guarded_init(end);
	bool same;

	memcpy(memory.data + lead, t->input.data, t->in);
	run_kernel(t, memory.data + lead, memory.data);
	same = !memcmp(memory.data, t->want.data, t->out);
	case_assert(cases, guarded_intact(&memory));
	guarded_release(&memory);
	return same;
}

/* In place: its kernel points into it. */
static void trial_init(struct trial *t, struct cases *cases, enum which which)
{
	*t = (struct trial){ .which = which };
	t->k.win = window_for(cases, which);
	t->in = shape_size(&t->k.win.in);
	t->out = shape_size(&t->k.win.out);
	t->overlap = overlap_for(t);
	t->input = guarded_init(t->in);
	for (size_t i = 0; i < t->in; i++)
		t->input.data[i] = (uint8_t)pick(cases, -128, 127);
	t->want = guarded_init(t->out);
	pick_constants(cases, t);
	pack(cases, t);
	run_kernel(t, t->input.data, t->want.data);
}

static void trial_release(struct trial *t)
{
	struct guarded *all[] = { &t->input, &t->want, &t->weights,
				  &t->packed, &t->scratch };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		guarded_release(all[i]);
}

/* Counts the cases with an overlap, and those that fail when closer. */
static void try_kernel(enum which which, int *allowed, int *fail_closer)
{
	struct cases cases = cases_init(80 + which);

	for (; cases.number < 5 * CASES; cases.number++) {
		struct trial t;
		size_t step, lead;

		trial_init(&t, &cases, which);
		step = t.overlap.step;
		lead = t.overlap.lead;
		if (step && lead < t.out) {
			lead = (lead + step - 1) / step * step;
			++*allowed;
			case_assert(&cases, is_same_at(&cases, &t, lead));
			case_assert(&cases, is_same_at(&cases, &t,
						       lead + step));
			case_assert(&cases, kern_overlap_holds(t.overlap, 7,
						7 + (uint32_t)lead));
		}
		if (step && lead >= step) {
			case_assert(&cases, !kern_overlap_holds(t.overlap, 7,
					7 + (uint32_t)(lead - step)));
			*fail_closer += !is_same_at(&cases, &t, lead - step);
		}
		trial_release(&t);
	}
}

Test(overlap, ref_convolution_runs_at_its_lead)
{
	int allowed = 0, fail_closer = 0;

	try_kernel(REF_CONV, &allowed, &fail_closer);
	cr_assert_gt(allowed, 500, "%d", allowed);
	cr_assert_gt(fail_closer, 300, "%d", fail_closer);
}

Test(overlap, ref_depthwise_runs_at_its_lead)
{
	int allowed = 0, fail_closer = 0;

	try_kernel(REF_DEPTHWISE, &allowed, &fail_closer);
	cr_assert_gt(allowed, 500, "%d", allowed);
	cr_assert_gt(fail_closer, 50, "%d", fail_closer);
}

Test(overlap, m4_convolution_runs_at_its_lead)
{
	int allowed = 0, fail_closer = 0;

	try_kernel(M4_CONV, &allowed, &fail_closer);
	cr_assert_gt(allowed, 500, "%d", allowed);
	cr_assert_gt(fail_closer, 50, "%d", fail_closer);
}

Test(overlap, m4_depthwise_by_quads_runs_at_its_lead)
{
	int allowed = 0, fail_closer = 0;

	try_kernel(M4_QUADS, &allowed, &fail_closer);
	cr_assert_gt(allowed, 500, "%d", allowed);
	cr_assert_gt(fail_closer, 50, "%d", fail_closer);
}

Test(overlap, m4_depthwise_runs_at_its_lead)
{
	int allowed = 0, fail_closer = 0;

	try_kernel(M4_DEPTHWISE, &allowed, &fail_closer);
	cr_assert_gt(allowed, 300, "%d", allowed);
	cr_assert_gt(fail_closer, 5, "%d", fail_closer);
}

Test(overlap, m55_convolution_runs_at_its_lead)
{
	int allowed = 0, fail_closer = 0;

	try_kernel(M55_CONV, &allowed, &fail_closer);
	cr_assert_gt(allowed, 500, "%d", allowed);
	cr_assert_gt(fail_closer, 50, "%d", fail_closer);
}

Test(overlap, m55_depthwise_runs_at_its_lead)
{
	int allowed = 0, fail_closer = 0;

	try_kernel(M55_DEPTHWISE, &allowed, &fail_closer);
	cr_assert_gt(allowed, 300, "%d", allowed);
	cr_assert_gt(fail_closer, 5, "%d", fail_closer);
}

Test(overlap, m0_convolution_runs_at_its_lead)
{
	int allowed = 0, fail_closer = 0;

	try_kernel(M0_CONV, &allowed, &fail_closer);
	cr_assert_gt(allowed, 500, "%d", allowed);
	cr_assert_gt(fail_closer, 50, "%d", fail_closer);
}

Test(overlap, m0_depthwise_runs_at_its_lead)
{
	int allowed = 0, fail_closer = 0;

	try_kernel(M0_DEPTHWISE, &allowed, &fail_closer);
	cr_assert_gt(allowed, 300, "%d", allowed);
	cr_assert_gt(fail_closer, 3, "%d", fail_closer);
}

Test(overlap, holds_only_above_the_lead_and_on_the_step)
{
	struct kern_overlap o = { 8, 4 };

	cr_assert(kern_overlap_holds(o, 100, 108));
	cr_assert(kern_overlap_holds(o, 100, 112));
	cr_assert_not(kern_overlap_holds(o, 100, 104));
	cr_assert_not(kern_overlap_holds(o, 100, 110));
	cr_assert_not(kern_overlap_holds(o, 100, 92));
	o.step = 0;
	cr_assert_not(kern_overlap_holds(o, 100, 200));
}
