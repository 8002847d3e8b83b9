#include "crypto/fe25519.h"

#include "bits/le.h"
#include "mac.h"

/* r += 2^256 * carry = 38 * carry, until nothing overflows: at most twice. */
static void fold(uint32_t *r, int64_t carry)
{
	while (carry) {
		carry *= 38;
		for (int i = 0; i < FE_LIMBS && carry; i++) {
			carry += r[i];
			r[i] = (uint32_t)carry;
			carry >>= 32;
		}
	}
}

void fe_add(struct fe *r, const struct fe *a, const struct fe *b)
{
	uint64_t carry = 0;

	for (int i = 0; i < FE_LIMBS; i++) {
		carry += (uint64_t)a->v[i] + b->v[i];
		r->v[i] = (uint32_t)carry;
		carry >>= 32;
	}
	fold(r->v, (int64_t)carry);
}

void fe_sub(struct fe *r, const struct fe *a, const struct fe *b)
{
	int64_t carry = 0;

	for (int i = 0; i < FE_LIMBS; i++) {
		carry += (int64_t)a->v[i] - b->v[i];
		r->v[i] = (uint32_t)carry;
		carry >>= 32;
	}
	fold(r->v, carry);
}

/* One row of the schoolbook product: t[0..8] += a * b, where t[8] is 0. */
static void add_row(uint32_t *t, uint32_t a, const uint32_t *b)
{
	uint32_t carry = 0;

#pragma GCC unroll 8
	for (int j = 0; j < FE_LIMBS; j++)
		carry = mac(&t[j], a, b[j], carry);
	t[FE_LIMBS] = carry;
}

void fe_mul(struct fe *r, const struct fe *a, const struct fe *b)
{
	uint32_t t[2 * FE_LIMBS] = { 0 };
	uint32_t carry = 0;

	for (int i = 0; i < FE_LIMBS; i++)
		add_row(t + i, a->v[i], b->v);
	for (int i = 0; i < FE_LIMBS; i++) {
		carry = mac(&t[i], t[i + FE_LIMBS], 38, carry);
		r->v[i] = t[i];
	}
	fold(r->v, carry);
}

void fe_square(struct fe *r, const struct fe *a)
{
	fe_mul(r, a, a);
}

/* r = a^(2^n) * b */
static void square_times(struct fe *r, const struct fe *a, int n,
			 const struct fe *b)
{
	struct fe t = *a;

	while (n-- > 0)
		fe_square(&t, &t);
	fe_mul(r, &t, b);
}

void fe_root(struct fe *r, const struct fe *a)
{
	/* tN is a^(2^N - 1); the exponent is 2^252 - 3 = (2^250 - 1) 4 + 1 */
	struct fe t1 = *a, t2, t5, t10, t, t50;

	square_times(&t2, &t1, 1, &t1);
	square_times(&t, &t2, 2, &t2);
	square_times(&t5, &t, 1, &t1);
	square_times(&t10, &t5, 5, &t5);
	square_times(&t, &t10, 10, &t10);
	square_times(&t, &t, 20, &t);
	square_times(&t50, &t, 10, &t10);
	square_times(&t, &t50, 50, &t50);
	square_times(&t, &t, 100, &t);
	square_times(&t, &t, 50, &t50);
	square_times(r, &t, 2, &t1);
}

void fe_invert(struct fe *r, const struct fe *a)
{
	struct fe cube, t;

	/* p - 2 = 8 (2^252 - 3) + 3 */
	square_times(&cube, a, 1, a);
	fe_root(&t, a);
	square_times(r, &t, 3, &cube);
}

void fe_from_bytes(struct fe *r, const uint8_t bytes[static FE_BYTES])
{
	for (int i = 0; i < FE_LIMBS; i++)
		r->v[i] = le_u32(bytes + 4 * i);
	r->v[FE_LIMBS - 1] &= 0x7FFFFFFF;
}

/* r = a + small; is bit 255 set then? */
static uint32_t add_small(uint32_t *r, const uint32_t *a, uint32_t small)
{
	uint64_t carry = small;

	for (int i = 0; i < FE_LIMBS; i++) {
		carry += a[i];
		r[i] = (uint32_t)carry;
		carry >>= 32;
	}
	return r[FE_LIMBS - 1] >> 31;
}

void fe_to_bytes(uint8_t bytes[static FE_BYTES], const struct fe *a)
{
	struct fe t = *a, over;
	uint32_t top = t.v[FE_LIMBS - 1] >> 31;	/* worth 19 */

	t.v[FE_LIMBS - 1] &= 0x7FFFFFFF;
	add_small(t.v, t.v, 19 * top);
	/* below 2^255 + 19: at most one p too much, and adding 19 tells */
	if (add_small(over.v, t.v, 19))
		t = over;
	for (int i = 0; i < FE_LIMBS; i++)
		le_put32(bytes + 4 * i, t.v[i]);
	bytes[FE_BYTES - 1] &= 0x7F;
}

bool fe_is_zero(const struct fe *a)
{
	uint8_t bytes[FE_BYTES], any = 0;

	fe_to_bytes(bytes, a);
	for (int i = 0; i < FE_BYTES; i++)
		any |= bytes[i];
	return any == 0;
}

bool fe_is_odd(const struct fe *a)
{
	uint8_t bytes[FE_BYTES];

	fe_to_bytes(bytes, a);
	return bytes[0] & 1;
}
