/*
 * picture_read: any bytes are refused in words or give all pixels of a
 * picture, in colour, in grey and in another size.
 */
#include <stddef.h>
#include <stdint.h>

#include "dataset/picture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Large pictures are allowed and slow: not here. */
enum { PIXELS_MAX = 1 << 16 };

static uint32_t be16(const uint8_t *p)
{
	return (uint32_t)(p[0] << 8 | p[1]);
}

static int is_large(const uint8_t *data, size_t size)
{
	if (size >= 24 && data[0] == 0x89)
		return be16(data + 16) || be16(data + 20) ||
		       be16(data + 18) * be16(data + 22) > PIXELS_MAX;
	for (size_t i = 0; i + 9 < size; i++)
		if (data[i] == 0xff && data[i + 1] >= 0xc0 &&
		    data[i + 1] <= 0xcf &&
		    be16(data + i + 5) * be16(data + i + 7) > PIXELS_MAX)
			return 1;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct picture wants[] = {
		{ 0, 0, 3, NULL }, { 0, 0, 1, NULL }, { 5, 7, 3, NULL }
	};
	volatile unsigned sum = 0;

	if (is_large(data, size))
		return 0;
	for (size_t i = 0; i < 3; i++) {
		struct picture p;
		struct err err = { 0 };

		if (picture_read(&p, data, size, wants + i, &err) == 0)
			for (size_t k = 0; k < (size_t)p.height * p.width *
			     p.channels; k++)
				sum = sum + p.pixels[k];
		picture_release(&p);
	}
	return 0;
}
