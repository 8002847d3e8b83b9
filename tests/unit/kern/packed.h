/*
 * packed - cases for kernels with packed constants: the same layer in the
 * reference kernel's form and in theirs.
 */
#ifndef TINYML_TESTS_KERN_PACKED_H
#define TINYML_TESTS_KERN_PACKED_H

#include "cases.h"
#include "kern/pack.h"

/* A case in both forms. */
struct pair {
	struct kern_conv_s8 ref, packed_k;
	struct guarded in, want, got, weights, packed, scratch;
	int32_t bias[CHANNELS_MAX], folded[CHANNELS_MAX];
	int32_t multiplier[CHANNELS_MAX], new_multiplier[CHANNELS_MAX];
	int8_t shift[CHANNELS_MAX], new_shift[CHANNELS_MAX];
	struct kern_sums sums[CHANNELS_MAX];
	uint32_t channels[KERN_CHANNELS_WORDS(CHANNELS_MAX)];
	struct kern_packed to;
};

/* A channel whose output never changes, in the two ways models have it. */
static inline void kill(struct cases *cases, struct pair *p, int channel)
{
	if (pick(cases, 0, 1)) {
		p->multiplier[channel] = p->shift[channel] = 0;
		p->bias[channel] = (int32_t)rng_u64(&cases->rng) >> 1;
	} else {
		p->bias[channel] = INT32_MAX - (1 << 25);
		p->shift[channel] = (int8_t)pick(cases, -31, -30);
		p->multiplier[channel] = (1 << 30) + (1 << 26);
	}
}

static inline void pick_constants(struct cases *cases, struct pair *p,
				  size_t weights)
{
	struct kern_conv_s8 *k = &p->ref;
	bool has_dead = cases->number % 4 == 1;

	p->weights = pick_bytes(cases, weights);
	for (int i = 0; i < CHANNELS_MAX; i++) {
		p->bias[i] = (int32_t)rng_u64(&cases->rng) >>
			     pick(cases, 7, 31);
		p->multiplier[i] = pick(cases, 0, 20) ?
			pick(cases, 1 << 30, INT32_MAX) : 0;
		p->shift[i] = (int8_t)(pick(cases, 0, 9) ?
			pick(cases, -14, -4) :
			pick(cases, PACK_SHIFT_MIN, PACK_SHIFT_MAX));
		if (has_dead && !pick(cases, 0, 4))
			kill(cases, p, i);
	}
	k->weights = (int8_t *)p->weights.data;
	k->bias = pick(cases, 0, 3) ? p->bias : NULL;
	k->requant = (struct kern_requant){ p->multiplier, p->shift,
					    has_dead || pick(cases, 0, 1) };
	if (has_dead)
		k->bias = p->bias;
	k->in_zero = pick(cases, 0, 2) ? pick(cases, -128, 127) :
		     pick(cases, 0, 1) ? 127 : -128;
	k->out_zero = pick(cases, -128, 127);
	pick_clamp(cases, &k->act_min, &k->act_max);
}

/* Tensors, and the case's other form with packed bytes of weights. */
static inline void make_pair(struct cases *cases, struct pair *p, size_t packed)
{
	p->in = pick_bytes(cases, shape_size(&p->ref.win.in));
	p->want = guarded_init(shape_size(&p->ref.win.out));
	p->got = guarded_init(shape_size(&p->ref.win.out));
	p->packed = guarded_init(packed);
	p->packed_k = p->ref;
	p->packed_k.weights = (int8_t *)p->packed.data;
	p->packed_k.bias = p->folded;
	p->packed_k.requant.multiplier = p->new_multiplier;
	p->packed_k.requant.shift = p->new_shift;
	p->packed_k.channels = p->channels;
	p->to = (struct kern_packed){ (int8_t *)p->packed.data, p->folded,
					 p->new_multiplier, p->new_shift,
					 p->sums, p->channels };
}

static inline void compare(struct cases *cases, struct pair *p)
{
	case_assert(cases, !memcmp(p->want.data, p->got.data, p->got.n));
	case_assert(cases, guarded_intact(&p->in));
	case_assert(cases, guarded_intact(&p->got));
	case_assert(cases, guarded_intact(&p->packed));
	case_assert(cases, guarded_intact(&p->scratch));
}

static inline void release_pair(struct pair *p)
{
	struct guarded *all[] = { &p->in, &p->want, &p->got, &p->weights,
				  &p->packed, &p->scratch };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		guarded_release(all[i]);
}

#endif
