/*
 * init - a new project folder: tinyml.yaml, keys, a .gitignore.
 */
#ifndef TINYML_PROJECT_INIT_H
#define TINYML_PROJECT_INIT_H

#include "artifact/key.h"
#include "base/error.h"

struct init_options {
	const char *folder;	/* made when it is not there */
	const char *name;	/* of project and keys; NULL: the folder's */
	const char *key;	/* use this key file instead of making one */
};

struct init_result {
	struct key_public key, device_key;
	bool made_key, made_device_key;
};

/*
 * Write tinyml.yaml (from the commented reference, with the project's names
 * filled in), make the project key and the device key unless they are there,
 * and a .gitignore that keeps the cache out.  ERR_BUSY when there is a
 * tinyml.yaml already: nothing is touched.
 */
int init_project(const struct init_options *options,
		 struct init_result *result, struct err *err);

#endif
