#include <string.h>

#include "cbor/cbor.h"

struct cbor_out cbor_out_init(void *bytes, size_t room)
{
	return (struct cbor_out){ bytes, room, 0, 0 };
}

/* Room for n more bytes, or NULL once and for ever. */
static uint8_t *grow(struct cbor_out *out, size_t n)
{
	uint8_t *at;

	if (!out->err && n > out->room - out->len)
		out->err = ERR_FULL;
	if (out->err)
		return NULL;
	at = out->bytes + out->len;
	out->len += n;
	return at;
}

/* A head with its argument in 1 << log2 bytes behind it. */
static void head_sized(struct cbor_out *out, unsigned major, int log2,
		       uint64_t value)
{
	uint8_t *p = grow(out, (size_t)1 + ((size_t)1 << log2));

	if (!p)
		return;
	*p++ = (uint8_t)(major << 5 | (24u + (unsigned)log2));
	for (int i = (1 << log2) - 1; i >= 0; i--)
		*p++ = (uint8_t)(value >> (8 * i));
}

static void head(struct cbor_out *out, unsigned major, uint64_t value)
{
	uint8_t *p;

	if (value > UINT32_MAX) {
		head_sized(out, major, 3, value);
	} else if (value > UINT16_MAX) {
		head_sized(out, major, 2, value);
	} else if (value > UINT8_MAX) {
		head_sized(out, major, 1, value);
	} else if (value >= 24) {
		head_sized(out, major, 0, value);
	} else {
		p = grow(out, 1);
		if (p)
			*p = (uint8_t)(major << 5 | (unsigned)value);
	}
}

static void byte(struct cbor_out *out, uint8_t value)
{
	uint8_t *p = grow(out, 1);

	if (p)
		*p = value;
}

/* Head and content together or not at all. */
static void string(struct cbor_out *out, unsigned major, const void *bytes,
		   size_t n)
{
	size_t before = out->len;
	uint8_t *p;

	head(out, major, n);
	p = grow(out, n);
	if (p && n)
		memcpy(p, bytes, n);
	if (!p)
		out->len = before;
}

void cbor_put_uint(struct cbor_out *out, uint64_t value)
{
	head(out, 0, value);
}

void cbor_put_nint(struct cbor_out *out, uint64_t value)
{
	head(out, 1, value);
}

void cbor_put_int(struct cbor_out *out, int64_t value)
{
	if (value < 0)
		head(out, 1, (uint64_t)-(value + 1));
	else
		head(out, 0, (uint64_t)value);
}

void cbor_put_bool(struct cbor_out *out, bool value)
{
	cbor_put_simple(out, value ? CBOR_TRUE : CBOR_FALSE);
}

void cbor_put_null(struct cbor_out *out)
{
	cbor_put_simple(out, CBOR_NULL);
}

void cbor_put_simple(struct cbor_out *out, uint8_t number)
{
	head(out, 7, number);
}

void cbor_put_bytes(struct cbor_out *out, const void *bytes, size_t n)
{
	string(out, 2, bytes, n);
}

void cbor_put_text(struct cbor_out *out, const char *text, size_t n)
{
	string(out, 3, text, n);
}

void cbor_put_key(struct cbor_out *out, const char *key)
{
	string(out, 3, key, strlen(key));
}

void cbor_put_array(struct cbor_out *out, uint64_t items)
{
	head(out, 4, items);
}

void cbor_put_map(struct cbor_out *out, uint64_t pairs)
{
	head(out, 5, pairs);
}

void cbor_put_tag(struct cbor_out *out, uint64_t number)
{
	head(out, 6, number);
}

void cbor_put_array_open(struct cbor_out *out)
{
	byte(out, 0x9f);
}

void cbor_put_map_open(struct cbor_out *out)
{
	byte(out, 0xbf);
}

void cbor_put_break(struct cbor_out *out)
{
	byte(out, 0xff);
}

/*
 * A double's bits in a format of fewer bits, when that loses nothing:
 * true and *narrow. Zero, infinity and NaN keep their sign and fraction.
 */
static bool narrow_bits(uint64_t bits, int exponent_bits, int fraction_bits,
			uint64_t *narrow)
{
	int top = (1 << exponent_bits) - 1, bias = top >> 1;
	int exponent = (int)(bits >> 52 & 2047), drop = 52 - fraction_bits;
	uint64_t fraction = bits & (((uint64_t)1 << 52) - 1);
	uint64_t sign = bits >> 63 << (exponent_bits + fraction_bits);

	if (exponent == 2047) {
		exponent = top;
	} else if (exponent || fraction) {
		if (exponent == 0)
			return false;	/* smaller than any single */
		exponent += bias - 1023;
		if (exponent >= top || exponent < 1 - fraction_bits)
			return false;
		if (exponent < 1) {	/* becomes subnormal */
			fraction |= (uint64_t)1 << 52;
			drop += 1 - exponent;
			exponent = 0;
		}
	}
	if (fraction & (((uint64_t)1 << drop) - 1))
		return false;
	*narrow = sign | (uint64_t)exponent << fraction_bits |
		  fraction >> drop;
	return true;
}

void cbor_put_real(struct cbor_out *out, uint64_t bits)
{
	uint64_t narrow;

	if (narrow_bits(bits, 5, 10, &narrow))
		head_sized(out, 7, 1, narrow);
	else if (narrow_bits(bits, 8, 23, &narrow))
		head_sized(out, 7, 2, narrow);
	else
		head_sized(out, 7, 3, bits);
}
