#include <criterion/criterion.h>
#include <string.h>

#include "dataset/csv.h"

static struct csv_table table;
static struct err err;

static int read_text(const char *text)
{
	memset(&err, 0, sizeof(err));
	csv_table_release(&table);
	return csv_table_read(&table, text, strlen(text),
			      &(struct csv_want){ 0 }, &err);
}

Test(csv, comma_tab_and_semicolon_are_told_apart)
{
	static const char *const texts[] = {
		"x,y\n1,2\n3,4\n", "x\ty\r\n1\t2\r\n3\t4", "x;y\n1;2\n3;4\n\n",
		"\xef\xbb\xbf# made by hand\n\nx, \"y\"\n 1 , 2\n3,4\n",
	};

	for (size_t i = 0; i < 4; i++) {
		cr_assert_eq(read_text(texts[i]), 0, "%zu %s", i, err.text);
		cr_assert_eq(table.columns, 2);
		cr_assert_eq(table.rows, 2);
		cr_assert_str_eq(table.names[1], "y");
		cr_assert_float_eq(table.values[3], 4.0f, 0);
	}
	csv_table_release(&table);
}

Test(csv, without_header_columns_are_numbered)
{
	cr_assert_eq(read_text("1,2.5e1\n-3,+.5\n"), 0);
	cr_assert_not(table.has_header);
	cr_assert_eq(table.rows, 2);
	cr_assert_str_eq(table.names[0], "c1");
	cr_assert_float_eq(table.values[1], 25.0f, 0);
	csv_table_release(&table);
}

Test(csv, time_column_gives_seconds_and_is_not_a_channel)
{
	cr_assert_eq(read_text("datetime;a\n2020-03-09 10:14:33;1\n"
			       "2020-03-09T10:14:34.5Z;2\n"), 0);
	cr_assert_eq(table.columns, 1);
	cr_assert_float_eq(table.seconds[0], 1583748873.0, 0);
	cr_assert_float_eq(table.seconds[1] - table.seconds[0], 1.5, 1e-6);
	cr_assert_eq(read_text("a,timestamp (ms)\n1,10\n2,30\n"), 0);
	cr_assert_float_eq(table.seconds[1], 0.03, 1e-12);
	cr_assert_eq(read_text("a,timestamp\n1,1583748873000\n"), 0);
	cr_assert_float_eq(table.seconds[0], 1583748873.0, 1e-3);
	csv_table_release(&table);
}

Test(csv, named_columns_come_in_the_order_asked)
{
	static const char *const keep[] = { "z", "x" }, *const typo[] =
		{ "pressur" };
	const char *text = "x,label,z,pressure\n1,walk,3,4\n";
	const struct csv_want good = { keep, 2, NULL }, bad = { typo, 1, NULL };

	cr_assert_eq(csv_table_read(&table, text, strlen(text), &good, NULL),
		     0);
	cr_assert_float_eq(table.values[0], 3.0f, 0);
	cr_assert_float_eq(table.values[1], 1.0f, 0);
	csv_table_release(&table);
	cr_assert_eq(csv_table_read(&table, text, strlen(text), &bad, &err),
		     ERR_MISSING);
	cr_assert_str_eq(err.hint, "did you mean 'pressure'?");
	csv_table_release(&table);
}

Test(csv, errors_name_line_and_column)
{
	static const struct {
		const char *text, *words, *place;
		int kind;
	} bad[] = {
		{ "x,y\n1,2\n3,nan\n", "finite", "line 3, column 3 ('y')",
		  ERR_RANGE },
		{ "x,y\n1,-Inf\n", "finite", "line 2, column 3 ('y')",
		  ERR_RANGE },
		{ "x,y\n1,1e39\n", "finite", "line 2, column 3 ('y')",
		  ERR_RANGE },
		{ "x,y\n1,\n", "is empty", "line 2, column 3 ('y')",
		  ERR_FORMAT },
		{ "x,y\n1,two\n", "not a number", "line 2, column 3 ('y')",
		  ERR_FORMAT },
		{ "x,y\n1,0x10\n", "not a number", "line 2, column 3 ('y')",
		  ERR_FORMAT },
		{ "x,y\n1,2\n1\n", "1 fields, the first one 2",
		  "line 3, column 1", ERR_FORMAT },
		{ "x,\"y\n1,2\n", "quote is not closed", "line 1, column 3",
		  ERR_FORMAT },
		{ "x,x\n1,2\n", "names two columns", "line 1, column 3 ('x')",
		  ERR_FORMAT },
		{ "time,y\nnoon,2\n", "not a time",
		  "line 2, column 1 ('time')", ERR_FORMAT },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		cr_assert_eq(read_text(bad[i].text), bad[i].kind, "%zu", i);
		cr_assert(strstr(err.text, bad[i].words), "%s", err.text);
		cr_assert_str_eq(err.place, bad[i].place);
	}
	csv_table_release(&table);
}

Test(csv, empty_header_only_and_binary_are_refused)
{
	cr_assert_eq(read_text(""), ERR_FORMAT);
	cr_assert_eq(read_text("\n\n# nothing\n"), ERR_FORMAT);
	cr_assert_eq(read_text("x,y\n"), ERR_FORMAT);
	csv_table_release(&table);
	cr_assert_eq(csv_table_read(&table, "1,2\n\0,3\n", 8,
				    &(struct csv_want){ 0 }, &err),
		     ERR_FORMAT);
	csv_table_release(&table);
}

Test(csv, too_many_fields_is_a_limit)
{
	char text[2 * CSV_FIELDS_MAX + 4];

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = i % 2 ? ',' : '1';
	text[sizeof(text) - 1] = '\0';
	cr_assert_eq(read_text(text), ERR_LIMIT);
	csv_table_release(&table);
}

Test(csv, quotes_hold_separators_and_quotes)
{
	struct csv csv;
	const char *text = "\"a,\"\"b\"\"\",c\n";

	csv_open(&csv, text, strlen(text));
	cr_assert_eq(csv_next(&csv, NULL), 1);
	cr_assert_eq(csv.count, 2);
	cr_assert_str_eq(csv.fields[0], "a,\"b\"");
	cr_assert_eq(csv_find(&csv, "c"), 1);
	cr_assert_eq(csv_next(&csv, NULL), 0);
	csv_close(&csv);
}

Test(csv, words_of_the_mark_column_become_marks)
{
	static const char text[] = "x,what,y\n1,up,2\n3,up,4\n5,,6\n7,up,8\n"
				   "9,down,0\n";
	const struct csv_want want = { NULL, 0, "what" };

	cr_assert_eq(csv_table_read(&table, text, strlen(text), &want, &err),
		     0, "%s", err.text);
	cr_assert_eq(table.columns, 2);
	cr_assert_str_eq(table.names[1], "y");
	cr_assert_eq(table.mark_count, 3);
	cr_assert_str_eq(table.marks[0].text, "up");
	cr_assert_eq(table.marks[0].start, 0);
	cr_assert_eq(table.marks[0].end, 2);
	cr_assert_eq(table.marks[1].start, 3);
	cr_assert_str_eq(table.marks[2].text, "down");
	csv_table_release(&table);
}

Test(csv, a_mark_column_that_is_not_there_is_an_error)
{
	const struct csv_want want = { NULL, 0, "wat" };

	cr_assert_eq(csv_table_read(&table, "x,what\n1,a\n", 11, &want,
				    &err), ERR_MISSING);
	cr_assert(strstr(err.hint, "'what'"));
	csv_table_release(&table);
}
