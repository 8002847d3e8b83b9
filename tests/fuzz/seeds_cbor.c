/* seeds_cbor DIR - what fuzz_cbor starts from: every kind of item, of definite
 * and of indefinite length, and the map it looks into. */
#include "cbor/cbor.h"
#include "seed.h"

static void kinds(struct cbor_out *out)
{
	cbor_put_array(out, 9);
	cbor_put_uint(out, 70000);
	cbor_put_uint(out, UINT64_MAX);
	cbor_put_nint(out, 299);
	cbor_put_bytes(out, "\1\2\3", 3);
	cbor_put_text(out, "\u00e9", 2);
	cbor_put_tag(out, 24);
	cbor_put_null(out);
	cbor_put_simple(out, 200);
	cbor_put_bool(out, true);
	cbor_put_real(out, 0x7ff8000000000000);
}

static void open_ended(struct cbor_out *out)
{
	cbor_put_map_open(out);
	cbor_put_key(out, "a");
	cbor_put_array_open(out);
	cbor_put_uint(out, 1);
	cbor_put_break(out);
	cbor_put_break(out);
}

static void map_of(struct cbor_out *out, unsigned kind)
{
	cbor_put_map(out, 2);
	cbor_put_key(out, "b");
	cbor_put_array(out, 0);
	cbor_put_key(out, "a");
	switch (kind) {
	case 0: cbor_put_uint(out, 999); break;
	case 1: cbor_put_bool(out, true); break;
	default: cbor_put_text(out, "word", 4); break;
	}
}

int main(int argc, char **argv)
{
	static const uint8_t pieces[] = { 0x7f, 0x61, 'a', 0x61, 'b', 0xff };
	static const uint8_t reals[] = { 0x82, 0xf9, 0x3c, 0, 0xfa, 0x3f, 0x80,
					 0, 0 };
	uint8_t room[256];
	char name[16];
	int bad = argc != 2;

	for (unsigned i = 0; !bad && i < 5; i++) {
		struct cbor_out out = cbor_out_init(room, sizeof(room));

		if (i < 3)
			map_of(&out, i);
		else if (i == 3)
			kinds(&out);
		else
			open_ended(&out);
		snprintf(name, sizeof(name), "item%u", i);
		bad = out.err || seed_save(argv[1], name, room, out.len);
	}
	return bad || seed_save(argv[1], "pieces", pieces, sizeof(pieces)) ||
	       seed_save(argv[1], "reals", reals, sizeof(reals));
}
