/*
 * identify - which of a project's artifacts does a board run?
 */
#ifndef TINYML_FLASH_IDENTIFY_H
#define TINYML_FLASH_IDENTIFY_H

#include "link/smp_link.h"
#include "project/stage.h"

/*
 * The squeezed model, or its part of a split of that: then *split is opened,
 * and the caller closes it; otherwise it stays NULL.
 * ERR_NO when it runs neither; link errors as they are.
 */
int identify_board(struct stage *stage, struct smp_link *sl,
		   const struct artifact *squeezed, struct artifact **split,
		   struct err *err);

#endif
