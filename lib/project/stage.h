/*
 * stage - what every stage command needs around its work: the project, whom
 * to believe, what to sign with, its inputs, its output.
 *
 * Runs alone or under `tinyml run` alike:
 *
 *     tinyml train -o model.tar labels.tar
 *     tinyml collect ... | tinyml label - | tinyml train - >model.tar
 *
 * Inside a project the inputs and the output default to
 * artifacts/STAGE.tar; outside, the operand and -o are needed.
 */
#ifndef TINYML_PROJECT_STAGE_H
#define TINYML_PROJECT_STAGE_H

#include "artifact/artifact.h"
#include "project/project.h"

/* The options that all stage commands share (cli/stage_options.h fills it). */
struct stage_args {
	const char *folder;	/* -C: look for the project from here */
	const char *output;	/* -o */
	const char *key;	/* --key FILE instead of the project's */
	const char *const *inputs; /* --input FILE, found by digest */
	size_t input_count;
	bool is_unsigned;	/* --unsigned: accept and make unsigned ones */
	bool quiet;		/* -q */
	bool is_reader;		/* makes no artifact: needs no key */
};

struct stage {
	struct project project;
	struct artifact_trust trust;
	struct key_secret key;
	bool has_key;
	enum project_stage which;
	const char *output;	/* resolved; "-" possible */
	struct stage_args args;
	char *memory[8];
	size_t memory_count;
};

/*
 * Open the project (or take the defaults when there is none), read the key
 * (ERR_MISSING without one unless --unsigned) and fill trust: our own public
 * key and `trusted:`.  stage_close in every case.
 */
int stage_open(struct stage *stage, enum project_stage which,
	       const struct stage_args *args, struct err *err);
void stage_close(struct stage *stage);

/* Open the input artifact: operand (may be NULL: artifacts/FROM.tar of the
 * project) made by stage from. */
int stage_input(struct stage *stage, enum project_stage from,
		const char *operand, struct artifact **out, struct err *err);

/* Open an artifact that `of` names among its inputs (made by stage from). */
int stage_upstream(struct stage *stage, const struct artifact *of,
		   enum project_stage from, struct artifact **out,
		   struct err *err);

/* True for the keys of tinyml.yaml that shape what a stage makes: its own
 * section but timeout_seconds; features for train as well; targets for
 * squeeze; for squeeze and split the project's name, which stands in the model
 * images. */
bool stage_shaped_by(enum project_stage which, const char *path);

/* Of the tool's version and the values of these keys. */
struct digest stage_params_digest(const struct project *project,
				  enum project_stage which);

/* Record in the artifact the keys that shape this stage. */
void stage_params(const struct stage *stage, struct artifact_maker *maker);

/* Sign and write to the output; id may be NULL. */
int stage_write(struct stage *stage, struct artifact_maker *maker,
		struct digest *id, struct err *err);

#endif
