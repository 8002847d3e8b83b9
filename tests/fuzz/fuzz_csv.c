/* csv_table_read: any bytes are refused in words or give a full table. */
#include <stddef.h>
#include <stdint.h>

#include "dataset/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const keep[] = { "y", "x" };
	struct err err = { 0 };
	volatile float sum = 0;
	struct csv_table table;

	if (csv_table_read(&table, data, size, NULL, 0, &err) == 0)
		for (size_t i = 0; i < table.rows * table.columns; i++)
			sum = sum + table.values[i];
	csv_table_release(&table);
	csv_table_read(&table, data, size, keep, 2, &err);
	csv_table_release(&table);
	return 0;
}
