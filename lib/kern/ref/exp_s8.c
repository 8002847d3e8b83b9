#include "kern/ref/exp_s8.h"

#include "kern/requant.h"

/* exp(x) for x in [-1/4, 0) in Q0: Taylor to the fourth power around -1/8. */
static int32_t exp_interval(int32_t x)
{
	const int32_t exp_minus_eighth = 1895147668, third = 715827883;
	int32_t a = requant_add(x, 1 << 28);
	int32_t a2 = requant_high_mul(a, a);
	int32_t a3 = requant_high_mul(a2, a);
	int32_t a4_4 = requant_round_shift(requant_high_mul(a2, a2), 2);
	int32_t tail = requant_high_mul(requant_add(a4_4, a3), third);

	tail = requant_round_shift(requant_add(tail, a2), 1);
	return requant_add(exp_minus_eighth,
			   requant_high_mul(exp_minus_eighth,
					    requant_add(a, tail)));
}

static int32_t exp_q(int32_t x, int bits)
{
	/* exp(-2^i) in Q0 for i = -2 ... 4 */
	static const int32_t power[] = {
		1672461947, 1302514674, 790015084, 290630308, 39332535,
		720401, 242,
	};
	const int32_t quarter = 1 << (29 - bits);
	int32_t part = requant_sub(x & (quarter - 1), quarter);
	int32_t rest = requant_sub(part, x);
	int32_t y = exp_interval(requant_shl_sat(part, bits));

	for (int i = 0; i < bits + 2; i++)
		if (rest & (quarter << i))
			y = requant_high_mul(y, power[i]);
	return x == 0 ? INT32_MAX : y;
}

int32_t exp_s8(int32_t x)
{
	return exp_q(x, 5);
}

/* 2 / (1 + x) in Q2. */
static int32_t newton(int32_t x)
{
	const int32_t c48_17 = 1515870810, c32_17 = 1010580540;	/* Q2 */
	int32_t half = requant_half_sum(x, INT32_MAX);
	int32_t y = requant_sub(c48_17, requant_high_mul(half, c32_17));

	for (int i = 0; i < 3; i++) {
		int32_t error = requant_sub(1 << 29,
					    requant_high_mul(half, y));

		error = requant_shl_sat(requant_high_mul(y, error), 2);
		y = requant_add(y, error);
	}
	return y;
}

int32_t exp_s8_reciprocal(int32_t x)
{
	return requant_shl_sat(newton(x), 1);
}

int32_t exp_s8_logistic(int32_t x)
{
	int32_t y;

	if (x == 0)
		return 1 << 30;
	y = exp_s8_reciprocal(exp_q(x < 0 ? x : -x, 4));
	return x > 0 ? y : requant_sub(INT32_MAX, y);
}

int32_t exp_s8_tanh(int32_t x)
{
	int32_t y;

	if (x == 0)
		return 0;
	/* twice x in Q5 has the bits of x in Q4 */
	y = newton(exp_q(x < 0 ? x : -x, 5));
	y = requant_shl_sat(requant_sub(y, 1 << 29), 2);
	return x > 0 ? y : -y;
}
