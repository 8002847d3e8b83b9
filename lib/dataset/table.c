#include "dataset/table.h"

#include <stdlib.h>
#include <string.h>

#include "bits/le.h"
#include "dataset/csv.h"

/* A declared rate further off than this is worth a note. */
#define RATE_TOLERANCE 0.1

static void compare_rate(struct collector *c, const char *name,
			 const struct quality *q)
{
	double said = (double)c->job->collect->rate_hz, is = q->true_rate_hz;

	if (is > 0 && (is > said * (1 + RATE_TOLERANCE) ||
		       is < said * (1 - RATE_TOLERANCE)))
		dataset_note(c->summary, "'%s' has %.4g rows per second, "
			     "collect.rate_hz says %g", name, is, said);
}

static void store_f32(uint8_t *out, const struct table *table)
{
	for (size_t i = 0; i < table->rows * table->columns; i++) {
		uint32_t bits;

		memcpy(&bits, table->values + i, sizeof(bits));
		le_put32(out + 4 * i, bits);
	}
}

static int16_t as_sensor(double value, double full_scale)
{
	double scaled = value / full_scale * 32768;

	if (scaled >= 32767)
		return 32767;
	if (scaled <= -32768)
		return -32768;
	return (int16_t)(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
}

static void store_s16(uint8_t *out, const struct table *table,
		      const double *full)
{
	for (size_t i = 0; i < table->rows * table->columns; i++)
		le_put16(out + 2 * i, (uint16_t)as_sensor(table->values[i],
			 full[i % table->columns]));
}

/* full[columns] of collect.full_scale. */
static int read_scales(const struct text_list *list, size_t columns,
		       double *full, struct err *err)
{
	if (list->n != 1 && list->n != columns)
		return err_set(err, ERR_FORMAT, "collect.full_scale has %zu "
			       "numbers for %zu columns", list->n, columns);
	for (size_t i = 0; i < columns; i++) {
		const char *text = list->items[list->n == 1 ? 0 : i];

		if (csv_number(text, full + i) || !(full[i] > 0))
			return err_set(err, ERR_FORMAT, "collect.full_scale: "
				       "'%.40s' is not a number above 0",
				       text);
	}
	return 0;
}

static int add_bytes(struct collector *c, struct source_file *file,
		     const struct table *table, uint8_t *bytes,
		     enum dataset_type type)
{
	const struct dataset_recording r = {
		.name = table->name, .kind = DATASET_TABLE, .type = type,
		.rate_hz = (uint32_t)c->job->collect->rate_hz,
		.frames = (uint32_t)table->rows, .width = 1,
		.channels = (uint32_t)table->columns, .bytes = bytes,
		.n = table->rows * table->columns * dataset_type_bytes(type),
		.source = file->digest
	};
	struct quality q = quality_measure(&r);
	int ret = 0;

	if (table->seconds)
		ret = quality_times(&q, table->seconds, table->rows,
				    &file->why);
	if (!ret)
		ret = dataset_name_channels(c->builder, table->names,
					    table->columns, &file->why);
	if (!ret)
		ret = dataset_add_recording(c->builder, &r, &q, table->pack,
					    &file->why);
	if (!ret)
		compare_rate(c, table->name, &q);
	return ret;
}

int table_add(struct collector *c, struct source_file *file,
	      const struct table *table)
{
	const struct text_list *scales = &c->job->collect->full_scale;
	uint8_t *bytes = malloc(4 * table->rows * table->columns);
	double full[DATASET_CHANNELS_MAX];
	int ret = bytes ? 0 : err_nomem(&file->why);

	if (!ret && scales->n)
		ret = read_scales(scales, table->columns, full, &file->why);
	if (!ret && scales->n)
		store_s16(bytes, table, full);
	else if (!ret)
		store_f32(bytes, table);
	if (!ret)
		ret = add_bytes(c, file, table, bytes,
				scales->n ? DATASET_S16 : DATASET_F32);
	free(bytes);
	return ret;
}
