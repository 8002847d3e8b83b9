/*
 * idx_parse: any bytes are refused in words or give an array inside them.
 * The first byte says how many of the rest are images; labels follow.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "dataset/idx.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned read_all(const struct idx *idx)
{
	volatile unsigned sum = 0;
	size_t n = 1;

	for (size_t i = 0; i < IDX_DIMS_MAX; i++)
		n *= idx->size[i];
	for (size_t i = 0; i < n; i++)
		sum = sum + idx->data[i];
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = { 0 };
	struct idx images, labels;
	size_t n;

	if (size == 0)
		return 0;
	n = data[0] < size - 1 ? data[0] : size - 1;
	if (idx_parse(&images, data + 1, n, &err))
		return 0;
	read_all(&images);
	if (idx_parse(&labels, data + 1 + n, size - 1 - n, &err))
		return 0;
	read_all(&labels);
	idx_check_pair(&images, &labels, &err);
	free(idx_label_path("a/images-idx3"));
	free(idx_label_path("a/pictures"));
	return 0;
}
