/* seeds_idx DIR - what fuzz_idx starts from: images and labels behind the
 * byte that says how many bytes are images. */
#include "seed.h"

static const uint8_t pair[] = {
	24, 0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2,
	1, 2, 3, 4, 5, 6, 7, 8,
	0, 0, 8, 1, 0, 0, 0, 2, 7, 5
};
static const uint8_t longer[] = {
	18, 0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2,
	0, 0, 8, 1, 0, 0, 0, 2, 7, 5
};

int main(int argc, char **argv)
{
	return argc != 2 ||
	       seed_save(argv[1], "pair", pair, sizeof(pair)) ||
	       seed_save(argv[1], "labels-longer", longer, sizeof(longer));
}
