#include <string.h>

#include "kern/channels.h"
#include "kern/pack.h"

/* ---- which factors give the same outputs --------------------------------- */

/* A channel as it was, and the factors that may replace its own. */
struct search {
	int64_t factor, bias, low, high;	/* sums: bias included */
	unsigned shift;
	int64_t least, most;
};

static int64_t divide_down(int64_t a, int64_t b)
{
	int64_t q = a / b;

	return q - (a % b != 0 && (a < 0) != (b < 0));
}

static int64_t divide_up(int64_t a, int64_t b)
{
	return -divide_down(-a, b);
}

static void at_least(int64_t *a, int64_t b)
{
	*a = *a < b ? b : *a;
}

static void at_most(int64_t *a, int64_t b)
{
	*a = *a > b ? b : *a;
}

/* Keep the factors with sum * factor >= product. */
static void keep_reaching(struct search *s, int64_t sum, int64_t product)
{
	if (sum > 0)
		at_least(&s->least, divide_up(product, sum));
	else if (sum < 0)
		at_most(&s->most, divide_down(product, sum));
}

/* Keep those with sum * factor < product. */
static void keep_below(struct search *s, int64_t sum, int64_t product)
{
	keep_reaching(s, -sum, 1 - product);
}

/* Outputs reach `steps` above the zero point where the product, rounded,
 * reaches a half less; below zero, halves do not. */
static void keep_step(struct search *s, int32_t steps)
{
	int64_t reached = (int64_t)steps * (INT64_C(1) << s->shift) -
			  (INT64_C(1) << s->shift >> 1) + (steps <= 0);
	int64_t product = reached * (INT64_C(1) << 32) - (INT64_C(1) << 31);
	int64_t first = divide_up(product, s->factor);

	if (first <= s->high)
		keep_reaching(s, first > s->low ? first : s->low, product);
	if (first > s->low)
		keep_below(s, first <= s->high ? first - 1 : s->high, product);
}

static void find_factors(struct search *s, int32_t out_zero)
{
	s->least = INT64_C(1) << 31;
	s->most = (INT64_C(1) << 32) - 1;
	for (int32_t v = INT8_MIN + 1; v <= INT8_MAX; v++)
		keep_step(s, v - out_zero);
}

/* The one whose low bits are these, or 0. */
static uint32_t with_low_bits(const struct search *s, uint32_t low,
			      unsigned bits)
{
	int64_t factor = s->least - ((s->least - low) &
				     ((INT64_C(1) << bits) - 1));

	if (factor < s->least)
		factor += INT64_C(1) << bits;
	return factor > s->most ? 0 : (uint32_t)factor;
}

/* ---- forms --------------------------------------------------------------- */

static bool has_weights(const struct kern_packed *p, int32_t o)
{
	return p->sums[o].low != p->sums[o].high;
}

static struct search channel_of(const struct kern_layer *l,
				const struct kern_packed *p, int32_t o)
{
	int32_t entry = o * l->requant->step;

	return (struct search){
		.factor = 2 * (int64_t)p->multiplier[entry],
		.bias = p->bias[o], .shift = (unsigned)-p->shift[entry],
		.low = p->sums[o].low, .high = p->sums[o].high,
	};
}

static void put_shared(const struct kern_layer *l, const struct kern_packed *p)
{
	p->channels[0] = KERN_CHANNELS_SHARED | (uint32_t)-p->shift[0] << 8;
	p->channels[1] = (uint32_t)p->multiplier[0] * 2;
	memcpy(p->channels + 2, p->bias, 4 * (size_t)l->channels);
}

/* A dead channel may have any shift: its bias moves along. */
static void move_shift(struct search *s, unsigned shift)
{
	int64_t steps = s->bias / 4;	/* kern_pack_channel */

	s->factor = INT64_C(1) << 31;
	s->shift = shift;
	s->bias = s->low = s->high = steps * (INT64_C(2) << shift);
}

static bool put_narrow_channel(const struct search *s, unsigned base,
			       int16_t *entry)
{
	uint32_t low = (uint32_t)(s->bias & 7) << 2 | (s->shift - base);
	uint32_t factor = with_low_bits(s, low, 5);

	if (s->shift - base > KERN_CHANNELS_SPREAD || !factor ||
	    s->bias < -(1 << 18) || s->bias >= 1 << 18)
		return false;
	memcpy(entry, &factor, sizeof(factor));
	entry[2] = (int16_t)(s->bias >> 3);
	return true;
}

static unsigned least_shift(const struct kern_layer *l,
			    const struct kern_packed *p)
{
	unsigned least = KERN_CHANNELS_SHIFT_MAX - KERN_CHANNELS_SPREAD;

	for (int32_t o = 0; o < l->channels; o++)
		if (has_weights(p, o) && (unsigned)-p->shift[o] < least)
			least = (unsigned)-p->shift[o];
	return least;
}

static bool put_narrow(const struct kern_layer *l, const struct kern_packed *p)
{
	unsigned base = least_shift(l, p);
	int16_t *entry = (int16_t *)(p->channels + 1);

	p->channels[0] = KERN_CHANNELS_NARROW | base << 8;
	entry[3 * l->channels] = 0;	/* of the last word, perhaps */
	for (int32_t o = 0; o < l->channels; o++, entry += 3) {
		struct search s = channel_of(l, p, o);

		if (!has_weights(p, o))
			move_shift(&s, base);
		find_factors(&s, l->out_zero);
		if (!put_narrow_channel(&s, base, entry))
			return false;
	}
	return true;
}

static bool put_wide(const struct kern_layer *l, const struct kern_packed *p)
{
	uint32_t *word = p->channels;

	*word++ = KERN_CHANNELS_WIDE;
	for (int32_t o = 0; o < l->channels; o++) {
		if (p->bias[o] < -(1 << 26) || p->bias[o] >= 1 << 26)
			return false;
		*word++ = (uint32_t)p->multiplier[o] * 2;
		*word++ = (uint32_t)p->bias[o] << 5 | (uint32_t)-p->shift[o];
	}
	return true;
}

bool kern_pack_channels(const struct kern_layer *l,
			const struct kern_packed *to)
{
	if (!l->requant->step) {
		put_shared(l, to);
		return true;
	}
	return put_narrow(l, to) || put_wide(l, to);
}
