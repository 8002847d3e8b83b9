/*
 * error - what failed, on what, and what to do next.
 *
 * A struct err starts as all zeros and belongs to the caller.  The first
 * failure wins: once kind is set, later calls change nothing, so cleanup code
 * cannot hide the cause.  Passing NULL for a struct err is allowed everywhere
 * and only loses the words.
 *
 * text  lower case, no full stop, failure first, the thing in single quotes:
 *       "cannot read 'a.wav'"
 * place where inside the thing: "line 3, column 7", "member 'x', offset 512"
 * hint  the next step, as a sentence or a command line
 *
 * Texts may hold bytes from outside; the printer (cli/say.h) neutralises them.
 */
#ifndef TINYML_BASE_ERROR_H
#define TINYML_BASE_ERROR_H

#include <stdarg.h>

#include "bits/err.h"

struct err {
	int kind;		/* ERR_OK or the first ERR_* */
	char text[400];
	char place[160];
	char hint[240];
};

/* Set kind and text unless already set. Returns kind (the first one set when
 * there was one), so that `return err_set(...)` reads well. */
int err_set(struct err *err, int kind, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* As err_set with ": REASON" of errno appended; the kind follows errno
 * (ENOSPC and EDQUOT: ERR_FULL, ENOMEM: ERR_MEM, ENOENT: ERR_MISSING,
 * otherwise ERR_IO). */
int err_errno(struct err *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

int err_nomem(struct err *err);

/* Add a place or a hint to a failure that has none yet. */
void err_at(struct err *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void err_hint(struct err *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* "truncated input" ...; never NULL. */
const char *err_kind_text(int kind);

/* "SHORT" ...; the stable spelling in --json output; never NULL. */
const char *err_kind_name(int kind);

/* The exit status of a command that ends with this kind; 0 for ERR_OK. */
int err_exit_status(int kind);

#endif
