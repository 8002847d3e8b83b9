/*
 * Tables of channels: whatever form the packer chooses, every sum between a
 * channel's ends gives the output of its own multiplier and shift.
 */
#include "cases.h"
#include "kern/channels.h"
#include "kern/pack.h"

enum { CHANNELS = 16 };

struct table {
	struct kern_requant requant;
	struct kern_layer layer;
	struct kern_packed packed;
	int32_t bias[CHANNELS], multiplier[CHANNELS];
	int8_t shift[CHANNELS];
	struct kern_sums sums[CHANNELS];
	uint32_t words[KERN_CHANNELS_WORDS(CHANNELS)];
};

/* Sums that reach from one end of the outputs to the other and beyond. */
static void pick_channel(struct cases *cases, struct table *t, int o,
			 int shift)
{
	int32_t reach = 200 << shift;

	t->multiplier[o] = pick(cases, 1 << 30, INT32_MAX);
	t->shift[o] = (int8_t)-shift;
	t->bias[o] = pick(cases, -reach, reach);
	t->sums[o].low = t->bias[o] - pick(cases, 1, reach);
	t->sums[o].high = t->bias[o] + pick(cases, 1, reach);
}

static void pick_table(struct cases *cases, struct table *t, int base,
		       int spread)
{
	*t = (struct table){ 0 };
	for (int o = 0; o < CHANNELS; o++)
		pick_channel(cases, t, o, base + pick(cases, 0, spread));
	t->requant = (struct kern_requant){ t->multiplier, t->shift, 1 };
	t->layer = (struct kern_layer){
		.requant = &t->requant, .channels = CHANNELS,
		.out_zero = pick(cases, -128, 127),
	};
	t->packed = (struct kern_packed){ NULL, t->bias, t->multiplier,
					  t->shift, t->sums, t->words };
}

static int32_t clamped(int64_t v)
{
	return v < -128 ? -128 : v > 127 ? 127 : (int32_t)v;
}

/* What kern/channels.h says. */
static int32_t output(const struct kern_channel *c, int64_t sum, int32_t zero)
{
	int64_t product = sum * c->factor + sum * (INT64_C(1) << 32) +
			  (INT64_C(1) << 31);
	int64_t p = (product - (product & 0xffffffff)) / (INT64_C(1) << 32);

	return clamped(zero + oracle_round_shift(p, (int)c->shift));
}

static void compare(struct cases *cases, const struct table *t)
{
	int32_t zero = t->layer.out_zero;

	for (int32_t o = 0; o < CHANNELS; o++) {
		struct kern_channel c = kern_channel(t->words, o);
		int32_t entry = o * t->requant.step;

		case_assert(cases, c.bias == t->bias[o]);
		for (int64_t x = t->sums[o].low; x <= t->sums[o].high; x++)
			case_assert(cases, output(&c, x, zero) ==
				    clamped(zero + oracle_mul(x,
					t->multiplier[entry],
					t->shift[entry])));
	}
}

/* The first sum with an output of v or more; high + 1 when there is none. */
static int64_t first_with(const struct table *t, int32_t o, int32_t v)
{
	int64_t low = t->sums[o].low, high = (int64_t)t->sums[o].high + 1;

	while (low < high) {
		int64_t middle = low + (high - low) / 2;

		if (clamped(t->layer.out_zero + oracle_mul(middle,
				t->multiplier[o], t->shift[o])) >= v)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/* Outputs do not fall as sums rise: the sums on both sides of each step are
 * enough, however many there are. */
static void compare_steps(struct cases *cases, const struct table *t)
{
	for (int32_t o = 0; o < CHANNELS; o++) {
		struct kern_channel c = kern_channel(t->words, o);

		for (int32_t v = -127; v <= 127; v++) {
			int64_t x = first_with(t, o, v);

			if (x <= t->sums[o].high)
				case_assert(cases, output(&c, x,
						t->layer.out_zero) >= v);
			if (x > t->sums[o].low)
				case_assert(cases, output(&c, x - 1,
						t->layer.out_zero) < v);
		}
	}
}

static unsigned form_of(const struct table *t)
{
	return t->words[0] & 0xff;
}

Test(channels, outputs_are_those_of_the_multipliers)
{
	struct cases cases = cases_init(71);
	int narrow = 0, wide = 0;

	for (; cases.number < 300; cases.number++) {
		struct table t;

		pick_table(&cases, &t, pick(&cases, 1, 7),
			   cases.number % 8 ? 3 : 5);
		case_assert(&cases, kern_pack_channels(&t.layer, &t.packed));
		case_assert(&cases, kern_channels_valid(t.words, CHANNELS));
		narrow += form_of(&t) == KERN_CHANNELS_NARROW;
		wide += form_of(&t) == KERN_CHANNELS_WIDE;
		compare(&cases, &t);
	}
	cr_assert(narrow > 150 && wide > 20, "%d narrow, %d wide", narrow,
		  wide);
}

Test(channels, so_are_those_of_large_sums)
{
	struct cases cases = cases_init(74);
	int narrow = 0, wide = 0;

	for (; cases.number < 200; cases.number++) {
		struct table t;

		pick_table(&cases, &t, pick(&cases, 8, 11), 2);
		for (int o = 0; o < CHANNELS; o++)	/* biases that fit */
			t.bias[o] = pick(&cases, -(1 << 18), (1 << 18) - 1);
		case_assert(&cases, kern_pack_channels(&t.layer, &t.packed));
		narrow += form_of(&t) == KERN_CHANNELS_NARROW;
		wide += form_of(&t) == KERN_CHANNELS_WIDE;
		compare_steps(&cases, &t);
	}
	cr_assert(narrow > 20 && wide > 20, "%d narrow, %d wide", narrow,
		  wide);
}

Test(channels, one_factor_for_all_is_kept_as_it_is)
{
	struct cases cases = cases_init(72);
	struct table t;

	pick_table(&cases, &t, 6, 0);
	t.requant.step = 0;
	cr_assert(kern_pack_channels(&t.layer, &t.packed));
	cr_assert_eq(form_of(&t), KERN_CHANNELS_SHARED);
	compare(&cases, &t);
}

Test(channels, large_biases_take_more_room_or_are_refused)
{
	struct cases cases = cases_init(73);
	struct table t;

	pick_table(&cases, &t, 4, 0);
	t.bias[3] = t.sums[3].low = (1 << 18) - 1;
	t.sums[3].high = 1 << 18;
	cr_assert(kern_pack_channels(&t.layer, &t.packed));
	cr_assert_eq(form_of(&t), KERN_CHANNELS_NARROW);
	compare(&cases, &t);
	t.bias[3] = t.sums[3].low = 1 << 18;
	t.sums[3].high = t.bias[3] + 1;
	cr_assert(kern_pack_channels(&t.layer, &t.packed));
	cr_assert_eq(form_of(&t), KERN_CHANNELS_WIDE);
	compare(&cases, &t);
	t.bias[3] = t.sums[3].low = 1 << 26;
	t.sums[3].high = t.bias[3] + 1;
	cr_assert_not(kern_pack_channels(&t.layer, &t.packed));
}

Test(channels, tables_have_one_size_and_shifts_in_range)
{
	uint32_t wide[] = { KERN_CHANNELS_WIDE, 0, 22, 0, 1 };

	cr_assert_eq(kern_channels_bytes(KERN_CHANNELS_SHARED | 5 << 8, 5), 28);
	cr_assert_eq(kern_channels_bytes(KERN_CHANNELS_NARROW, 5), 36);
	cr_assert_eq(kern_channels_bytes(KERN_CHANNELS_NARROW, 6), 40);
	cr_assert_eq(kern_channels_bytes(KERN_CHANNELS_WIDE, 5), 44);
	cr_assert_eq(kern_channels_bytes(0, 5), 0);
	cr_assert_eq(kern_channels_bytes(4, 5), 0);
	cr_assert(kern_channels_valid(wide, 2));
	wide[4] = 0;
	cr_assert_not(kern_channels_valid(wide, 2));
	cr_assert(kern_channels_valid(wide, 1));
	wide[2] = 23;
	cr_assert_not(kern_channels_valid(wide, 1));
	wide[0] = KERN_CHANNELS_NARROW | 19 << 8;
	cr_assert(kern_channels_valid(wide, 1));
	wide[0] = KERN_CHANNELS_NARROW | 20 << 8;
	cr_assert_not(kern_channels_valid(wide, 1));
	wide[0] = KERN_CHANNELS_SHARED | 23 << 8;
	cr_assert_not(kern_channels_valid(wide, 1));
}
