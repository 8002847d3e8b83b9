#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "base/error.h"

Test(error, the_first_failure_wins)
{
	struct err err = { 0 };

	cr_assert_eq(err_set(&err, ERR_SHORT, "first %d", 1), ERR_SHORT);
	cr_assert_eq(err_set(&err, ERR_IO, "second"), ERR_SHORT);
	errno = ENOSPC;
	err_errno(&err, "third");
	err_nomem(&err);
	cr_assert_eq(err.kind, ERR_SHORT);
	cr_assert_str_eq(err.text, "first 1");
}

Test(error, places_and_hints_need_a_failure_and_stay)
{
	struct err err = { 0 };

	err_at(&err, "line 1");
	err_hint(&err, "nothing happened");
	cr_assert_str_eq(err.place, "");
	cr_assert_str_eq(err.hint, "");
	err_set(&err, ERR_FORMAT, "bad");
	err_at(&err, "line %d", 3);
	err_at(&err, "line 4");
	err_hint(&err, "do this");
	err_hint(&err, "do that");
	cr_assert_str_eq(err.place, "line 3");
	cr_assert_str_eq(err.hint, "do this");
}

Test(error, no_struct_only_loses_the_words)
{
	cr_assert_eq(err_set(NULL, ERR_LIMIT, "x"), ERR_LIMIT);
	cr_assert_eq(err_nomem(NULL), ERR_MEM);
	errno = ENOENT;
	cr_assert_eq(err_errno(NULL, "x"), ERR_MISSING);
	err_at(NULL, "x");
	err_hint(NULL, "x");
}

Test(error, errno_gives_kind_and_reason)
{
	static const struct { int number, kind; } rows[] = {
		{ ENOSPC, ERR_FULL }, { EDQUOT, ERR_FULL },
		{ ENOMEM, ERR_MEM }, { ENOENT, ERR_MISSING },
		{ EACCES, ERR_IO }, { EIO, ERR_IO },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err err = { 0 };

		errno = rows[i].number;
		cr_assert_eq(err_errno(&err, "cannot do '%s'", "it"),
			     rows[i].kind);
		cr_assert(strstr(err.text, "cannot do 'it': "));
		cr_assert(strstr(err.text, strerror(rows[i].number)));
	}
}

Test(error, endless_texts_are_cut_not_overrun)
{
	struct err err = { 0 };
	char text[2000];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	errno = EIO;
	err_errno(&err, "%s", text);
	err_at(&err, "%s", text);
	err_hint(&err, "%s", text);
	cr_assert_eq(strlen(err.text), sizeof(err.text) - 1);
	cr_assert_eq(strlen(err.place), sizeof(err.place) - 1);
	cr_assert_eq(strlen(err.hint), sizeof(err.hint) - 1);
}

Test(error, every_kind_has_a_name_a_text_and_a_status)
{
	for (int kind = -1; kind >= -ERR_COUNT; kind--) {
		cr_assert_str_neq(err_kind_name(kind), "OK");
		cr_assert(strlen(err_kind_text(kind)) > 0);
		cr_assert(err_exit_status(kind) >= 1 &&
			  err_exit_status(kind) <= 4);
	}
	cr_assert_str_eq(err_kind_name(ERR_TRUST), "TRUST");
	cr_assert_eq(err_exit_status(ERR_OK), 0);
	cr_assert_eq(err_exit_status(ERR_USAGE), 2);
	cr_assert_eq(err_exit_status(ERR_TRUST), 3);
	cr_assert_eq(err_exit_status(ERR_NO), 1);
	cr_assert_eq(err_exit_status(ERR_DEVICE), 4);
}

Test(error, kinds_from_nowhere_are_no_kind)
{
	cr_assert_str_eq(err_kind_name(7), "OK");
	cr_assert_str_eq(err_kind_name(-ERR_COUNT - 1), "OK");
	cr_assert_eq(err_exit_status(-1000), 0);
}
