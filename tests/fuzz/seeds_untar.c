/* seeds_untar DIR - what fuzz_untar starts from. */
#include "seed.h"
#include "tar_make.h"

static const uint8_t packed[] = {
	0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 0x03, 0xcb, 0x48, 0xcd, 0xc9, 0xc9,
	0x57, 0xc8, 0x40, 0x90, 0x5c, 0x00, 0x3b, 0x7c, 0x8a, 0xdf, 0x12, 0, 0,
	0, 0x1f, 0x8b, 0x08, 0, 0
};

int main(int argc, char **argv)
{
	struct buf tar = BUF_INIT;
	int bad;

	if (argc != 2)
		return 1;
	tar_make(&tar, '5', "a/", "", 0);
	tar_make(&tar, '0', "./a/one", "1", 1);
	tar_make(&tar, 'L', "././@LongLink", "a/long name", 12);
	tar_make(&tar, '0', "cut", "22", 2);
	tar_make(&tar, 'x', "pax", "19 mtime=1000.5000\n16 path=a/three\n",
		 35);
	tar_make(&tar, '0', "three", "", 0);
	buf_grow(&tar, 1024);
	memcpy(tar.data + 345, "far/away", 8);
	tar_make_sum(tar.data);
	bad = seed_save(argv[1], "kinds", tar.data, tar.len) ||
	      seed_save(argv[1], "cut", tar.data, 700) ||
	      seed_save(argv[1], "several", packed, sizeof(packed)) ||
	      seed_save(argv[1], "one", packed, 29) ||
	      seed_save(argv[1], "short", packed, 20);
	buf_release(&tar);
	return bad;
}
