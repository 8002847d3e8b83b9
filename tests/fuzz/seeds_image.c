/* seeds_image DIR - what fuzz_image starts from: every int8 operation, and an
 * image with labels, information and golden vectors. */
#include "seed.h"
#include "small_image.h"
#include "tiny_image.h"

int main(int argc, char **argv)
{
	static _Alignas(16) uint8_t tiny[TINY_IMAGE_BYTES];
	static struct small_image small;

	tiny_image(tiny, 3, 0, 64);
	small_image_make(&small);
	return argc != 2 ||
	       seed_save(argv[1], "tiny.img", tiny, sizeof(tiny)) ||
	       seed_save(argv[1], "small.img", small.bytes, small.n);
}
