#include "dsp/real.h"

#include "dsp/log.h"
#include "dsp/root.h"

static struct dsp_real limited(int64_t m, int32_t e)
{
	if (e < -DSP_REAL_MOST)
		return (struct dsp_real){ 0, 0 };
	if (e > DSP_REAL_MOST)
		return (struct dsp_real){ m < 0 ? -INT32_MAX : INT32_MAX,
					  DSP_REAL_MOST };
	return (struct dsp_real){ (int32_t)m, e };
}

/* |m| < 2^63 */
static struct dsp_real normal(int64_t m, int32_t e)
{
	uint64_t size = (uint64_t)(m < 0 ? -m : m);
	int shift;

	if (!m)
		return (struct dsp_real){ 0, 0 };
	shift = 33 - __builtin_clzll(size);
	if (shift > 0) {
		m = ((m >> (shift - 1)) + 1) >> 1;
		if (m >= (int64_t)1 << 31 || m <= -((int64_t)1 << 31)) {
			m /= 2;
			shift++;
		}
	} else {
		m *= (int64_t)1 << -shift;
	}
	return limited(m, e + shift);
}

struct dsp_real dsp_real_int(int64_t value)
{
	return normal(value, 0);
}

struct dsp_real dsp_real_float(uint32_t bits)
{
	int32_t exponent = (int32_t)(bits >> 23 & 255);
	int64_t m = bits & 0x7fffff;

	if (exponent == 255 && m)
		return (struct dsp_real){ 0, 0 };
	if (exponent == 255) {
		m = 0xffffff;
		exponent = 254;
	} else if (exponent) {
		m |= 0x800000;
	} else {
		exponent = 1;
	}
	return normal(bits >> 31 ? -m : m, exponent - 150);
}

struct dsp_real dsp_real_add(struct dsp_real a, struct dsp_real b)
{
	int64_t high, low;
	int32_t apart;

	if (!a.m || (b.m && b.e > a.e)) {
		struct dsp_real c = a;

		a = b;
		b = c;
	}
	if (!b.m)
		return a;
	apart = a.e - b.e;
	if (apart > 32)
		return a;
	high = (int64_t)a.m * (1 << 30);
	low = (int64_t)b.m * (1 << 30) >> apart;
	return normal(high + low, a.e - 30);
}

struct dsp_real dsp_real_sub(struct dsp_real a, struct dsp_real b)
{
	b.m = -b.m;
	return dsp_real_add(a, b);
}

struct dsp_real dsp_real_mul(struct dsp_real a, struct dsp_real b)
{
	return normal((int64_t)a.m * b.m, a.e + b.e);
}

struct dsp_real dsp_real_div(struct dsp_real a, struct dsp_real b)
{
	if (!b.m)
		return (struct dsp_real){ 0, 0 };
	return normal((int64_t)a.m * ((int64_t)1 << 31) / b.m,
		      a.e - b.e - 31);
}

struct dsp_real dsp_real_root(struct dsp_real a)
{
	int odd = a.e & 1;

	if (a.m <= 0)
		return (struct dsp_real){ 0, 0 };
	return normal((int64_t)dsp_root64((uint64_t)a.m << (30 + odd)),
		      (a.e - 30 - odd) / 2);
}

bool dsp_real_less(struct dsp_real a, struct dsp_real b)
{
	return dsp_real_sub(a, b).m < 0;
}

int64_t dsp_real_log2(struct dsp_real a, const uint32_t *table, int bits)
{
	int32_t e = a.e > 1024 ? 1024 : a.e < -1024 ? -1024 : a.e;

	return dsp_log2(table, bits, (uint64_t)a.m) +
	       (int64_t)e * (1 << DSP_LOG2_Q);
}

int32_t dsp_real_q16(struct dsp_real a)
{
	int32_t shift = -a.e - 16;

	if (shift <= 0)
		return a.m == 0 ? 0 : shift == 0 ? a.m :
		       a.m < 0 ? INT32_MIN : INT32_MAX;
	if (shift > 32)
		return 0;
	return (int32_t)(((int64_t)a.m + ((int64_t)1 << (shift - 1))) >>
			 shift);
}

bool dsp_real_fits(struct dsp_real a)
{
	uint32_t size = (uint32_t)(a.m < 0 ? -(int64_t)a.m : a.m);

	if (a.m == 0)
		return a.e == 0;
	return size >> 30 == 1 && a.e >= -256 && a.e <= 256;
}
