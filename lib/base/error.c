#include "base/error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct row {
	const char *name, *text;
	int status;
};

static const struct row rows[ERR_COUNT] = {
#define ERR(name, status, text) { #name, text, status },
#include "bits/err.def"
#undef ERR
};

static const struct row *row_of(int kind)
{
	static const struct row ok = { "OK", "no error", 0 };
	int index = -kind - 1;

	return index >= 0 && index < ERR_COUNT ? &rows[index] : &ok;
}

static void set_va(struct err *err, int kind, const char *fmt, va_list ap)
{
	err->kind = kind;
	vsnprintf(err->text, sizeof(err->text), fmt, ap);
}

int err_set(struct err *err, int kind, const char *fmt, ...)
{
	va_list ap;

	if (!err)
		return kind;
	if (!err->kind) {
		va_start(ap, fmt);
		set_va(err, kind, fmt, ap);
		va_end(ap);
	}
	return err->kind;
}

static int kind_of_errno(int number)
{
	switch (number) {
	case ENOSPC:
	case EDQUOT:
		return ERR_FULL;
	case ENOMEM:
		return ERR_MEM;
	case ENOENT:
		return ERR_MISSING;
	default:
		return ERR_IO;
	}
}

int err_errno(struct err *err, const char *fmt, ...)
{
	int number = errno, kind = kind_of_errno(number);
	va_list ap;
	size_t n;

	if (!err)
		return kind;
	if (err->kind)
		return err->kind;
	va_start(ap, fmt);
	set_va(err, kind, fmt, ap);
	va_end(ap);
	n = strlen(err->text);
	snprintf(err->text + n, sizeof(err->text) - n, ": %s",
		 strerror(number));
	return kind;
}

int err_nomem(struct err *err)
{
	return err_set(err, ERR_MEM, "out of memory");
}

void err_at(struct err *err, const char *fmt, ...)
{
	va_list ap;

	if (!err || !err->kind || err->place[0])
		return;
	va_start(ap, fmt);
	vsnprintf(err->place, sizeof(err->place), fmt, ap);
	va_end(ap);
}

void err_hint(struct err *err, const char *fmt, ...)
{
	va_list ap;

	if (!err || !err->kind || err->hint[0])
		return;
	va_start(ap, fmt);
	vsnprintf(err->hint, sizeof(err->hint), fmt, ap);
	va_end(ap);
}

const char *err_kind_text(int kind)
{
	return row_of(kind)->text;
}

const char *err_kind_name(int kind)
{
	return row_of(kind)->name;
}

int err_exit_status(int kind)
{
	return row_of(kind)->status;
}
