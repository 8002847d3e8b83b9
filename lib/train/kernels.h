/*
 * kernels - the bodies behind struct train_isa, over the vector type V.
 *
 * Included once by each instruction set's file, after its vec.h gave:
 *   V V_LANES                the type and its lanes, a divisor of TRAIN_LANES
 *   V_ROWS V_COLS            the register tile of product
 *   v_zero v_set v_load v_store v_add v_sub v_mul v_div v_sqrt
 *   v_fma(a, b, c)           a b + c, rounded once
 *   v_relu(x)                0 where 0 > x, else x (NaN stays NaN)
 *   v_keep(x, y)             y where x > 0, else 0
 *
 * A tile only chooses which chains advance together, never the order inside
 * a chain.  Loops of constant length are unrolled so that tiles stay in
 * registers.
 */
#include <stddef.h>

#include "train/isa.h"

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 16")

enum { SUM_COLS = 4 };	/* vectors whose sums advance together */

INLINE void product_tile(const struct isa_product *a, size_t row, size_t c,
			 int rows, int cols)
{
	const float *left = a->left + row * a->row_step;
	const float *right = a->right + c;
	float *out = a->out + row * a->c + c;
	V acc[V_ROWS][V_COLS], b[V_COLS];

	UNROLL for (int i = 0; i < rows; i++)
		UNROLL for (int j = 0; j < cols; j++)
			acc[i][j] = a->add ?
				v_load(out + i * a->c + j * V_LANES) : v_zero();
	for (size_t t = 0; t < a->terms; t++) {
		UNROLL for (int j = 0; j < cols; j++)
			b[j] = v_load(right + j * V_LANES);
		UNROLL for (int i = 0; i < rows; i++) {
			V x = v_set(left[i * a->row_step]);

			UNROLL for (int j = 0; j < cols; j++)
				acc[i][j] = v_fma(x, b[j], acc[i][j]);
		}
		left += a->term_step;
		right += a->c;
	}
	UNROLL for (int i = 0; i < rows; i++)
		UNROLL for (int j = 0; j < cols; j++)
			v_store(out + i * a->c + j * V_LANES, acc[i][j]);
}

INLINE void product_column(const struct isa_product *a, size_t c, int cols)
{
	size_t row = 0;

	for (; a->rows - row >= V_ROWS; row += V_ROWS)
		product_tile(a, row, c, V_ROWS, cols);
	for (; row < a->rows; row++)
		product_tile(a, row, c, 1, cols);
}

static void product(const struct isa_product *a)
{
	size_t c = 0;

	for (; a->c - c >= V_COLS * V_LANES; c += V_COLS * V_LANES)
		product_column(a, c, V_COLS);
	for (; c < a->c; c += V_LANES)
		product_column(a, c, 1);
}

static void stencil(const struct isa_stencil *a)
{
	size_t row = (a->w + 2) * a->c;
	V tap[9];

	for (size_t c = 0; c < a->c; c += V_LANES) {
		float *out = a->plane + c;

		UNROLL for (int t = 0; t < 9; t++)
			tap[t] = v_load(a->taps + t * a->c + c);
		for (size_t p = 0; p < a->h * a->w; p++, out += a->c) {
			const float *in = a->in + p / a->w * row +
				p % a->w * a->c + c;
			V acc = v_zero();

			UNROLL for (int t = 0; t < 9; t++)
				acc = v_fma(v_load(in + t / 3 * row +
						   t % 3 * a->c), tap[t], acc);
			v_store(out, acc);
		}
	}
}

static void stencil_taps(float *d_taps, const struct isa_stencil *a)
{
	size_t row = (a->w + 2) * a->c;
	V tap[9];

	for (size_t c = 0; c < a->c; c += V_LANES) {
		const float *d = a->plane + c;

		UNROLL for (int t = 0; t < 9; t++)
			tap[t] = v_load(d_taps + t * a->c + c);
		for (size_t p = 0; p < a->h * a->w; p++, d += a->c) {
			const float *in = a->in + p / a->w * row +
				p % a->w * a->c + c;
			V dy = v_load(d);

			UNROLL for (int t = 0; t < 9; t++)
				tap[t] = v_fma(v_load(in + t / 3 * row +
						      t % 3 * a->c), dy,
					       tap[t]);
		}
		UNROLL for (int t = 0; t < 9; t++)
			v_store(d_taps + t * a->c + c, tap[t]);
	}
}

INLINE void sums_tile(float *out, const float *x, size_t p, size_t c,
		      int cols)
{
	V acc[SUM_COLS];

	UNROLL for (int j = 0; j < cols; j++)
		acc[j] = v_zero();
	for (; p > 0; p--, x += c)
		UNROLL for (int j = 0; j < cols; j++)
			acc[j] = v_add(acc[j], v_load(x + j * V_LANES));
	UNROLL for (int j = 0; j < cols; j++)
		v_store(out + j * V_LANES, acc[j]);
}

static void sums(float *out, const float *x, size_t p, size_t c)
{
	size_t i = 0;

	for (; c - i >= SUM_COLS * V_LANES; i += SUM_COLS * V_LANES)
		sums_tile(out + i, x + i, p, c, SUM_COLS);
	for (; i < c; i += V_LANES)
		sums_tile(out + i, x + i, p, c, 1);
}

INLINE void squares_tile(float *out, const float *x, const float *mean,
			 size_t p, size_t c, int cols)
{
	V acc[SUM_COLS], m[SUM_COLS];

	UNROLL for (int j = 0; j < cols; j++) {
		acc[j] = v_zero();
		m[j] = v_load(mean + j * V_LANES);
	}
	for (; p > 0; p--, x += c)
		UNROLL for (int j = 0; j < cols; j++) {
			V d = v_sub(v_load(x + j * V_LANES), m[j]);

			acc[j] = v_fma(d, d, acc[j]);
		}
	UNROLL for (int j = 0; j < cols; j++)
		v_store(out + j * V_LANES, acc[j]);
}

static void squares(float *out, const float *x, const float *mean, size_t p,
		    size_t c)
{
	size_t i = 0;

	for (; c - i >= SUM_COLS * V_LANES; i += SUM_COLS * V_LANES)
		squares_tile(out + i, x + i, mean + i, p, c, SUM_COLS);
	for (; i < c; i += V_LANES)
		squares_tile(out + i, x + i, mean + i, p, c, 1);
}

static void norm(const struct isa_norm *a)
{
	for (size_t c = 0; c < a->c; c += V_LANES) {
		V scale = v_load(a->scale + c), offset = v_load(a->offset + c);

		for (size_t i = c; i < a->p * a->c; i += a->c)
			v_store(a->y + i, v_relu(v_fma(v_load(a->z + i), scale,
						       offset)));
	}
}

INLINE void norm_sums_tile(const struct isa_norm *a, size_t c, float *sum,
			   float *dot, int cols)
{
	V s[SUM_COLS], d[SUM_COLS];

	UNROLL for (int j = 0; j < cols; j++)
		s[j] = d[j] = v_zero();
	for (size_t i = c; i < a->p * a->c; i += a->c)
		UNROLL for (int j = 0; j < cols; j++) {
			size_t k = c + j * V_LANES;
			V z = v_load(a->z + i + j * V_LANES);
			V t = v_keep(v_fma(z, v_load(a->scale + k),
					   v_load(a->offset + k)),
				     v_load(a->y + i + j * V_LANES));

			s[j] = v_add(s[j], t);
			d[j] = v_fma(t, v_sub(z, v_load(a->mean + k)), d[j]);
		}
	UNROLL for (int j = 0; j < cols; j++) {
		v_store(sum + c + j * V_LANES, s[j]);
		v_store(dot + c + j * V_LANES, d[j]);
	}
}

static void norm_sums(const struct isa_norm *a, float *sum, float *dot)
{
	size_t c = 0;

	for (; a->c - c >= SUM_COLS * V_LANES; c += SUM_COLS * V_LANES)
		norm_sums_tile(a, c, sum, dot, SUM_COLS);
	for (; c < a->c; c += V_LANES)
		norm_sums_tile(a, c, sum, dot, 1);
}

static void norm_back(const struct isa_norm *a, const float *by_z,
		      const float *constant)
{
	for (size_t c = 0; c < a->c; c += V_LANES) {
		V scale = v_load(a->scale + c), offset = v_load(a->offset + c);
		V bz = v_load(by_z + c), k = v_load(constant + c);

		for (size_t i = c; i < a->p * a->c; i += a->c) {
			V z = v_load(a->z + i);
			V t = v_keep(v_fma(z, scale, offset),
				     v_load(a->y + i));

			v_store(a->y + i, v_fma(scale, t, v_fma(bz, z, k)));
		}
	}
}

static void adam(const struct isa_adam *a)
{
	V b1 = v_set(ADAM_BETA1), b2 = v_set(ADAM_BETA2);
	V r1 = v_set(1 - ADAM_BETA1), r2 = v_set(1 - ADAM_BETA2);
	V ms = v_set(a->m_scale), vs = v_set(a->v_scale);
	V eps = v_set(ADAM_EPSILON), rate = v_set(-a->rate);
	V keep = v_set(a->keep);

	for (size_t i = 0; i < a->n; i += V_LANES) {
		V g = v_load(a->g + i), w = v_load(a->w + i);
		V m = v_fma(b1, v_load(a->m + i), v_mul(r1, g));
		V v = v_fma(b2, v_load(a->v + i), v_mul(v_mul(r2, g), g));
		V step = v_div(v_mul(m, ms),
			       v_add(v_sqrt(v_mul(v, vs)), eps));

		v_store(a->m + i, m);
		v_store(a->v + i, v);
		v_store(a->w + i, v_fma(rate, step, v_mul(w, keep)));
	}
}

/* A table of all the above. */
#define TRAIN_ISA(isa_name, isa_present) \
	{ .name = isa_name, .present = isa_present, .product = product, \
	  .stencil = stencil, .stencil_taps = stencil_taps, .sums = sums, \
	  .squares = squares, .norm = norm, .norm_sums = norm_sums, \
	  .norm_back = norm_back, .adam = adam }
