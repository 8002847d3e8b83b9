/*
 * The kernels of every instruction set that this processor has, against
 * kern/ref: the same bytes for every shape and value, and nothing written
 * outside.
 */
#include "cases.h"
#include "kern/x86/x86.h"

enum { WIDE_MAX = 150 };	/* channels */

/* A case in both forms. */
struct pair {
	struct kern_conv_s8 ref, packed;
	struct guarded in, want, got, weights, to, scratch;
	int32_t bias[WIDE_MAX], folded[WIDE_MAX];
	int32_t multiplier[WIDE_MAX], new_multiplier[WIDE_MAX];
	int8_t shift[WIDE_MAX], new_shift[WIDE_MAX];
	struct kern_packed room;
};

/* Shapes that fill registers, and shapes that fill them in part. */
static struct kern_window pick_wide_window(struct cases *cases)
{
	struct kern_window win = pick_window(cases, true);

	if (cases->number % 2)
		return win;
	win.out.c = pick(cases, 1, WIDE_MAX);
	if (pick(cases, 0, 1))
		win.in.c = pick(cases, 1, WIDE_MAX);
	if (pick(cases, 0, 1)) {	/* pointwise */
		win.kernel_h = win.kernel_w = 1;
		win.pad_top = win.pad_left = 0;
		win.out.h = (win.in.h - 1) / win.stride_h + 1;
		win.out.w = (win.in.w - 1) / win.stride_w + 1;
	}
	return win;
}

/* Any bias, or one so near an end that the sum goes past it and wraps. */
static int32_t pick_bias(struct cases *cases)
{
	int32_t any = (int32_t)rng_u64(&cases->rng);

	if (pick(cases, 0, 7))
		return any >> pick(cases, 0, 31);
	return any < 0 ? INT32_MIN + pick(cases, 0, 5000) :
			 INT32_MAX - pick(cases, 0, 5000);
}

static void pick_constants(struct cases *cases, struct pair *p, size_t weights)
{
	struct kern_conv_s8 *k = &p->ref;

	p->weights = pick_bytes(cases, weights);
	for (int i = 0; i < WIDE_MAX; i++) {
		p->bias[i] = pick_bias(cases);
		pick_factor(cases, &p->multiplier[i], &p->shift[i]);
	}
	k->weights = (int8_t *)p->weights.data;
	k->bias = pick(cases, 0, 3) ? p->bias : NULL;
	k->requant = (struct kern_requant){ p->multiplier, p->shift,
					    pick(cases, 0, 1) };
	k->in_zero = pick(cases, 0, 2) ? pick(cases, -128, 127) :
		     pick(cases, 0, 1) ? 127 : -128;
	k->out_zero = pick(cases, -128, 127);
	pick_clamp(cases, &k->act_min, &k->act_max);
}

/* Tensors, and the case's other form. */
static void make_pair(struct cases *cases, struct pair *p, size_t packed,
		      size_t scratch)
{
	p->in = pick_bytes(cases, shape_size(&p->ref.win.in));
	p->want = guarded_init(shape_size(&p->ref.win.out));
	p->to = guarded_init(packed);
	p->scratch = guarded_init(scratch);
	p->packed = p->ref;
	p->packed.weights = (int8_t *)p->to.data;
	p->packed.bias = p->folded;
	p->packed.requant.multiplier = p->new_multiplier;
	p->packed.requant.shift = p->new_shift;
	p->room = (struct kern_packed){ (int8_t *)p->to.data, p->folded,
					p->new_multiplier, p->new_shift,
					NULL, NULL };
	case_assert(cases, packed > 0);
}

static void compare(struct cases *cases, struct pair *p,
		    const struct kern_x86 *isa)
{
	cr_assert(!memcmp(p->want.data, p->got.data, p->got.n),
		  "seed %lu, case %u: %s differs", cases->seed, cases->number,
		  isa->name);
	case_assert(cases, guarded_intact(&p->in));
	case_assert(cases, guarded_intact(&p->got));
	case_assert(cases, guarded_intact(&p->to));
	case_assert(cases, guarded_intact(&p->scratch));
	guarded_release(&p->got);
}

static void release_pair(struct pair *p)
{
	struct guarded *all[] = { &p->in, &p->want, &p->weights, &p->to,
				  &p->scratch };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		guarded_release(all[i]);
}

/* The instruction sets that are here, one after another. */
static const struct kern_x86 *next_isa(int *i)
{
	while (kern_x86_all[*i] && !kern_x86_all[*i]->is_present())
		++*i;
	return kern_x86_all[(*i)++];
}

Test(x86, convolutions_equal_the_reference)
{
	struct cases cases = cases_init(41);

	for (; cases.number < 4 * CASES; cases.number++) {
		struct pair p = { .ref.win = pick_wide_window(&cases) };
		const struct kern_window *win = &p.ref.win;
		const struct kern_x86 *isa;

		pick_constants(&cases, &p, (size_t)win->kernel_h *
			       win->kernel_w * win->in.c * win->out.c);
		make_pair(&cases, &p, kern_x86_conv_bytes(win),
			  kern_x86_conv_scratch_bytes(&p.ref));
		case_assert(&cases, kern_x86_conv_pack(&p.ref, &p.room));
		kern_conv_s8(&p.ref, (int8_t *)p.in.data,
			     (int8_t *)p.want.data, NULL);
		for (int i = 0; (isa = next_isa(&i));) {
			p.got = guarded_init(p.want.n);
			isa->conv(&p.packed, (int8_t *)p.in.data,
				  (int8_t *)p.got.data, p.scratch.data);
			compare(&cases, &p, isa);
		}
		release_pair(&p);
	}
}

Test(x86, depthwise_equals_the_reference)
{
	struct cases cases = cases_init(42);

	for (; cases.number < 4 * CASES; cases.number++) {
		struct pair p = { .ref.win = pick_wide_window(&cases) };
		struct kern_window *win = &p.ref.win;
		const struct kern_x86 *isa;

		win->out.c = win->in.c;
		if (pick(&cases, 0, 1) && win->in.c <= WIDE_MAX / 3)
			win->out.c *= pick(&cases, 1, 3);
		pick_constants(&cases, &p, (size_t)win->kernel_h *
			       win->kernel_w * win->out.c);
		make_pair(&cases, &p, kern_x86_depthwise_bytes(win),
			  kern_x86_depthwise_scratch_bytes(&p.ref));
		case_assert(&cases, kern_x86_depthwise_pack(&p.ref, &p.room));
		kern_depthwise_s8(&p.ref, (int8_t *)p.in.data,
				  (int8_t *)p.want.data, NULL);
		for (int i = 0; (isa = next_isa(&i));) {
			p.got = guarded_init(p.want.n);
			isa->depthwise(&p.packed, (int8_t *)p.in.data,
				       (int8_t *)p.got.data, p.scratch.data);
			compare(&cases, &p, isa);
		}
		release_pair(&p);
	}
}

Test(x86, fully_connected_equals_the_reference)
{
	struct cases cases = cases_init(43);

	for (; cases.number < 2 * CASES; cases.number++) {
		struct pair p = { 0 };
		int32_t n = pick(&cases, 1, 9), in = pick(&cases, 1, 300);
		int32_t out = pick(&cases, 1, WIDE_MAX);
		const struct kern_x86 *isa;
		struct kern_fc_s8 k;

		p.ref.win.in = (struct kern_shape){ n, 1, 1, in };
		p.ref.win.out = (struct kern_shape){ n, 1, 1, out };
		pick_constants(&cases, &p, (size_t)in * out);
		k = fc_of(&p.ref);
		make_pair(&cases, &p, kern_x86_fc_bytes(out, in),
			  kern_x86_fc_scratch_bytes(&k));
		case_assert(&cases, kern_x86_fc_pack(&k, &p.room));
		kern_fc_s8(&k, (int8_t *)p.in.data, (int8_t *)p.want.data,
			   NULL);
		k = fc_of(&p.packed);
		for (int i = 0; (isa = next_isa(&i));) {
			p.got = guarded_init(p.want.n);
			isa->fc(&k, (int8_t *)p.in.data,
				(int8_t *)p.got.data, p.scratch.data);
			compare(&cases, &p, isa);
		}
		release_pair(&p);
	}
}

static void pick_scale(struct cases *cases, int32_t *multiplier,
		       int32_t *shift)
{
	*multiplier = pick(cases, 0, 20) ? pick(cases, 1 << 30, INT32_MAX) : 0;
	*shift = pick(cases, 0, 9) ? pick(cases, -4, 0) : pick(cases, -31, 0);
}

static struct kern_add_s8 pick_add(struct cases *cases)
{
	struct kern_add_s8 k = { .left_shift = pick(cases, 15, 20) };

	k.out = (struct kern_shape){ pick(cases, 1, 2), pick(cases, 1, 5),
				     pick(cases, 1, 5), pick(cases, 1, 40) };
	k.a = k.b = k.out;
	if (!pick(cases, 0, 3))
		k.b.c = 1;
	k.a_zero = pick(cases, -128, 127);
	k.b_zero = pick(cases, -128, 127);
	k.out_zero = pick(cases, -128, 127);
	pick_scale(cases, &k.a_multiplier, &k.a_shift);
	pick_scale(cases, &k.b_multiplier, &k.b_shift);
	pick_scale(cases, &k.out_multiplier, &k.out_shift);
	k.out_shift -= k.out_shift > -14 ? 17 : 0;
	pick_clamp(cases, &k.act_min, &k.act_max);
	return k;
}

Test(x86, add_equals_the_reference)
{
	struct cases cases = cases_init(44);

	for (; cases.number < 2 * CASES; cases.number++) {
		struct kern_add_s8 k = pick_add(&cases);
		struct guarded a = pick_bytes(&cases, shape_size(&k.a));
		struct guarded b = pick_bytes(&cases, shape_size(&k.b));
		struct guarded want = guarded_init(shape_size(&k.out));
		struct guarded got = guarded_init(want.n);
		const struct kern_x86 *isa;

		kern_add_s8(&k, (int8_t *)a.data, (int8_t *)b.data,
			    (int8_t *)want.data);
		for (int i = 0; (isa = next_isa(&i));) {
			isa->add(&k, (int8_t *)a.data, (int8_t *)b.data,
				 (int8_t *)got.data);
			case_assert(&cases, !memcmp(want.data, got.data,
						    got.n));
			case_assert(&cases, guarded_intact(&got));
			/* in place */
			memcpy(got.data, a.data, got.n);
			isa->add(&k, (int8_t *)got.data, (int8_t *)b.data,
				 (int8_t *)got.data);
			case_assert(&cases, !memcmp(want.data, got.data,
						    got.n));
		}
		guarded_release(&a);
		guarded_release(&b);
		guarded_release(&want);
		guarded_release(&got);
	}
}

Test(x86, packing_refuses_shapes_that_would_blow_up)
{
	struct kern_window win = {
		.in = { 1, 40000, 1, 1 }, .out = { 1, 30000, 1, 1 },
		.kernel_h = 2, .kernel_w = 1, .stride_h = 1, .stride_w = 1,
		.dilation_h = 20000, .dilation_w = 1, .pad_top = 10000,
	};

	cr_assert(kern_x86_conv_bytes(&win), "half as much again is fine");
	cr_assert_not(kern_x86_depthwise_bytes(&win), "20,001 rows at once");
	win.in.w = win.out.w = 2;
	win.kernel_w = 32767;
	win.dilation_w = 32767;
	win.pad_left = 32766;
	cr_assert_not(kern_x86_conv_bytes(&win), "a row of 2^30 padding");
	cr_assert_not(kern_x86_depthwise_bytes(&win));
}
