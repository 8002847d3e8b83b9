/* CBOR: any bytes are refused or walked to their end; what is well-formed and
 * of definite length, written again, is read as the same. */
#include <stdlib.h>
#include <string.h>

#include "cbor/cbor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void put(struct cbor_out *out, const struct cbor_item *item)
{
	size_t n = (size_t)item->value;

	switch (item->kind) {
	case CBOR_UINT: cbor_put_uint(out, item->value); break;
	case CBOR_NINT: cbor_put_nint(out, item->value); break;
	case CBOR_BYTES: cbor_put_bytes(out, item->bytes, n); break;
	case CBOR_TEXT:
		cbor_put_text(out, (const char *)item->bytes, n);
		break;
	case CBOR_ARRAY: cbor_put_array(out, item->value); break;
	case CBOR_MAP: cbor_put_map(out, item->value); break;
	case CBOR_TAG: cbor_put_tag(out, item->value); break;
	case CBOR_SIMPLE: cbor_put_simple(out, (uint8_t)item->value); break;
	case CBOR_REAL: cbor_put_real(out, item->value); break;
	case CBOR_BREAK: abort();
	}
}

/* Items of in, written shortest into out. False: indefinite somewhere. */
static bool rewrite(const uint8_t *data, size_t size, struct cbor_out *out)
{
	struct cursor cur = cursor_init(data, size);
	struct cbor_item item;

	while (cursor_left(&cur)) {
		if (cbor_next(&cur, &item))
			abort();	/* cbor_check said otherwise */
		if (item.indefinite)
			return false;
		put(out, &item);
	}
	return true;
}

static void typed(const uint8_t *data, size_t size)
{
	struct cursor map = cursor_init(data, size), value, a, b, c;
	const uint8_t *bytes;
	uint64_t number;
	bool flag;
	size_t n;

	if (cbor_find(&map, "a", &value))
		return;
	a = b = c = value;
	cbor_uint(&a, 1000, &number);
	cbor_bool(&b, &flag);
	cbor_string(&c, CBOR_TEXT, &bytes, &n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *once = malloc(size + 1), *twice = malloc(size + 1);
	struct cbor_out a = cbor_out_init(once, size);
	struct cbor_out b = cbor_out_init(twice, size);

	if (!once || !twice)
		abort();
	typed(data, size);
	if (cbor_check(data, size) == 0 && rewrite(data, size, &a)) {
		/* shortest is never longer, well-formed, and stays as it is */
		if (a.err || cbor_check(once, a.len) ||
		    !rewrite(once, a.len, &b) || b.len != a.len ||
		    memcmp(once, twice, a.len))
			abort();
	}
	free(once);
	free(twice);
	return 0;
}
