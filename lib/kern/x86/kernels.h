/*
 * kernels - the bodies behind struct kern_x86, over the vector type V of
 * sixteen int32 sums.
 *
 * Included once by each instruction set's file, after its vec_NAME.h gave:
 *   V_PIXELS V_BLOCKS        the register tile of a convolution
 *   V X W                    sums; quads of input, of weights, ready to meet
 *   v_set v_load             one value for all; from memory
 *   x_splat(p) x_load(p)     the quad at p for all lanes; 16 quads
 *   w_load(p)                16 quads
 *   v_dot(sum, x, w)         sum + the quads' products, modulo 2^32
 *   v_add v_clamp(x, min, max)
 *   v_scale(x, multiplier, left, right)   requant_mul, its shift in two parts
 *   v_load_s8 v_store_s8     16 bytes, values -128 ... 127
 *
 * Loops of constant length are unrolled so that tiles stay in registers.
 */
#include <string.h>

#include "kern/x86/shape.h"

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 16")

/* ---- from sums to bytes -------------------------------------------------- */

/* One entry a lane. */
struct tables {
	int32_t *bias, *multiplier, *left, *right;
};

/* Fill entries of each table at *scratch and move it behind them; channels
 * repeat. */
static struct tables make_tables(uint8_t **scratch, size_t entries,
				 const int32_t *bias,
				 const struct kern_requant *rq,
				 size_t channels)
{
	int32_t *all = (int32_t *)*scratch;
	struct tables t = { all, all + entries, all + 2 * entries,
			    all + 3 * entries };

	for (size_t e = 0, c = 0; e < entries; e++, c++) {
		int32_t entry, shift;

		c = c == channels ? 0 : c;
		entry = (int32_t)c * rq->step;
		shift = rq->shift[entry];
		t.bias[e] = bias[c];
		t.multiplier[e] = rq->multiplier[entry];
		t.left[e] = shift > 0 ? shift : 0;
		t.right[e] = shift > 0 ? 0 : -shift;
	}
	*scratch += 4 * entries * sizeof(int32_t);
	return t;
}

struct bounds {
	int32_t zero, min, max;
};

/* n values, of which at most 16 count. */
INLINE void put_lanes(int8_t *to, V v, size_t n)
{
	int8_t all[X86_LANES];

	if (n >= X86_LANES) {
		v_store_s8(to, v);
		return;
	}
	v_store_s8(all, v);
	memcpy(to, all, n);
}

INLINE void put_sums(int8_t *to, V sums, const struct tables *t, size_t entry,
		     const struct bounds *b, size_t n)
{
	V v = v_scale(sums, v_load(t->multiplier + entry),
		      v_load(t->left + entry), v_load(t->right + entry));

	v = v_add(v, v_set(b->zero));
	put_lanes(to, v_clamp(v, v_set(b->min), v_set(b->max)), n);
}

static void put_unsigned(uint8_t *to, const int8_t *from, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] = (uint8_t)from[i] ^ 0x80;
}

static uint8_t unsigned_zero(int32_t in_zero)
{
	return (uint8_t)(in_zero - INT8_MIN);
}

/* ---- convolutions and fully connected layers ----------------------------- */

/* Windows over bytes, all channels of each. */
struct product {
	const uint8_t *in;
	size_t out_w, pixels;
	size_t pixel_step, line_step;	/* from window to window */
	size_t rows, runs, quads;	/* struct x86_conv */
	size_t row_step, run_step;	/* inside a window */
	const int8_t *weights;
	size_t block_bytes, channels;
	struct tables tables;
	struct bounds bounds;
	int8_t *out;
};

INLINE const uint8_t *window_of(const struct product *p, size_t pixel)
{
	if (pixel >= p->pixels)
		pixel = p->pixels - 1;
	return p->in + pixel / p->out_w * p->line_step +
	       pixel % p->out_w * p->pixel_step;
}

INLINE void put_tile(const struct product *p, size_t pixel, size_t block,
		     V sums)
{
	size_t o = block * X86_LANES;

	if (pixel < p->pixels)
		put_sums(p->out + pixel * p->channels + o, sums, &p->tables, o,
			 &p->bounds, p->channels - o);
}

/* So many pixels from one on, of which some may lie behind the last, times
 * so many blocks of channels. */
INLINE void tile(const struct product *p, size_t pixel, size_t block,
		 int pixels, int blocks)
{
	const int8_t *weights = p->weights + block * p->block_bytes;
	const uint8_t *in[V_PIXELS];
	V sums[V_PIXELS][V_BLOCKS];
	W w[V_BLOCKS];

	UNROLL for (int i = 0; i < pixels; i++) {
		in[i] = window_of(p, pixel + i);
		UNROLL for (int j = 0; j < blocks; j++)
			sums[i][j] = v_load(p->tables.bias +
					    (block + j) * X86_LANES);
	}
	for (size_t run = 0; run < p->rows * p->runs; run++) {
		size_t at = run / p->runs * p->row_step +
			    run % p->runs * p->run_step;
		size_t end = at + p->quads * 4;

		for (; at < end; at += 4, weights += 4 * X86_LANES) {
			UNROLL for (int j = 0; j < blocks; j++)
				w[j] = w_load(weights + j * p->block_bytes);
			UNROLL for (int i = 0; i < pixels; i++) {
				X x = x_splat(in[i] + at);

				UNROLL for (int j = 0; j < blocks; j++)
					sums[i][j] = v_dot(sums[i][j], x,
							   w[j]);
			}
		}
	}
	UNROLL for (int i = 0; i < pixels; i++)
		UNROLL for (int j = 0; j < blocks; j++)
			put_tile(p, pixel + i, block + j, sums[i][j]);
}

INLINE void all_pixels(const struct product *p, size_t block, int blocks)
{
	size_t pixel = 0;

	for (; pixel + 1 < p->pixels; pixel += V_PIXELS)
		tile(p, pixel, block, V_PIXELS, blocks);
	if (pixel < p->pixels)
		tile(p, pixel, block, 1, blocks);
}

static void product(const struct product *p)
{
	size_t blocks = (p->channels + X86_LANES - 1) / X86_LANES, block = 0;

	for (; block + V_BLOCKS <= blocks; block += V_BLOCKS)
		all_pixels(p, block, V_BLOCKS);
	for (; block < blocks; block++)
		all_pixels(p, block, 1);
}

/* Columns left ... of a padded row of w; row NULL: all of it is padding. */
static void put_padded(uint8_t *to, const int8_t *row,
		       const struct kern_window *win, size_t w, uint8_t zero)
{
	size_t depth = (size_t)win->in.c, left = (size_t)win->pad_left;
	size_t middle = (size_t)win->in.w;

	if (!row) {
		memset(to, zero, w * depth);
		return;
	}
	if (middle > w - left)
		middle = w - left;
	memset(to, zero, left * depth);
	put_unsigned(to + left * depth, row, middle * depth);
	memset(to + (left + middle) * depth, zero,
	       (w - left - middle) * depth);
}

/* Row y of the padded input, NULL for padding. */
static const int8_t *input_row(const struct kern_window *win,
			       const int8_t *in, size_t y)
{
	if (y < (size_t)win->pad_top ||
	    y - (size_t)win->pad_top >= (size_t)win->in.h)
		return NULL;
	return in + (y - (size_t)win->pad_top) * (size_t)win->in.w *
		    (size_t)win->in.c;
}

static struct product product_of(const struct kern_conv_s8 *k,
				 const struct x86_conv *c)
{
	const struct kern_window *win = &k->win;
	size_t depth = (size_t)win->in.c, row = (size_t)c->w * depth;

	return (struct product){
		.out_w = (size_t)win->out.w,
		.pixels = (size_t)win->out.w * (size_t)win->out.h,
		.pixel_step = (size_t)win->stride_w * depth,
		.line_step = (size_t)win->stride_h * row,
		.rows = (size_t)c->rows, .runs = (size_t)c->runs,
		.quads = (size_t)c->quads,
		.row_step = (size_t)win->dilation_h * row,
		.run_step = (size_t)win->dilation_w * depth,
		.weights = k->weights,
		.block_bytes = (size_t)(c->rows * c->runs * c->quads) * 4 *
			       X86_LANES,
		.channels = (size_t)win->out.c,
		.bounds = { k->out_zero, k->act_min, k->act_max },
	};
}

static void conv(const struct kern_conv_s8 *k, const int8_t *in, int8_t *out,
		 void *scratch)
{
	const struct kern_window *win = &k->win;
	struct x86_conv c = x86_conv(win);
	size_t row = (size_t)c.w * (size_t)win->in.c;
	struct product p = product_of(k, &c);
	uint8_t *padded = scratch;

	p.tables = make_tables(&padded, (size_t)c.blocks * X86_LANES, k->bias,
			       &k->requant, p.channels);
	p.in = padded;
	p.out = out;
	for (int32_t n = 0; n < win->in.n; n++) {
		for (size_t y = 0; y < c.h; y++)
			put_padded(padded + y * row, input_row(win, in, y),
				   win, (size_t)c.w,
				   unsigned_zero(k->in_zero));
		product(&p);
		in += (size_t)win->in.h * (size_t)win->in.w *
		      (size_t)win->in.c;
		p.out += p.pixels * p.channels;
	}
}

static void fc(const struct kern_fc_s8 *k, const int8_t *in, int8_t *out,
	       void *scratch)
{
	const struct kern_conv_s8 one = {
		.win = x86_fc_window(k->in_depth, k->out_depth),
		.weights = k->weights, .bias = k->bias,
		.out_zero = k->out_zero,
		.act_min = k->act_min, .act_max = k->act_max,
	};
	struct x86_conv c = x86_conv(&one.win);
	struct product p = product_of(&one, &c);
	uint8_t *input = scratch;

	p.tables = make_tables(&input, (size_t)c.blocks * X86_LANES, k->bias,
			       &k->requant, p.channels);
	p.out_w = p.pixels = (size_t)k->batches;
	put_unsigned(input, in, p.pixels * (size_t)k->in_depth);
	p.in = input;
	p.out = out;
	product(&p);
}

/* ---- depthwise ----------------------------------------------------------- */

/*
 * A ring of input rows, each as quads of the taps that an output row takes
 * from it: quad g of output pixel x, channel o is at (g * lanes + x * C + o).
 * Strides, dilation and channel multipliers end here.
 */
struct ring {
	const struct kern_window *win;
	struct x86_depthwise d;
	uint8_t zero;
	const uint32_t **rows;		/* of the window */
	int32_t *numbers;		/* which row lies where; -1 none */
	uint8_t *line;			/* an input row, padded */
	uint32_t *quads;
};

/* Each channel of a padded row of w pixels, so many times. */
static void repeat_channels(uint8_t *line, size_t values, size_t times)
{
	for (size_t i = values; i-- > 0;)
		memset(line + i * times, line[i], times);
}

static void interleave(uint32_t *restrict to, const uint8_t *restrict from,
		       const size_t tap[4], size_t n)
{
	const uint8_t *a = from + tap[0], *b = from + tap[1];
	const uint8_t *c = from + tap[2], *d = from + tap[3];

	for (size_t i = 0; i < n; i++)
		to[i] = (uint32_t)a[i] | (uint32_t)b[i] << 8 |
			(uint32_t)c[i] << 16 | (uint32_t)d[i] << 24;
}

/* Quads of taps 4 g ... 4 g + 3; those behind the last meet a weight of 0. */
static void put_taps(const struct ring *r, uint32_t *to, size_t g)
{
	const struct kern_window *win = r->win;
	size_t c = (size_t)win->out.c, step = (size_t)win->stride_w * c;
	size_t tap[4];

	for (size_t t = 0; t < 4; t++)
		tap[t] = 4 * g + t < (size_t)win->kernel_w ?
			(4 * g + t) * (size_t)win->dilation_w * c : 0;
	if (win->stride_w == 1)
		interleave(to, r->line, tap, (size_t)win->out.w * c);
	else
		for (size_t x = 0; x < (size_t)win->out.w; x++)
			interleave(to + x * c, r->line + x * step, tap, c);
}

static const uint32_t *ring_row(const struct ring *r, const int8_t *in,
				size_t y)
{
	const struct kern_window *win = r->win;
	size_t place = y % (size_t)r->d.ring;
	size_t row_quads = (size_t)(r->d.quads * r->d.lanes);
	uint32_t *row = r->quads + place * row_quads;
	size_t depth = (size_t)win->in.c, times = (size_t)win->out.c / depth;

	if (r->numbers[place] == (int32_t)y)
		return row;
	r->numbers[place] = (int32_t)y;
	put_padded(r->line, input_row(win, in, y), win, (size_t)r->d.w,
		   r->zero);
	if (times > 1)
		repeat_channels(r->line, (size_t)r->d.w * depth, times);
	for (size_t g = 0; g < r->d.quads; g++)
		put_taps(r, row + g * (size_t)r->d.lanes, g);
	return row;
}

enum { WIDE = X86_WIDE / X86_LANES };

/* Lanes lane ... lane + X86_WIDE - 1 of an output row of n values. */
INLINE void wide_tile(const struct kern_conv_s8 *k, const struct ring *r,
		      const struct tables *t, size_t lane, int8_t *out,
		      size_t n)
{
	const struct bounds b = { k->out_zero, k->act_min, k->act_max };
	size_t entry = lane % (size_t)k->win.out.c;
	const int8_t *weights = k->weights + entry * 4;
	V sums[WIDE];

	UNROLL for (int u = 0; u < WIDE; u++)
		sums[u] = v_load(t->bias + entry + u * X86_LANES);
	for (int32_t i = 0; i < k->win.kernel_h; i++) {
		const uint32_t *quads = r->rows[i] + lane;

		for (size_t g = 0; g < r->d.quads; g++) {
			UNROLL for (int u = 0; u < WIDE; u++)
				sums[u] = v_dot(sums[u],
					x_load((const uint8_t *)(quads +
							u * X86_LANES)),
					w_load(weights + u * 4 * X86_LANES));
			quads += r->d.lanes;
			weights += r->d.table * 4;
		}
	}
	UNROLL for (size_t u = 0; u < WIDE; u++)
		if (n - lane > u * X86_LANES)
			put_sums(out + lane + u * X86_LANES, sums[u], t,
				 entry + u * X86_LANES, &b,
				 n - lane - u * X86_LANES);
}

static void depthwise_image(const struct kern_conv_s8 *k, struct ring *r,
			    const struct tables *t, const int8_t *in,
			    int8_t *out)
{
	const struct kern_window *win = &k->win;
	size_t n = (size_t)win->out.w * (size_t)win->out.c;

	memset(r->numbers, 0xff, (size_t)r->d.ring * sizeof(int32_t));
	for (size_t y = 0; y < (size_t)win->out.h; y++, out += n) {
		for (size_t i = 0; i < (size_t)win->kernel_h; i++)
			r->rows[i] = ring_row(r, in,
				y * (size_t)win->stride_h +
				i * (size_t)win->dilation_h);
		for (size_t lane = 0; lane < n; lane += X86_WIDE)
			wide_tile(k, r, t, lane, out, n);
	}
}

static void depthwise(const struct kern_conv_s8 *k, const int8_t *in,
		      int8_t *out, void *scratch)
{
	const struct kern_window *win = &k->win;
	struct ring r = {
		.win = win, .d = x86_depthwise(win),
		.zero = unsigned_zero(k->in_zero), .rows = scratch,
	};
	struct tables t;
	uint8_t *rest = scratch;

	rest += (size_t)win->kernel_h * sizeof(void *);
	t = make_tables(&rest, (size_t)r.d.table, k->bias, &k->requant,
			(size_t)win->out.c);
	r.numbers = (int32_t *)rest;
	rest += (size_t)r.d.ring * sizeof(int32_t);
	rest += -(uintptr_t)rest % X86_WIDE;
	r.quads = (uint32_t *)rest;
	r.line = rest + (size_t)(r.d.ring * r.d.quads * r.d.lanes) * 4;
	for (int32_t i = 0; i < win->in.n; i++)
		depthwise_image(k, &r, &t, in + (size_t)i *
				(size_t)win->in.h * (size_t)win->in.w *
				(size_t)win->in.c,
				out + (size_t)i * (size_t)win->out.h *
				(size_t)win->out.w * (size_t)win->out.c);
}

/* ---- add ----------------------------------------------------------------- */

static bool is_same(const struct kern_shape *a, const struct kern_shape *b)
{
	return a->n == b->n && a->h == b->h && a->w == b->w && a->c == b->c;
}

/* One operand, scaled to the common unit. */
INLINE V operand(const int8_t *from, int32_t zero, int32_t left_shift,
		 int32_t multiplier, int32_t shift)
{
	return v_scale(v_add(v_load_s8(from), v_set(-zero)),
		       v_set(multiplier), v_set(left_shift), v_set(-shift));
}

INLINE V add_lanes(const struct kern_add_s8 *k, const int8_t *a,
		   const int8_t *b)
{
	V x = operand(a, k->a_zero, k->left_shift, k->a_multiplier,
		      k->a_shift);
	V y = operand(b, k->b_zero, k->left_shift, k->b_multiplier,
		      k->b_shift);
	V v = v_scale(v_add(x, y), v_set(k->out_multiplier), v_set(0),
		      v_set(-k->out_shift));

	v = v_add(v, v_set(k->out_zero));
	return v_clamp(v, v_set(k->act_min), v_set(k->act_max));
}

static void add(const struct kern_add_s8 *k, const int8_t *a, const int8_t *b,
		int8_t *out)
{
	const struct kern_shape *o = &k->out;
	size_t n = (size_t)o->n * (size_t)o->h * (size_t)o->w * (size_t)o->c;
	int8_t x[X86_LANES] = { 0 }, y[X86_LANES] = { 0 };
	size_t i = 0;

	if (!is_same(&k->a, o) || !is_same(&k->b, o)) {
		kern_add_s8(k, a, b, out);
		return;
	}
	for (; n - i >= X86_LANES; i += X86_LANES)
		v_store_s8(out + i, add_lanes(k, a + i, b + i));
	memcpy(x, a + i, n - i);
	memcpy(y, b + i, n - i);
	put_lanes(out + i, add_lanes(k, x, y), n - i);
}

/* ---- the table ----------------------------------------------------------- */

#define KERN_X86(isa_name, isa_is_present) { \
	.name = isa_name, .is_present = isa_is_present, .conv = conv, \
	.depthwise = depthwise, .fc = fc, .add = add, \
}
