/* seeds_picture DIR - what fuzz_picture starts from. */
#include "picture_make.h"
#include "seed.h"

int main(int argc, char **argv)
{
	static uint8_t rgb[12 * 16 * 4], file[PICTURE_FILE_MAX];
	size_t n;

	if (argc != 2)
		return 1;
	picture_fill(rgb, 12, 16);
	n = picture_png(file, rgb, 12, 16);
	if (seed_save(argv[1], "png", file, n) ||
	    seed_save(argv[1], "png-cut", file, n / 2))
		return 1;
	n = picture_jpeg(file, rgb, 12, 16, 3);
	if (seed_save(argv[1], "jpeg", file, n) ||
	    seed_save(argv[1], "jpeg-cut", file, n - 9))
		return 1;
	n = picture_jpeg(file, rgb, 12, 16, 1);
	if (seed_save(argv[1], "grey", file, n))
		return 1;
	n = picture_jpeg(file, rgb, 12, 16, 4);
	return seed_save(argv[1], "cmyk", file, n);
}
