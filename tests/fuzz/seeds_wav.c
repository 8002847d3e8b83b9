/*
 * seeds_wav DIR - what fuzz_wav starts from: each encoding, plain and as
 * WAVE_FORMAT_EXTENSIBLE, a chunk to skip, and the two RF64 spellings.
 */
#include "seed.h"

enum { PCM = 1, FLOAT = 3, ALAW = 6, MULAW = 7, EXTENSIBLE = 0xfffe };

static void fmt(struct buf *out, unsigned tag, unsigned bits)
{
	static const uint8_t tail[14] = { 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0,
					  0xaa, 0, 0x38, 0x9b, 0x71 };
	unsigned channels = 2, align = channels * bits / 8;
	bool is_long = tag & 0x100;

	buf_adds(out, "fmt ");
	buf_add32(out, is_long ? 40 : 16);
	buf_add16(out, (uint16_t)(is_long ? EXTENSIBLE : tag));
	buf_add16(out, (uint16_t)channels);
	buf_add32(out, 8000);
	buf_add32(out, 8000 * align);
	buf_add16(out, (uint16_t)align);
	buf_add16(out, (uint16_t)bits);
	if (!is_long)
		return;
	buf_add16(out, 22);
	buf_add16(out, (uint16_t)bits);
	buf_add32(out, 3);
	buf_add16(out, (uint16_t)(tag & 0xff));
	buf_add(out, tail, sizeof(tail));
}

static void data(struct buf *out, unsigned bits, uint32_t said)
{
	buf_adds(out, "data");
	buf_add32(out, said);
	for (unsigned i = 0; i < 6 * bits / 8; i++)
		buf_addc(out, (uint8_t)(i * 37 & 0x3f));
}

static int one(const char *folder, unsigned tag, unsigned bits)
{
	struct buf out = BUF_INIT;
	char name[64];
	int ret;

	buf_adds(&out, "RIFF");
	buf_add32(&out, 0);
	buf_adds(&out, "WAVE");
	fmt(&out, tag, bits);
	buf_adds(&out, "LIST");
	buf_add32(&out, 3);
	buf_add(&out, "abc", 4);
	data(&out, bits, 6 * bits / 8);
	snprintf(name, sizeof(name), "tag%x-bits%u.wav", tag, bits);
	ret = seed_save(folder, name, out.data, out.len);
	buf_release(&out);
	return ret;
}

static int rf64(const char *folder, const char *name, uint64_t bytes)
{
	struct buf out = BUF_INIT;
	int ret;

	buf_adds(&out, "RF64");
	buf_add32(&out, UINT32_MAX);
	buf_adds(&out, "WAVEds64");
	buf_add32(&out, 28);
	buf_add64(&out, 0);
	buf_add64(&out, bytes);
	buf_add64(&out, 3);
	buf_add32(&out, 0);
	fmt(&out, PCM, 16);
	data(&out, 16, UINT32_MAX);
	ret = seed_save(folder, name, out.data, out.len);
	buf_release(&out);
	return ret;
}

int main(int argc, char **argv)
{
	static const struct { unsigned tag, bits; } kinds[] = {
		{ PCM, 8 }, { PCM, 16 }, { PCM, 24 }, { PCM, 32 },
		{ FLOAT, 32 }, { FLOAT, 64 }, { ALAW, 8 }, { MULAW, 8 },
	};
	int bad = argc != 2;

	for (size_t i = 0; !bad && i < sizeof(kinds) / sizeof(kinds[0]); i++)
		bad = one(argv[1], kinds[i].tag, kinds[i].bits) ||
		      one(argv[1], kinds[i].tag | 0x100, kinds[i].bits);
	return bad || rf64(argv[1], "rf64.wav", 12) ||
	       rf64(argv[1], "rf64-lies.wav", UINT64_MAX);
}
