/*
 * The kernels for the cores, in their portable form, against kern/ref: the
 * same bytes for every shape, every value, and nothing written outside.
 */
#include "cases.h"
#include "kern/m4/m4.h"
#include "kern/m55/m55.h"

typedef void conv_kernel(const struct kern_conv_s8 *k, const int8_t *in,
			 int8_t *out, void *scratch);
typedef bool conv_pack(const struct kern_conv_s8 *k,
		       const struct kern_packed *to);

/* The kernels of a core. */
static const struct variant {
	conv_kernel *conv, *depthwise;
	size_t (*conv_scratch)(const struct kern_conv_s8 *k);
	size_t (*depthwise_scratch)(const struct kern_conv_s8 *k);
	conv_pack *pack_conv, *pack_depthwise;
	uint64_t (*rows_bytes)(int32_t rows, int64_t depth);
	uint64_t (*depthwise_bytes)(int32_t channels);
	void (*fc)(const struct kern_fc_s8 *k, const int8_t *in, int8_t *out,
		   void *scratch);
	size_t (*fc_scratch)(const struct kern_fc_s8 *k);
	bool (*pack_fc)(const struct kern_fc_s8 *k,
			const struct kern_packed *to);
	bool (*takes)(const struct kern_window *win);
} m4 = {
	kern_m4_conv_s8, kern_m4_depthwise_s8, kern_m4_conv_s8_scratch_bytes,
	kern_m4_depthwise_s8_scratch_bytes, kern_m4_conv_s8_pack,
	kern_m4_depthwise_s8_pack, kern_m4_rows_bytes,
	kern_m4_depthwise_bytes, kern_m4_fc_s8, kern_m4_fc_s8_scratch_bytes,
	kern_m4_fc_s8_pack, kern_m4_depthwise_s8_takes,
}, m55 = {
	kern_m55_conv_s8, kern_m55_depthwise_s8,
	kern_m55_conv_s8_scratch_bytes, kern_m55_depthwise_s8_scratch_bytes,
	kern_m55_conv_s8_pack, kern_m55_depthwise_s8_pack,
	kern_m55_rows_bytes, kern_m55_depthwise_bytes, kern_m55_fc_s8,
	kern_m55_fc_s8_scratch_bytes, kern_m55_fc_s8_pack,
	kern_m55_depthwise_s8_takes,
};

/* A case in both forms. */
struct pair {
	struct kern_conv_s8 ref, packed_k;
	struct guarded in, want, got, weights, packed, scratch;
	int32_t bias[CHANNELS_MAX], folded[CHANNELS_MAX];
	int32_t multiplier[CHANNELS_MAX], new_multiplier[CHANNELS_MAX];
	int8_t shift[CHANNELS_MAX], new_shift[CHANNELS_MAX];
	struct kern_sums sums[CHANNELS_MAX];
	uint32_t channels[KERN_CHANNELS_WORDS(CHANNELS_MAX)];
	struct kern_packed to;
};

/* A channel whose output never changes, in the two ways models have it. */
static void kill(struct cases *cases, struct pair *p, int channel)
{
	if (pick(cases, 0, 1)) {
		p->multiplier[channel] = p->shift[channel] = 0;
		p->bias[channel] = (int32_t)rng_u64(&cases->rng) >> 1;
	} else {
		p->bias[channel] = INT32_MAX - (1 << 25);
		p->shift[channel] = (int8_t)pick(cases, -31, -30);
		p->multiplier[channel] = (1 << 30) + (1 << 26);
	}
}

static void pick_constants(struct cases *cases, struct pair *p, size_t weights)
{
	struct kern_conv_s8 *k = &p->ref;
	bool has_dead = cases->number % 4 == 1;

	p->weights = pick_bytes(cases, weights);
	for (int i = 0; i < CHANNELS_MAX; i++) {
		p->bias[i] = (int32_t)rng_u64(&cases->rng) >>
			     pick(cases, 7, 31);
		p->multiplier[i] = pick(cases, 0, 20) ?
			pick(cases, 1 << 30, INT32_MAX) : 0;
		p->shift[i] = (int8_t)(pick(cases, 0, 9) ?
			pick(cases, -14, -4) :
			pick(cases, PACK_SHIFT_MIN, PACK_SHIFT_MAX));
		if (has_dead && !pick(cases, 0, 4))
			kill(cases, p, i);
	}
	k->weights = (int8_t *)p->weights.data;
	k->bias = pick(cases, 0, 3) ? p->bias : NULL;
	k->requant = (struct kern_requant){ p->multiplier, p->shift,
					    has_dead || pick(cases, 0, 1) };
	if (has_dead)
		k->bias = p->bias;
	k->in_zero = pick(cases, 0, 2) ? pick(cases, -128, 127) :
		     pick(cases, 0, 1) ? 127 : -128;
	k->out_zero = pick(cases, -128, 127);
	pick_clamp(cases, &k->act_min, &k->act_max);
}

/* Tensors, and the case's other form with packed bytes of weights. */
static void make_pair(struct cases *cases, struct pair *p, size_t packed)
{
	p->in = pick_bytes(cases, shape_size(&p->ref.win.in));
	p->want = guarded_init(shape_size(&p->ref.win.out));
	p->got = guarded_init(shape_size(&p->ref.win.out));
	p->packed = guarded_init(packed);
	p->packed_k = p->ref;
	p->packed_k.weights = (int8_t *)p->packed.data;
	p->packed_k.bias = p->folded;
	p->packed_k.requant.multiplier = p->new_multiplier;
	p->packed_k.requant.shift = p->new_shift;
	p->packed_k.channels = p->channels;
	p->to = (struct kern_packed){ (int8_t *)p->packed.data, p->folded,
					 p->new_multiplier, p->new_shift,
					 p->sums, p->channels };
}

static void compare(struct cases *cases, struct pair *p)
{
	case_assert(cases, !memcmp(p->want.data, p->got.data, p->got.n));
	case_assert(cases, guarded_intact(&p->in));
	case_assert(cases, guarded_intact(&p->got));
	case_assert(cases, guarded_intact(&p->packed));
	case_assert(cases, guarded_intact(&p->scratch));
}

static void release_pair(struct pair *p)
{
	struct guarded *all[] = { &p->in, &p->want, &p->got, &p->weights,
				  &p->packed, &p->scratch };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		guarded_release(all[i]);
}

static void check_conv(const struct variant *v)
{
	struct cases cases = cases_init(31);

	for (; cases.number < 4 * CASES; cases.number++) {
		struct pair p = { 0 };
		struct kern_window *win = &p.ref.win;
		size_t depth;

		*win = pick_window(&cases, true);
		if (cases.number % 3 == 0)	/* pointwise */
			win->kernel_h = win->kernel_w = 1,
			win->pad_top = win->pad_left = 0,
			win->out.h = (win->in.h - 1) / win->stride_h + 1,
			win->out.w = (win->in.w - 1) / win->stride_w + 1;
		if (cases.number % 2)
			win->in.c = 4 * pick(&cases, 1, 5);
		depth = (size_t)win->kernel_h * win->kernel_w * win->in.c;
		pick_constants(&cases, &p, depth * win->out.c);
		make_pair(&cases, &p, v->rows_bytes(win->out.c,
						    (int64_t)depth));
		p.scratch = guarded_init(v->conv_scratch(&p.ref));
		case_assert(&cases, v->pack_conv(&p.ref, &p.to));
		kern_conv_s8(&p.ref, (int8_t *)p.in.data,
			     (int8_t *)p.want.data, NULL);
		v->conv(&p.packed_k, (int8_t *)p.in.data,
			(int8_t *)p.got.data, p.scratch.data);
		compare(&cases, &p);
		release_pair(&p);
	}
}

/* pick_window's shapes with a window of 3x3 and at least four channels. */
static struct kern_window pick_window_3x3(struct cases *cases)
{
	struct kern_window win = pick_window(cases, false);

	win.kernel_h = win.kernel_w = 3;
	win.pad_top = pick(cases, 0, 2);
	win.pad_left = pick(cases, 0, 2);
	win.in.c = win.out.c = pick(cases, 4, CHANNELS_MAX);
	win.in.h = pick(cases, 1, 20);
	win.in.w = pick(cases, 1, 20);
	win.out.h = pick(cases, 1, (win.in.h + win.pad_top - 1) /
			 win.stride_h + 1);
	win.out.w = pick(cases, 1, (win.in.w + win.pad_left - 1) /
			 win.stride_w + 1);
	return win;
}

static void check_depthwise(const struct variant *v)
{
	struct cases cases = cases_init(32);

	for (; cases.number < 4 * CASES; cases.number++) {
		struct pair p = { 0 };
		struct kern_window *win = &p.ref.win;

		*win = pick_window_3x3(&cases);
		pick_constants(&cases, &p, 9 * (size_t)win->out.c);
		make_pair(&cases, &p, v->depthwise_bytes(win->out.c));
		p.scratch = guarded_init(v->depthwise_scratch(&p.ref));
		case_assert(&cases, v->pack_depthwise(&p.ref, &p.to));
		kern_depthwise_s8(&p.ref, (int8_t *)p.in.data,
				  (int8_t *)p.want.data, NULL);
		v->depthwise(&p.packed_k, (int8_t *)p.in.data,
			     (int8_t *)p.got.data, p.scratch.data);
		compare(&cases, &p);
		release_pair(&p);
	}
}

/* A fully connected layer is a convolution over one pixel. */
static struct kern_fc_s8 fc_of(const struct kern_conv_s8 *k)
{
	return (struct kern_fc_s8){
		.batches = k->win.in.n, .in_depth = k->win.in.c,
		.out_depth = k->win.out.c, .weights = k->weights,
		.bias = k->bias, .requant = k->requant,
		.channels = k->channels,
		.in_zero = k->in_zero, .out_zero = k->out_zero,
		.act_min = k->act_min, .act_max = k->act_max,
	};
}

static void check_fc(const struct variant *v)
{
	struct cases cases = cases_init(33);

	for (; cases.number < 2 * CASES; cases.number++) {
		struct pair p = { 0 };
		int32_t n = pick(&cases, 1, 3), in = pick(&cases, 1, 70);
		int32_t out = pick(&cases, 1, CHANNELS_MAX);
		struct kern_fc_s8 k;

		p.ref.win.in = (struct kern_shape){ n, 1, 1, in };
		p.ref.win.out = (struct kern_shape){ n, 1, 1, out };
		pick_constants(&cases, &p, (size_t)in * out);
		make_pair(&cases, &p, v->rows_bytes(out, in));
		k = fc_of(&p.ref);
		p.scratch = guarded_init(v->fc_scratch(&k));
		case_assert(&cases, v->pack_fc(&k, &p.to));
		kern_fc_s8(&k, (int8_t *)p.in.data, (int8_t *)p.want.data,
			   NULL);
		k = fc_of(&p.packed_k);
		v->fc(&k, (int8_t *)p.in.data, (int8_t *)p.got.data,
		      p.scratch.data);
		compare(&cases, &p);
		release_pair(&p);
	}
}

Test(m4, convolutions_equal_the_reference)
{
	check_conv(&m4);
}

Test(m4, depthwise_equals_the_reference)
{
	check_depthwise(&m4);
}

Test(m4, fully_connected_equals_the_reference)
{
	check_fc(&m4);
}

Test(m55, convolutions_equal_the_reference)
{
	check_conv(&m55);
}

Test(m55, depthwise_equals_the_reference)
{
	check_depthwise(&m55);
}

Test(m55, fully_connected_equals_the_reference)
{
	check_fc(&m55);
}

/* A layer of one weight: bias and weight as given, input zero point -128. */
static bool takes(const struct variant *v, int32_t bias, int8_t weight,
		  int8_t shift)
{
	int32_t multiplier = 1 << 30, folded[1], new_multiplier[1];
	int8_t packed[32], new_shift[1];
	struct kern_sums sums[1];
	uint32_t channels[KERN_CHANNELS_WORDS(1)];
	struct kern_packed to = { packed, folded, new_multiplier,
				     new_shift, sums, channels };
	struct kern_fc_s8 k = {
		.batches = 1, .in_depth = 1, .out_depth = 1,
		.weights = &weight, .bias = &bias,
		.requant = { &multiplier, &shift, 0 },
		.in_zero = -128, .act_min = -128, .act_max = 127,
	};

	return v->pack_fc(&k, &to);
}

static void check_refusals(const struct variant *v)
{
	const int32_t most = (1 << 30) - 1, least = -(1 << 30);

	cr_assert(takes(v, most, 0, -1) && takes(v, least, 0, -22));
	cr_assert(!takes(v, most + 1, 0, -1), "a sum that cannot be doubled");
	cr_assert(!takes(v, least - 1, 0, -1));
	cr_assert(takes(v, most - 255, 1, -1), "255 steps up from -128");
	cr_assert(!takes(v, most - 254, 1, -1));
	cr_assert(takes(v, least + 255, -1, -1));
	cr_assert(!takes(v, least + 254, -1, -1));
	cr_assert(!takes(v, 0, 1, 0), "a shift that does not round");
	cr_assert(!takes(v, 0, 1, 5));
	cr_assert(!takes(v, 0, 1, -23), "a shift that leaves no room");
}

static void check_shapes(const struct variant *v)
{
	struct kern_window win = {
		.in = { 1, 5, 5, 4 }, .out = { 1, 3, 3, 4 },
		.kernel_h = 3, .kernel_w = 3, .stride_h = 1, .stride_w = 1,
		.dilation_h = 1, .dilation_w = 1,
	};

	cr_assert(v->takes(&win));
	win.dilation_w = 2;
	cr_assert_not(v->takes(&win));
	win.dilation_w = 1;
	win.kernel_h = 2;
	cr_assert_not(v->takes(&win));
	win.kernel_h = 3;
	win.out.c = 8;
	cr_assert_not(v->takes(&win));
	win.in.c = win.out.c = 3;
	cr_assert_not(v->takes(&win));
}

Test(m4, packing_refuses_what_is_not_exact_and_other_shapes)
{
	check_refusals(&m4);
	check_shapes(&m4);
}

Test(m55, packing_refuses_what_is_not_exact_and_other_shapes)
{
	check_refusals(&m55);
	check_shapes(&m55);
}
