/*
 * untar_next: any bytes are refused in words or give files inside them; the
 * same bytes go through gzip_read, whose format needs them packed.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "dataset/gzip.h"
#include "dataset/untar.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { UNPACKED_MAX = 1 << 20 };

static void read_all(const uint8_t *data, size_t size)
{
	struct untar *tar = malloc(sizeof(*tar));
	struct err err = { 0 };
	volatile unsigned sum = 0;

	untar_open(tar, data, size);
	while (untar_next(tar, &err) == 1)
		for (size_t i = 0; i < tar->n; i++)
			sum = sum + tar->bytes[i];
	free(tar);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf out = BUF_INIT;
	struct err err = { 0 };

	if (!gzip_begins(data, size))
		read_all(data, size);
	else if (gzip_read(data, size, UNPACKED_MAX, &out, &err) == 0)
		read_all(out.data, out.len);
	buf_release(&out);
	return 0;
}
