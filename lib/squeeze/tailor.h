/*
 * tailor - for each target the variant that suits it best.
 *
 * The variants of compare.h are made and measured on the validation part, so
 * that the test part stays unseen, and each target gets the one that
 * compare_choose takes of those that fit it, golden vectors included.  Where
 * none fits, it is the one with the smallest image and arena: making it says
 * how many bytes are missing.
 */
#ifndef TINYML_SQUEEZE_TAILOR_H
#define TINYML_SQUEEZE_TAILOR_H

#include "squeeze/compare.h"

/* Does the project ask for it? */
bool tailor_is_asked(const struct project_squeeze *how);

/* rows gets a row of compare for each target.  w holds out the test part again
 * afterwards.  Errors of compare_work. */
int tailor(struct work *w, struct compare *compare, int *rows);

/* Name, section and reason of a target's row. */
void tailor_tell(const struct compare *compare, size_t target, int row,
		 struct squeeze_target *to);

#endif
