/* idx_parse: any bytes are refused in words or give an array inside them. */
#include <stddef.h>
#include <stdint.h>

#include "dataset/idx.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = { 0 };
	volatile unsigned sum = 0;
	struct idx idx;
	size_t n = 1;

	if (idx_parse(&idx, data, size, &err))
		return 0;
	for (size_t i = 0; i < IDX_DIMS_MAX; i++)
		n *= idx.size[i];
	for (size_t i = 0; i < n; i++)
		sum = sum + idx.data[i];
	idx_check_pair(&idx, &idx, &err);
	return 0;
}
