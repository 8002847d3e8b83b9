#include <stdlib.h>
#include <string.h>

#include "bits/le.h"
#include "dataset/collect_priv.h"
#include "dataset/csv.h"

/* A declared rate further off than this is worth a note. */
#define RATE_TOLERANCE 0.1

static void store_floats(uint8_t *out, const float *in, size_t n)
{
	uint32_t bits;

	for (size_t i = 0; i < n; i++) {
		memcpy(&bits, in + i, sizeof(bits));
		le_put32(out + 4 * i, bits);
	}
}

static void compare_rate(struct collector *c, const struct source_file *file,
			 const struct quality *q)
{
	double said = (double)c->job->collect->rate_hz, is = q->true_rate_hz;

	if (is > 0 && (is > said * (1 + RATE_TOLERANCE) ||
		       is < said * (1 - RATE_TOLERANCE)))
		dataset_note(c->summary, "'%s' has %.4g rows per second, "
			     "collect.rate_hz says %g", file->name, is, said);
}

static int add_table(struct collector *c, struct source_file *file,
		     const struct csv_table *table)
{
	size_t n = table->rows * table->columns;
	uint8_t *bytes = malloc(4 * n);
	const struct dataset_recording r = {
		.name = file->name, .kind = DATASET_TABLE, .type = DATASET_F32,
		.rate_hz = (uint32_t)c->job->collect->rate_hz,
		.frames = (uint32_t)table->rows, .width = 1,
		.channels = (uint32_t)table->columns, .bytes = bytes,
		.n = 4 * n, .source = file->digest
	};
	struct quality q;
	int ret;

	if (!bytes)
		return err_nomem(&file->why);
	store_floats(bytes, table->values, n);
	q = quality_measure(&r);
	ret = table->seconds ?
	      quality_times(&q, table->seconds, table->rows, &file->why) :
	      0;
	if (!ret)
		ret = dataset_name_channels(c->builder, table->names,
					    table->columns, &file->why);
	if (!ret)
		ret = dataset_add_recording(c->builder, &r, &q, 0,
					    &file->why);
	if (!ret)
		compare_rate(c, file, &q);
	free(bytes);
	return ret;
}

int add_csv(struct collector *c, struct source_file *file)
{
	const struct text_list *columns = &c->job->collect->columns;
	struct csv_table table;
	int ret = csv_table_read(&table, file->bytes.data, file->bytes.len,
				 columns->items, columns->n, &file->why);

	if (!ret)
		ret = add_table(c, file, &table);
	csv_table_release(&table);
	return ret;
}
