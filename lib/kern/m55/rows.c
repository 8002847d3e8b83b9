#include "kern/m55/rows.h"

#include "kern/m55/output.h"

/* Factors channel by channel or one for all, read in the same way. */
struct factors {
	const int32_t *multiplier;
	const int8_t *shift;
	size_t next;		/* how far the next four are */
	int32_t multipliers[4];
	int8_t shifts[4];
};

static inline void factors_init(struct factors *f,
				const struct kern_requant *rq)
{
	*f = (struct factors){ rq->multiplier, rq->shift, 4, { 0 }, { 0 } };
	if (rq->step)
		return;
	for (int i = 0; i < 4; i++) {
		f->multipliers[i] = rq->multiplier[0];
		f->shifts[i] = rq->shift[0];
	}
	f->multiplier = f->multipliers;
	f->shift = f->shifts;
	f->next = 0;
}

void m55_rows_init(struct m55_rows *r)
{
	r->whole = (struct simd_rows){
		.bias = r->bias, .weights = r->weights,
		.multiplier = r->requant.multiplier,
		.shift = r->requant.shift,
		.chunks = r->depth / 16, .rest = r->depth % 16,
		.zero = r->out_zero,
	};
}

/* ---- the last channels, when they are no four ---------------------------- */

static __attribute__((noinline))
void last_rows(const struct m55_rows *r, int32_t o, const int8_t *weights,
	       const int8_t *x, int8_t *out)
{
	int32_t left = r->channels - o, bias[4] = { 0 };
	struct m55_factor f = m55_factor(&r->requant, o, left);
	simd_v4 sums;

	for (int32_t i = 0; i < left; i++)
		bias[i] = r->bias[o + i];
	simd_dot_4x1(&sums, bias, weights, x, r->depth);
	simd_store_first(out + o, m55_scaled(sums, f, r->is_signed),
			 r->out_zero, left);
}

/* ---- one input ----------------------------------------------------------- */

static inline __attribute__((always_inline))
void run_1(const struct m55_rows *r, const int8_t *x, int8_t *out,
	   bool is_signed)
{
	const int8_t *weights = r->weights;
	int32_t o = 0, depth = r->depth, zero = r->out_zero;
	struct factors f;

	factors_init(&f, &r->requant);
	for (; o + 4 <= r->channels; o += 4) {
		struct m55_factor now;
		simd_v4 sums;

		weights = simd_dot_4x1(&sums, r->bias + o, weights, x, depth);
		now = (struct m55_factor){ simd_load(f.multiplier),
					   simd_load_s8(f.shift) };
		f.multiplier += f.next;
		f.shift += f.next;
		simd_store(out + o, m55_scaled(sums, now, is_signed), zero);
	}
	if (o < r->channels)
		last_rows(r, o, weights, x, out);
}

void m55_rows_1(const struct m55_rows *r, const int8_t *x, int8_t *out)
{
	if (r->is_signed)
		run_1(r, x, out, true);
	else
		run_1(r, x, out, false);
}

/* ---- two inputs ---------------------------------------------------------- */

void m55_rows_2(const struct m55_rows *r, const int8_t *x, int8_t *out,
		const int8_t *y, int8_t *out_y)
{
	struct simd_rows loop = r->whole;
	int32_t whole = r->channels & ~3;

	if (!r->requant.step) {
		m55_rows_1(r, x, out);
		m55_rows_1(r, y, out_y);
		return;
	}
	loop.x = x;
	loop.y = y;
	loop.out = out;
	loop.out_y = out_y;
	loop.end = out + whole;
	if (whole)
		simd_rows_2(&loop, r->is_signed);
	if (whole < r->channels) {
		const int8_t *weights = r->weights + (size_t)whole * r->depth;

		last_rows(r, whole, weights, x, out);
		last_rows(r, whole, weights, y, out_y);
	}
}
