#include "plan/plan_priv.h"

/*
 * Play one convolution on the drawing, element by element in the order in
 * which its kernel reads and writes (kern/overlap.h): what is read must still
 * be the input's.  Nothing here knows of leads.
 */
struct play {
	struct kern_window win;
	int32_t *in, *out;	/* the drawing where the tensors start */
	int32_t in_owner, out_owner;
	int32_t bytes;		/* of an element */
	int32_t lanes;		/* channels of a plane, packed depthwise */
	bool is_intact;
};

static void read_element(struct play *p, size_t element)
{
	for (int32_t i = 0; i < p->bytes; i++)
		if (p->in[element * (size_t)p->bytes + (size_t)i] !=
		    p->in_owner)
			p->is_intact = false;
}

static void write_element(struct play *p, size_t element)
{
	for (int32_t i = 0; i < p->bytes; i++)
		p->out[element * (size_t)p->bytes + (size_t)i] = p->out_owner;
}

static size_t element_at(const struct kern_shape *s, const int32_t at[3],
			 int32_t c)
{
	size_t pixel = ((size_t)at[0] * s->h + at[1]) * s->w + at[2];

	return pixel * s->c + c;
}

/* Channels first ... end - 1 of an input pixel, unless it is padding. */
static void read_pixel(struct play *p, const int32_t at[3], int32_t first,
		       int32_t end)
{
	const struct kern_shape *s = &p->win.in;

	if (at[1] < 0 || at[1] >= s->h || at[2] < 0 || at[2] >= s->w)
		return;
	for (int32_t c = first; c < end; c++)
		read_element(p, element_at(s, at, c));
}

static void write_pixel(struct play *p, const int32_t at[3], int32_t first,
			int32_t end)
{
	for (int32_t c = first; c < end; c++)
		write_element(p, element_at(&p->win.out, at, c));
}

static void read_window(struct play *p, const int32_t at[3], int32_t first,
			int32_t end)
{
	const struct kern_window *w = &p->win;

	for (int32_t i = 0; i < w->kernel_h; i++)
		for (int32_t j = 0; j < w->kernel_w; j++) {
			int32_t y = at[1] * w->stride_h - w->pad_top;
			int32_t x = at[2] * w->stride_w - w->pad_left;

			read_pixel(p, (int32_t[]){ at[0],
				y + i * w->dilation_h,
				x + j * w->dilation_w }, first, end);
		}
}

/* ---- one pixel of each kernel ------------------------------------------- */

/* The last channel reads the whole window when all others are written. */
static void ref_conv(struct play *p, const int32_t at[3])
{
	write_pixel(p, at, 0, p->win.out.c - 1);
	read_window(p, at, 0, p->win.in.c);
	write_pixel(p, at, p->win.out.c - 1, p->win.out.c);
}

static void ref_depthwise(struct play *p, const int32_t at[3])
{
	int32_t outputs = p->win.out.c / p->win.in.c;

	for (int32_t o = 0; o < p->win.out.c; o++) {
		read_window(p, at, o / outputs, o / outputs + 1);
		write_pixel(p, at, o, o + 1);
	}
}

static void packed_conv(struct play *p, const int32_t at[3])
{
	read_window(p, at, 0, p->win.in.c);
	write_pixel(p, at, 0, p->win.out.c);
}

/* Two pixels of a pointwise convolution, or the last one: their last channels
 * read what lies there when all others are written. */
static void m55_pair(struct play *p, int32_t n, int32_t first, int32_t count)
{
	const struct kern_shape *o = &p->win.out;

	for (int32_t i = first; i < first + count; i++)
		write_pixel(p, (int32_t[]){ n, i / o->w, i % o->w }, 0,
			    o->c - 1);
	for (int32_t i = first; i < first + count; i++) {
		int32_t at[3] = { n, i / o->w, i % o->w };

		read_window(p, at, 0, p->win.in.c);
		write_pixel(p, at, o->c - 1, o->c);
	}
}

static void m55_pointwise(struct play *p)
{
	const struct kern_shape *o = &p->win.out;
	int32_t pixels = o->h * o->w;

	for (int32_t n = 0; n < o->n; n++)
		for (int32_t i = 0; i < pixels && p->is_intact; i += 2)
			m55_pair(p, n, i, pixels - i < 2 ? 1 : 2);
}

static void play_pixels(struct play *p,
			void pixel(struct play *p, const int32_t at[3]))
{
	const struct kern_shape *o = &p->win.out;

	for (int32_t n = 0; n < o->n && p->is_intact; n++)
		for (int32_t y = 0; y < o->h && p->is_intact; y++)
			for (int32_t x = 0; x < o->w; x++)
				pixel(p, (int32_t[]){ n, y, x });
}

/* ---- packed depthwise kernels: planes, line by line ---------------------- */

enum { M4_LANES = 4, M0_LANES = 1 };

/* Line i of the input or output: a row, or a column when lines run down. */
static void play_line(struct play *p, int32_t n, int32_t i, int32_t c,
		      bool is_input)
{
	int32_t end = c + p->lanes;
	bool is_turned = p->win.out.h > p->win.out.w;
	const struct kern_shape *s = is_input ? &p->win.in : &p->win.out;
	int32_t length = is_turned ? s->h : s->w;

	for (int32_t k = 0; k < length; k++) {
		int32_t at[3] = { n, is_turned ? k : i, is_turned ? i : k };

		if (is_input)
			read_pixel(p, at, c, end);
		else
			write_pixel(p, at, c, end);
	}
}

static void play_group(struct play *p, int32_t n, int32_t c)
{
	const struct kern_window *w = &p->win;
	bool is_turned = w->out.h > w->out.w;
	int32_t lines = is_turned ? w->out.w : w->out.h;
	int32_t stride = is_turned ? w->stride_w : w->stride_h;
	int32_t pad = is_turned ? w->pad_left : w->pad_top;
	int32_t span = is_turned ? (w->kernel_w - 1) * w->dilation_w + 1
				 : (w->kernel_h - 1) * w->dilation_h + 1;
	int32_t loaded = 0;

	for (int32_t i = 0; i < lines; i++) {
		if (loaded < i * stride)
			loaded = i * stride;
		for (; loaded < i * stride + span; loaded++)
			play_line(p, n, loaded - pad, c, true);
		play_line(p, n, i, c, false);
	}
}

/* m55 takes eight channels at a time; as no channel meets another, it is the
 * same. */
static void planes_depthwise(struct play *p)
{
	int32_t channels = p->win.out.c, lanes = p->lanes;

	for (int32_t n = 0; n < p->win.out.n && p->is_intact; n++)
		for (int32_t c = 0; c < channels && p->is_intact; c += lanes)
			play_group(p, n, c < channels - lanes ?
					 c : channels - lanes);
}

/* ---- the whole ----------------------------------------------------------- */

bool plan_check_overlap(const struct plan *plan, int index, int32_t *owner)
{
	const struct model_op *op = &plan->model->ops[index];
	enum kern_packing packing = plan->ops[index].packing;
	bool is_packed = packing != KERN_PACK_REF;
	struct play p = {
		.is_intact = true,
		.lanes = packing == KERN_PACK_M0_TAPS ? M0_LANES : M4_LANES,
	};

	if (op->op != KERN_CONV_2D && op->op != KERN_DEPTHWISE_CONV_2D)
		return false;
	p.win = plan_window(plan, index);
	p.in_owner = op->inputs[0];
	p.out_owner = op->output;
	p.in = owner + plan->tensors[p.in_owner].offset;
	p.out = owner + plan->tensors[p.out_owner].offset;
	p.bytes = (int32_t)kern_type_bytes(plan_output(plan, index)->type);
	if (packing == KERN_PACK_M55_ROWS && p.win.kernel_h == 1 &&
	    p.win.kernel_w == 1)
		m55_pointwise(&p);
	else if (op->op == KERN_CONV_2D)
		play_pixels(&p, is_packed ? packed_conv : ref_conv);
	else if (is_packed && packing != KERN_PACK_M4_QUADS)
		planes_depthwise(&p);
	else
		play_pixels(&p, ref_depthwise);
	return p.is_intact;
}
