#include "dsp/motion.h"

#include <string.h>

#include "bits/cursor.h"
#include "dsp/clip.h"
#include "dsp/open.h"

enum { DECIMATOR_SECTIONS = 4 };

static uint32_t section_count(const struct dsp_motion *m)
{
	return m->decimators * DECIMATOR_SECTIONS + m->filter;
}

static bool sections_fit(const struct dsp_motion *m)
{
	const struct dsp_real *real = &m->sections->b0;

	for (uint32_t i = 0; i < 5 * section_count(m); i++)
		if (!dsp_real_fits(real[i]))
			return false;
	return dsp_real_fits(m->scale);
}

int dsp_motion_open(struct cursor *cur, struct dsp_recipe *r,
		    struct dsp_motion *m)
{
	uint8_t bytes = cursor_u8(cur), zero;

	m->decimators = cursor_u8(cur);
	m->filter = cursor_u8(cur);
	zero = cursor_u8(cur);
	for (int i = 0; i < 4; i++)
		m->ratios[i] = cursor_u8(cur);
	m->scale.m = (int32_t)cursor_u32(cur);
	m->scale.e = (int32_t)cursor_u32(cur);
	if (cur->err)
		return cur->err;
	if ((bytes != 2 && bytes != 4) || zero ||
	    r->length_samples > DSP_MOTION_ROWS_MAX ||
	    m->decimators > DSP_MOTION_DECIMATORS_MAX ||
	    m->filter > DSP_MOTION_SECTIONS_MAX)
		return ERR_RANGE;
	for (int i = 0; i < m->decimators; i++)
		if (!dsp_within(m->ratios[i], 2, 10))
			return ERR_RANGE;
	r->sample_bytes = bytes;
	m->sections = (const void *)cursor_take(cur, section_count(m) *
						sizeof(*m->sections));
	if (cur->err)
		return ERR_FORMAT;
	return sections_fit(m) ? 0 : ERR_FORMAT;
}

uint32_t dsp_motion_rows(const struct dsp_recipe *r,
			 const struct dsp_motion *m)
{
	uint32_t n = r->length_samples;

	for (int i = 0; i < m->decimators; i++)
		n = (n + m->ratios[i] - 1) / m->ratios[i];
	return n;
}

/* ---- values ------------------------------------------------------------- */

static struct dsp_real value_of(const struct dsp_recipe *r,
				const struct dsp_clip *clip, uint32_t t,
				uint32_t axis)
{
	int64_t row = (int64_t)t + clip->offset;
	uint32_t bits;

	if (r->sample_bytes == sizeof(int16_t))
		return dsp_real_int(dsp_sample(r, clip, t, axis));
	if (row < 0 || (uint64_t)row >= clip->rows)
		return (struct dsp_real){ 0, 0 };
	memcpy(&bits, (const uint8_t *)clip->samples +
	       4 * ((uint64_t)row * r->axes + axis), 4);
	return dsp_real_float(bits);
}

/* ---- filters ------------------------------------------------------------ */

struct state {
	struct dsp_real s1, s2;
};

static struct dsp_real step(const struct dsp_section *c, struct state *s,
			    struct dsp_real x)
{
	struct dsp_real y = dsp_real_add(dsp_real_mul(c->b0, x), s->s1);

	s->s1 = dsp_real_add(dsp_real_sub(dsp_real_mul(c->b1, x),
					  dsp_real_mul(c->a1, y)), s->s2);
	s->s2 = dsp_real_sub(dsp_real_mul(c->b2, x),
			     dsp_real_mul(c->a2, y));
	return y;
}

/* The state after x for ever; what comes out then. */
static struct dsp_real settle(const struct dsp_section *c, struct state *s,
			      struct dsp_real x)
{
	struct dsp_real one = dsp_real_int(1);
	struct dsp_real top = dsp_real_add(dsp_real_add(c->b0, c->b1), c->b2);
	struct dsp_real low = dsp_real_add(dsp_real_add(one, c->a1), c->a2);
	struct dsp_real y = dsp_real_mul(dsp_real_div(top, low), x);

	s->s2 = dsp_real_sub(dsp_real_mul(c->b2, x),
			     dsp_real_mul(c->a2, y));
	s->s1 = dsp_real_add(dsp_real_sub(dsp_real_mul(c->b1, x),
					  dsp_real_mul(c->a1, y)), s->s2);
	return y;
}

static void filter(const struct dsp_section *sections, int count,
		   bool is_settled, struct dsp_real *x, uint32_t n)
{
	struct state states[DSP_MOTION_SECTIONS_MAX] = { 0 };
	struct dsp_real first = x[0];

	for (int i = 0; is_settled && i < count; i++)
		first = settle(&sections[i], &states[i], first);
	for (uint32_t t = 0; t < n; t++)
		for (int i = 0; i < count; i++)
			x[t] = step(&sections[i], &states[i], x[t]);
}

uint32_t dsp_motion_axis(const struct dsp_recipe *r,
			 const struct dsp_motion *m,
			 const struct dsp_clip *clip, uint32_t axis,
			 struct dsp_real *x)
{
	const struct dsp_section *sections = m->sections;
	uint32_t n = r->length_samples;

	for (uint32_t t = 0; t < n; t++)
		x[t] = dsp_real_mul(value_of(r, clip, t, axis), m->scale);
	for (int i = 0; i < m->decimators; i++) {
		uint32_t kept = 0;

		filter(sections, DECIMATOR_SECTIONS, true, x, n);
		for (uint32_t t = 0; t < n; t += m->ratios[i])
			x[kept++] = x[t];
		n = kept;
		sections += DECIMATOR_SECTIONS;
	}
	filter(sections, m->filter, false, x, n);
	return n;
}

/* ---- statistics --------------------------------------------------------- */

void dsp_less(struct dsp_real *x, uint32_t n, struct dsp_real mean)
{
	for (uint32_t i = 0; i < n; i++)
		x[i] = dsp_real_sub(x[i], mean);
}

struct dsp_moments dsp_moments(const struct dsp_real *x, uint32_t n)
{
	struct dsp_real count = dsp_real_int(n), three = dsp_real_int(3);
	struct dsp_real sums[4] = { { 0, 0 } }, square = { 0, 0 };
	struct dsp_moments m;

	for (uint32_t i = 0; i < n; i++) {
		sums[0] = dsp_real_add(sums[0], x[i]);
		square = dsp_real_add(square, dsp_real_mul(x[i], x[i]));
	}
	m.mean = dsp_real_div(sums[0], count);
	m.square = dsp_real_div(square, count);
	for (uint32_t i = 0; i < n; i++) {
		struct dsp_real d = dsp_real_sub(x[i], m.mean);
		struct dsp_real power = dsp_real_mul(d, d);

		for (int k = 1; k < 4; k++) {
			sums[k] = dsp_real_add(sums[k], power);
			power = dsp_real_mul(power, d);
		}
	}
	m.variance = dsp_real_div(sums[1], count);
	m.skewness = dsp_real_div(dsp_real_div(sums[2], count),
				  dsp_real_mul(m.variance,
					       dsp_real_root(m.variance)));
	m.kurtosis = dsp_real_div(dsp_real_div(sums[3], count),
				  dsp_real_mul(m.variance, m.variance));
	if (m.variance.m)
		m.kurtosis = dsp_real_sub(m.kurtosis, three);
	return m;
}
