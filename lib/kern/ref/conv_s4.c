#include "kern/s4.h"

#include "kern/requant.h"

/* One output channel at work: its weights, unpacked, and how sums end. */
struct channel {
	const int8_t *weights;
	int32_t bias, multiplier, shift;
	int32_t in_zero, out_zero, act_min, act_max;
};

static size_t row_bytes(size_t n)
{
	return n / 2 + n % 2;
}

uint64_t kern_s4_bytes(int32_t rows, int64_t depth)
{
	return KERN_S4_VALUES + (uint64_t)rows * (((uint64_t)depth + 1) / 2);
}

/* Weights first (even) to first + n - 1 of row o, which has depth. */
static void unpack(const int8_t *packed, int32_t o, size_t depth, size_t first,
		   size_t n, int8_t *row)
{
	const uint8_t *from = (const uint8_t *)packed + KERN_S4_VALUES +
			      (size_t)o * row_bytes(depth) + first / 2;
	size_t i = 0;

	for (; i + 1 < n; i += 2, from++) {
		row[i] = packed[*from & 15];
		row[i + 1] = packed[*from >> 4];
	}
	if (i < n)
		row[i] = packed[*from & 15];
}

/* SUM weight * (in - zero), four at a time. */
static int32_t products(const int8_t *in, const int8_t *weights, int32_t n,
			int32_t zero)
{
	int32_t sum = 0, i = 0;

	for (; i + 3 < n; i += 4)
		sum = requant_add(sum, weights[i] * (in[i] - zero) +
			weights[i + 1] * (in[i + 1] - zero) +
			weights[i + 2] * (in[i + 2] - zero) +
			weights[i + 3] * (in[i + 3] - zero));
	for (; i < n; i++)
		sum = requant_add(sum, weights[i] * (in[i] - zero));
	return sum;
}

static int8_t output_value(const struct channel *c, int32_t sum)
{
	int32_t v = requant_mul(requant_add(sum, c->bias), c->multiplier,
				c->shift);

	return (int8_t)requant_clamp(requant_add(v, c->out_zero), c->act_min,
				     c->act_max);
}

static struct channel channel_of(const struct kern_conv_s8 *k, int32_t o,
				 const int8_t *weights)
{
	const struct kern_requant *rq = &k->requant;

	return (struct channel){
		weights, k->bias ? k->bias[o] : 0,
		rq->multiplier[o * rq->step], rq->shift[o * rq->step],
		k->in_zero, k->out_zero, k->act_min, k->act_max,
	};
}

/* Row i of the window whose first tap lies in column col of input row in. */
static int32_t row_sum(const struct kern_window *win, const struct channel *c,
		       const int8_t *in, int32_t i, int32_t col)
{
	int32_t depth = win->in.c, taps = win->kernel_w, step = 1, sum = 0;
	const int8_t *weights = c->weights + (size_t)i * taps * depth;

	/* without dilation the taps inside lie side by side */
	if (win->dilation_w == 1) {
		int32_t first = col < 0 ? -col : 0;
		int32_t end = win->in.w - col;

		step = (end < taps ? end : taps) - first;
		return step <= 0 ? 0 :
			products(in + (col + first) * depth,
				 weights + first * depth, step * depth,
				 c->in_zero);
	}
	for (int32_t j = 0; j < taps; j++, weights += depth) {
		int32_t x = col + j * win->dilation_w;

		if (x >= 0 && x < win->in.w)
			sum = requant_add(sum, products(in + x * depth,
							weights, depth,
							c->in_zero));
	}
	return sum;
}

static int32_t window_sum(const struct kern_window *win,
			  const struct channel *c, const int8_t *in,
			  int32_t row, int32_t col)
{
	int32_t sum = 0;

	for (int32_t i = 0; i < win->kernel_h; i++) {
		int32_t y = row + i * win->dilation_h;

		if (y >= 0 && y < win->in.h)
			sum = requant_add(sum, row_sum(win, c, in + (size_t)y *
				win->in.w * win->in.c, i, col));
	}
	return sum;
}

/* One channel of one image. */
static void conv_plane(const struct kern_window *win, const struct channel *c,
		       const int8_t *in, int8_t *out)
{
	for (int32_t y = 0; y < win->out.h; y++)
		for (int32_t x = 0; x < win->out.w; x++, out += win->out.c)
			*out = output_value(c, window_sum(win, c, in,
				y * win->stride_h - win->pad_top,
				x * win->stride_w - win->pad_left));
}

static size_t depth_of(const struct kern_window *win)
{
	return (size_t)win->kernel_h * win->kernel_w * win->in.c;
}

void kern_conv_s4(const struct kern_conv_s8 *k, const int8_t *in, int8_t *out,
		  void *scratch)
{
	const struct kern_shape *i = &k->win.in, *o = &k->win.out;

	for (int32_t c = 0; c < o->c; c++) {
		struct channel channel = channel_of(k, c, scratch);

		unpack(k->weights, c, depth_of(&k->win), 0,
		       depth_of(&k->win), scratch);
		for (int32_t n = 0; n < o->n; n++)
			conv_plane(&k->win, &channel,
				   in + (size_t)n * i->h * i->w * i->c,
				   out + (size_t)n * o->h * o->w * o->c + c);
	}
}

size_t kern_conv_s4_scratch_bytes(const struct kern_conv_s8 *k)
{
	return depth_of(&k->win);
}

/* Weights are unpacked so many at a time, on the stack. */
enum { PIECE = 32 };

static int32_t dense_sum(const struct kern_fc_s8 *k, const int8_t *in,
			 int32_t o)
{
	int8_t piece[PIECE];
	int32_t sum = 0;

	for (int32_t i = 0; i < k->in_depth; i += PIECE) {
		int32_t n = k->in_depth - i < PIECE ? k->in_depth - i : PIECE;

		unpack(k->weights, o, (size_t)k->in_depth, (size_t)i,
		       (size_t)n, piece);
		sum = requant_add(sum, products(in + i, piece, n,
						k->in_zero));
	}
	return sum;
}

void kern_fc_s4(const struct kern_fc_s8 *k, const int8_t *in, int8_t *out,
		void *scratch)
{
	const struct kern_conv_s8 one = {
		.bias = k->bias, .requant = k->requant, .in_zero = k->in_zero,
		.out_zero = k->out_zero, .act_min = k->act_min,
		.act_max = k->act_max,
	};

	(void)scratch;
	for (int32_t b = 0; b < k->batches; b++, in += k->in_depth)
		for (int32_t o = 0; o < k->out_depth; o++) {
			struct channel c = channel_of(&one, o, NULL);

			*out++ = output_value(&c, dense_sum(k, in, o));
		}
}

size_t kern_fc_s4_scratch_bytes(const struct kern_fc_s8 *k)
{
	(void)k;
	return 0;
}
