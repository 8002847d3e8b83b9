/* csv_table_read: any bytes are refused in words or give a full table. */
#include <stddef.h>
#include <stdint.h>

#include "dataset/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const keep[] = { "y", "x" };
	const struct csv_want all = { 0 }, two = { keep, 2, NULL },
			      marked = { NULL, 0, "x" };
	struct err err = { 0 };
	volatile float sum = 0;
	struct csv_table table;

	if (csv_table_read(&table, data, size, &all, &err) == 0)
		for (size_t i = 0; i < table.rows * table.columns; i++)
			sum = sum + table.values[i];
	csv_table_release(&table);
	csv_table_read(&table, data, size, &two, &err);
	csv_table_release(&table);
	csv_table_read(&table, data, size, &marked, &err);
	csv_table_release(&table);
	return 0;
}
