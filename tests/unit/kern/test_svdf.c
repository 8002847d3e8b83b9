#include "cases.h"

enum { TIMES = 12, BATCHES_MAX = 2, UNITS_MAX = 4, RANK_MAX = 3,
       FILTERS_MAX = UNITS_MAX * RANK_MAX, MEMORY_MAX = 6, DEPTH_MAX = 9 };

struct svdf_case {
	struct kern_svdf_s8 k;
	int8_t weights[FILTERS_MAX * DEPTH_MAX];
	int8_t time_s8[FILTERS_MAX * MEMORY_MAX];
	int16_t time_s16[FILTERS_MAX * MEMORY_MAX];
	int32_t bias[UNITS_MAX];
	/* what each filter made of each input so far */
	int64_t seen[TIMES][BATCHES_MAX][FILTERS_MAX];
	int8_t in[TIMES][BATCHES_MAX * DEPTH_MAX];
};

static void pick_svdf(struct cases *cases, struct svdf_case *c)
{
	struct kern_svdf_s8 *k = &c->k;
	bool is_s8 = pick(cases, 0, 1);

	*k = (struct kern_svdf_s8){
		.batches = pick(cases, 1, BATCHES_MAX),
		.in_depth = pick(cases, 1, DEPTH_MAX),
		.units = pick(cases, 1, UNITS_MAX),
		.rank = pick(cases, 1, RANK_MAX),
		.memory = pick(cases, 1, MEMORY_MAX), .weights = c->weights,
		.time = is_s8 ? (void *)c->time_s8 : (void *)c->time_s16,
		.bias = pick(cases, 0, 3) ? c->bias : NULL,
		.state_type = is_s8 ? KERN_S8 : KERN_S16,
		.in_zero = pick(cases, -128, 127),
		.state_zero = is_s8 ? pick(cases, -128, 127) : 0,
		.out_zero = pick(cases, -128, 127),
		.state_multiplier = pick(cases, 1 << 30, INT32_MAX),
		.state_shift = pick(cases, -12, -3),
		.out_multiplier = pick(cases, 1 << 30, INT32_MAX),
		.out_shift = is_s8 ? pick(cases, -12, -4)
				   : pick(cases, -28, -16),
	};
	for (size_t i = 0; i < sizeof(c->weights); i++)
		c->weights[i] = (int8_t)pick(cases, -128, 127);
	for (size_t i = 0; i < sizeof(c->time_s8); i++) {
		c->time_s8[i] = (int8_t)pick(cases, -128, 127);
		c->time_s16[i] = (int16_t)pick(cases, -32768, 32767);
	}
	for (int i = 0; i < UNITS_MAX; i++)
		c->bias[i] = pick(cases, -30000, 30000);
	for (int t = 0; t < TIMES; t++)
		for (int i = 0; i < BATCHES_MAX * DEPTH_MAX; i++)
			c->in[t][i] = (int8_t)pick(cases, -128, 127);
}

/* The value that filter f leaves at time t, as the state's type holds it. */
static int64_t remember(const struct svdf_case *c, int t, int b, int f)
{
	const struct kern_svdf_s8 *k = &c->k;
	bool is_s8 = k->state_type == KERN_S8;
	int64_t sum = 0;

	for (int d = 0; d < k->in_depth; d++)
		sum += c->weights[f * k->in_depth + d] *
		       (c->in[t][b * k->in_depth + d] - k->in_zero);
	sum = oracle_mul(sum, k->state_multiplier, k->state_shift);
	sum = oracle_clamp(sum, is_s8 ? -128 : -32768, is_s8 ? 127 : 32767);
	sum += k->state_zero;
	return is_s8 ? (int8_t)sum : (int16_t)sum;
}

/* Times before the first are the zero point: they add nothing. */
static int8_t expected(const struct svdf_case *c, int t, int b, int u)
{
	const struct kern_svdf_s8 *k = &c->k;
	__int128 sum = k->bias ? c->bias[u] : 0;

	for (int f = u * k->rank; f < (u + 1) * k->rank; f++)
		for (int m = 0; m < k->memory; m++) {
			int at = f * k->memory + m, when = t - k->memory + 1 +
							   m;

			if (when >= 0)
				sum += (__int128)(k->state_type == KERN_S8 ?
					c->time_s8[at] : c->time_s16[at]) *
				       (c->seen[when][b][f] - k->state_zero);
		}
	return oracle_output(sum, k->out_multiplier, k->out_shift,
			     k->out_zero);
}

Test(svdf, a_stream_equals_the_formula)
{
	struct cases cases = cases_init(60);

	for (; cases.number < CASES; cases.number++) {
		struct svdf_case c;
		struct kern_svdf_s8 *k = &c.k;
		struct guarded state, out;
		size_t bytes;

		pick_svdf(&cases, &c);
		bytes = kern_type_bytes((unsigned)k->state_type);
		state = guarded_init((size_t)k->batches * k->units * k->rank *
				     k->memory * bytes);
		out = guarded_init((size_t)k->batches * k->units);
		memset(state.data, k->state_zero, state.n);
		for (int t = 0; t < TIMES; t++) {
			kern_svdf_s8(k, c.in[t], state.data,
				     (int8_t *)out.data);
			for (int b = 0; b < k->batches; b++) {
				for (int f = 0; f < k->units * k->rank; f++)
					c.seen[t][b][f] = remember(&c, t, b,
								   f);
				for (int u = 0; u < k->units; u++)
					case_assert(&cases, (int8_t)
						out.data[b * k->units + u] ==
						expected(&c, t, b, u));
			}
		}
		case_assert(&cases, guarded_intact(&state));
		case_assert(&cases, guarded_intact(&out));
		guarded_release(&state);
		guarded_release(&out);
	}
}

Test(svdf, float_remembers_and_adds)
{
	const float weights[] = { 1, 2, 0.5f, -1 }, time[] = { 1, 10, 2, 3 };
	const float bias[] = { 100 };
	const struct kern_svdf_f32 k = { 1, 2, 1, 2, 2, weights, time, bias,
					 -1000, 200 };
	float state[4] = { 0 }, out[1];

	/* filters give 1 + 2 * 3 = 7 and 0.5 - 3 = -2.5 */
	kern_svdf_f32(&k, (const float[]){ 1, 3 }, state, out);
	cr_assert_eq(out[0], 100 + 70 - 7.5f);
	/* then 0.5 and 0.25, and the ones before with the first weights */
	kern_svdf_f32(&k, (const float[]){ 0.5f, 0 }, state, out);
	cr_assert_eq(out[0], 100 + 7 + 5 - 5 + 0.75f);
	kern_svdf_f32(&k, (const float[]){ 20, 0 }, state, out);
	cr_assert_eq(out[0], 200);
}
