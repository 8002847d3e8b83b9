#include "dataset/csv.h"
#include "dataset/table.h"

static int add_marks(struct collector *c, struct source_file *file,
		     const struct csv_table *table)
{
	int ret = 0;

	for (size_t i = 0; i < table->mark_count && !ret; i++) {
		const struct csv_mark *m = table->marks + i;

		ret = dataset_add_mark(c->builder, (uint32_t)m->start,
				       (uint32_t)m->end, m->text, &file->why);
	}
	return ret;
}

int add_csv(struct collector *c, struct source_file *file)
{
	const struct project_collect *collect = c->job->collect;
	const struct csv_want want = { collect->columns.items,
				       collect->columns.n,
				       collect->label_column };
	struct csv_table csv;
	int ret = csv_table_read(&csv, file->bytes, file->n, &want,
				 &file->why);

	if (!ret)
		ret = table_add(c, file, &(struct table){
				.name = file->name, .names = csv.names,
				.values = csv.values, .rows = csv.rows,
				.columns = csv.columns,
				.seconds = csv.seconds });
	if (!ret)
		ret = add_marks(c, file, &csv);
	csv_table_release(&csv);
	return ret;
}
