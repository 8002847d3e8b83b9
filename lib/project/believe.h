/*
 * believe - whom a command that only reads artifacts believes, and where it
 * finds the others that an artifact names.
 */
#ifndef TINYML_PROJECT_BELIEVE_H
#define TINYML_PROJECT_BELIEVE_H

#include "artifact/artifact.h"
#include "project/project.h"

struct believe {
	struct project project;
	struct artifact_trust trust;
	char *folder;		/* artifacts/ of the project, from here */
};

/*
 * pubs are public key files or the 56 characters themselves; when there are
 * any, they alone are believed.  Otherwise it is the project's own key and
 * its `trusted:`; outside a project nobody.  start is where to look for the
 * project (NULL: here, and none is fine).  believe_close in every case.
 * ERR_FORMAT, ERR_MISSING.
 */
int believe_open(struct believe *believe, const char *start,
		 const char *const *pubs, size_t n, struct err *err);
void believe_close(struct believe *believe);

#endif
