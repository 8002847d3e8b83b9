#include "crypto/ed25519.h"

#include <stdbool.h>
#include <string.h>

#include "bits/le.h"
#include "crypto/fe25519.h"
#include "crypto/sha512.h"

enum {
	INVALID = 0x3CC3A55A,
	DIGITS = 256,
	DIGIT_MAX = 15,		/* signed windows of 5 bits: +-1, 3 ... 15 */
	TABLE = (DIGIT_MAX + 1) / 2,
};

/*
 * The curve -x^2 + y^2 = 1 + d x^2 y^2 in extended coordinates: x = X/Z,
 * y = Y/Z, xy = T/Z.  Formulas: Hisil, Wong, Carter, Dawson, "Twisted Edwards
 * Curves Revisited" (2008), sections 3.1 and 3.3.
 */
struct point {
	struct fe x, y, z, t;
};

/* A point made ready to be added: Y+X, Y-X, 2Z, 2dT. */
struct addend {
	struct fe sum, difference, z2, t2d;
};

static const struct fe zero, one = { { 1 } };
static const struct fe curve_d = { {
	0x135978a3, 0x75eb4dca, 0x4141d8ab, 0x00700a4d,
	0x7779e898, 0x8cc74079, 0x2b6ffe73, 0x52036cee
} };
static const struct fe curve_2d = { {
	0x26b2f159, 0xebd69b94, 0x8283b156, 0x00e0149a,
	0xeef3d130, 0x198e80f2, 0x56dffce7, 0x2406d9dc
} };
static const struct fe root_of_minus_one = { {
	0x4a0ea0b0, 0xc4ee1b27, 0xad2fe478, 0x2f431806,
	0x3dfbd7a7, 0x2b4d0099, 0x4fc1df0b, 0x2b832480
} };
static const struct point base = { { {
	0x8f25d51a, 0xc9562d60, 0x9525a7b2, 0x692cc760,
	0xfdd6dc5c, 0xc0a4e231, 0xcd6e53fe, 0x216936d3
} }, { {
	0x66666658, 0x66666666, 0x66666666, 0x66666666,
	0x66666666, 0x66666666, 0x66666666, 0x66666666
} }, { { 1 } }, { {
	0xa5b7dda3, 0x6dde8ab3, 0x775152f5, 0x20f09f80,
	0x64abe37d, 0x66ea4e8e, 0xd78b7665, 0x67875f0f
} } };
static const uint32_t order[FE_LIMBS] = {
	0x5cf5d3ed, 0x5812631a, 0xa2f79cd6, 0x14def9de,
	0x00000000, 0x00000000, 0x00000000, 0x10000000
};

/* r = 2 p; T, which only an addition reads, when it is wanted. */
static void point_double(struct point *r, const struct point *p, bool want_t)
{
	struct fe a, b, c, e, f, g, h;

	fe_square(&a, &p->x);
	fe_square(&b, &p->y);
	fe_square(&c, &p->z);
	fe_add(&c, &c, &c);
	fe_add(&h, &a, &b);
	fe_add(&e, &p->x, &p->y);
	fe_square(&e, &e);
	fe_sub(&e, &h, &e);
	fe_sub(&g, &a, &b);
	fe_add(&f, &c, &g);
	fe_mul(&r->x, &e, &f);
	fe_mul(&r->y, &g, &h);
	fe_mul(&r->z, &f, &g);
	if (want_t)
		fe_mul(&r->t, &e, &h);
}

/* r = p + q, or p - q when negative. */
static void point_add(struct point *r, const struct point *p,
		      const struct addend *q, bool negative)
{
	struct fe a, b, c, d, e, f, g, h;

	fe_sub(&a, &p->y, &p->x);
	fe_mul(&a, &a, negative ? &q->sum : &q->difference);
	fe_add(&b, &p->y, &p->x);
	fe_mul(&b, &b, negative ? &q->difference : &q->sum);
	fe_mul(&c, &p->t, &q->t2d);
	fe_mul(&d, &p->z, &q->z2);
	fe_sub(&e, &b, &a);
	fe_add(&h, &b, &a);
	fe_sub(negative ? &g : &f, &d, &c);
	fe_add(negative ? &f : &g, &d, &c);
	fe_mul(&r->x, &e, &f);
	fe_mul(&r->y, &g, &h);
	fe_mul(&r->t, &e, &h);
	fe_mul(&r->z, &f, &g);
}

static void point_prepare(struct addend *r, const struct point *p)
{
	fe_add(&r->sum, &p->y, &p->x);
	fe_sub(&r->difference, &p->y, &p->x);
	fe_add(&r->z2, &p->z, &p->z);
	fe_mul(&r->t2d, &p->t, &curve_2d);
}

/* table[i] = (2i + 1) p */
static void point_table(struct addend table[TABLE], const struct point *p)
{
	struct point twice, sum = *p;
	struct addend step;

	point_double(&twice, p, true);
	point_prepare(&step, &twice);
	point_prepare(&table[0], p);
	for (int i = 1; i < TABLE; i++) {
		point_add(&sum, &sum, &step, false);
		point_prepare(&table[i], &sum);
	}
}

/* 8 p is neutral exactly when p has small order: no table of bad points. */
static bool is_small_order(const struct point *p)
{
	struct point q = *p;

	for (int i = 0; i < 3; i++)
		point_double(&q, &q, false);
	return fe_is_zero(&q.x);
}

static void point_encode(uint8_t bytes[static FE_BYTES], const struct point *p)
{
	struct fe x, y, inverse;

	fe_invert(&inverse, &p->z);
	fe_mul(&x, &p->x, &inverse);
	fe_mul(&y, &p->y, &inverse);
	fe_to_bytes(bytes, &y);
	bytes[FE_BYTES - 1] |= (uint8_t)(fe_is_odd(&x) << 7);
}

/* x of the point with this y, up to sign: sqrt((y^2 - 1) / (d y^2 + 1)),
 * RFC 8032 section 5.1.3.  False when there is none. */
static bool find_x(struct fe *x, const struct fe *y)
{
	struct fe u, v, v3, t;

	fe_square(&u, y);
	fe_mul(&v, &u, &curve_d);
	fe_sub(&u, &u, &one);
	fe_add(&v, &v, &one);
	fe_square(&v3, &v);
	fe_mul(&v3, &v3, &v);
	fe_square(&t, &v3);
	fe_mul(&t, &t, &v);
	fe_mul(&t, &t, &u);
	fe_root(&t, &t);
	fe_mul(&t, &t, &v3);
	fe_mul(x, &t, &u);

	fe_square(&t, x);
	fe_mul(&t, &t, &v);
	fe_sub(&v3, &t, &u);
	if (fe_is_zero(&v3))
		return true;
	fe_add(&v3, &t, &u);
	fe_mul(x, x, &root_of_minus_one);
	return fe_is_zero(&v3);
}

/* The key's point with its sign turned. False: not canonical, not on the
 * curve, or of small order. */
static bool decode_negative(struct point *p,
			    const uint8_t bytes[static FE_BYTES])
{
	uint8_t again[FE_BYTES];

	fe_from_bytes(&p->y, bytes);
	fe_to_bytes(again, &p->y);
	again[FE_BYTES - 1] |= bytes[FE_BYTES - 1] & 0x80;
	if (memcmp(again, bytes, FE_BYTES) != 0 || !find_x(&p->x, &p->y))
		return false;
	if (fe_is_odd(&p->x) == bytes[FE_BYTES - 1] >> 7)
		fe_sub(&p->x, &zero, &p->x);
	p->z = one;
	fe_mul(&p->t, &p->x, &p->y);
	return !is_small_order(p);
}

/* r - order into t; true when r is not below the order. */
static bool subtract_order(uint32_t *t, const uint32_t *r)
{
	int64_t carry = 0;

	for (int i = 0; i < FE_LIMBS; i++) {
		carry += (int64_t)r[i] - order[i];
		t[i] = (uint32_t)carry;
		carry >>= 32;
	}
	return carry == 0;
}

static bool is_below_order(const uint8_t scalar[static FE_BYTES])
{
	uint32_t s[FE_LIMBS], t[FE_LIMBS];

	for (int i = 0; i < FE_LIMBS; i++)
		s[i] = le_u32(scalar + 4 * i);
	return !subtract_order(t, s);
}

/* A 512-bit number modulo the order, bit by bit from the top. */
static void reduce(uint8_t scalar[static FE_BYTES],
		   const uint8_t hash[static SHA512_BYTES])
{
	uint32_t r[FE_LIMBS] = { 0 }, t[FE_LIMBS];

	for (int bit = 8 * SHA512_BYTES - 1; bit >= 0; bit--) {
		for (int i = FE_LIMBS - 1; i > 0; i--)
			r[i] = r[i] << 1 | r[i - 1] >> 31;
		r[0] = r[0] << 1 | (hash[bit / 8] >> bit % 8 & 1u);
		if (subtract_order(t, r))
			memcpy(r, t, sizeof(r));
	}
	for (int i = 0; i < FE_LIMBS; i++)
		le_put32(scalar + 4 * i, r[i]);
}

/* Add 1 to the binary digits from place up. */
static void carry_up(int8_t *digits, int place)
{
	while (place < DIGITS && digits[place])
		digits[place++] = 0;
	if (place < DIGITS)
		digits[place] = 1;
}

/* Signed odd digits, most of them 0: the sum of digits[i] 2^i is scalar. */
static void slide(int8_t digits[DIGITS], const uint8_t scalar[static FE_BYTES])
{
	for (int i = 0; i < DIGITS; i++)
		digits[i] = scalar[i / 8] >> i % 8 & 1;
	for (int i = 0; i < DIGITS; i++) {
		int value = digits[i];

		for (int k = 1; value && k <= 5 && i + k < DIGITS; k++) {
			int part = digits[i + k] << k;

			if (!part)
				continue;
			digits[i + k] = 0;
			if (value + part <= DIGIT_MAX) {
				value += part;
			} else if (value - part >= -DIGIT_MAX) {
				value -= part;
				carry_up(digits, i + k + 1);
			} else {
				digits[i + k] = 1;
				break;
			}
		}
		digits[i] = (int8_t)value;
	}
}

static void add_digit(struct point *sum, const struct addend *table, int digit)
{
	if (digit > 0)
		point_add(sum, sum, &table[digit / 2], false);
	else if (digit < 0)
		point_add(sum, sum, &table[-digit / 2], true);
}

/* r = a p + b B, both scalars below 2^253. */
static void multiply(struct point *r, const uint8_t *a, const struct point *p,
		     const uint8_t *b)
{
	struct addend of_p[TABLE], of_base[TABLE];
	int8_t digits_a[DIGITS], digits_b[DIGITS];

	slide(digits_a, a);
	slide(digits_b, b);
	point_table(of_p, p);
	point_table(of_base, &base);
	*r = (struct point){ zero, one, one, zero };
	for (int i = DIGITS - 1; i >= 0; i--) {
		point_double(r, r, digits_a[i] || digits_b[i]);
		add_digit(r, of_p, digits_a[i]);
		add_digit(r, of_base, digits_b[i]);
	}
}

static void hash_scalar(uint8_t scalar[static FE_BYTES], const uint8_t *r,
			const uint8_t *key, const void *message, size_t n)
{
	struct sha512 sha;
	uint8_t hash[SHA512_BYTES];

	sha512_init(&sha);
	sha512_update(&sha, r, FE_BYTES);
	sha512_update(&sha, key, FE_BYTES);
	sha512_update(&sha, message, n);
	sha512_final(&sha, hash);
	reduce(scalar, hash);
}

/* Compared in both directions, so that one skipped loop does not decide. */
static uint32_t judge(const uint8_t *a, const uint8_t *b)
{
	volatile uint32_t up = 0, down = 0;

	for (int i = 0; i < FE_BYTES; i++)
		up |= (uint32_t)(a[i] ^ b[i]);
	for (int i = FE_BYTES - 1; i >= 0; i--)
		down |= (uint32_t)(a[i] ^ b[i]);
	if (up != 0 || down != 0)
		return INVALID;
	return ED25519_VALID ^ up ^ down;
}

uint32_t ed25519_verify(const uint8_t signature[static ED25519_SIGNATURE_BYTES],
			const void *message, size_t n,
			const uint8_t key[static ED25519_KEY_BYTES])
{
	const uint8_t *s = signature + FE_BYTES;
	uint8_t h[FE_BYTES], check[FE_BYTES];
	struct point point;

	if (!is_below_order(s) || !decode_negative(&point, key))
		return INVALID;
	hash_scalar(h, signature, key, message, n);
	multiply(&point, h, &point, s);
	if (is_small_order(&point))	/* only matters when R equals it */
		return INVALID;
	point_encode(check, &point);
	return judge(check, signature);
}
