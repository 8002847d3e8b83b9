/*
 * manifest - MANIFEST.yaml as a struct and back, private to lib/artifact.
 *
 *     artifact: 1
 *     stage: "train"
 *     format: 1
 *     tool: "tinyml 1.0.0"
 *     signed: true
 *     params:
 *       train.epochs: "24"
 *     inputs:
 *       - stage: "label"
 *         id: "9f86d081884c7d65..."
 *     toolchains: {}
 *     members:
 *       - path: "classes.txt"
 *         bytes: 18
 *         sha256: "e3b0c44298fc1c14..."
 *
 * Keys in this order, two spaces a level, one line feed after each line.
 * Texts are always quoted; inside, only \" \\ \n \t are escapes and everything
 * else is printable UTF-8.  Numbers are decimal without leading zeros.  An
 * empty mapping is {}, an empty list is [].  params and toolchains are sorted
 * by key, members by path, bytes as unsigned numbers.  So a manifest has one
 * spelling, and manifest_parse demands it.
 */
#ifndef TINYML_ARTIFACT_MANIFEST_H
#define TINYML_ARTIFACT_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "artifact/artifact.h"

#define MANIFEST_BYTES_MAX ((size_t)64 << 20)
enum {
	MANIFEST_VERSION = 1,
	MANIFEST_FORMAT_MAX = 1000000,
	MANIFEST_PAIRS_MAX = 4096,	/* params; toolchains */
	MANIFEST_INPUTS_MAX = 256,
	MANIFEST_KEY_MAX = 64,		/* characters of a stage or key */
	MANIFEST_VALUE_MAX = 65536	/* bytes of a text */
};

#define MANIFEST_NAME "MANIFEST.yaml"
#define MANIFEST_SIGNATURE_NAME "MANIFEST.yaml.minisig"
#define MANIFEST_COMMENT "tinyml artifact"	/* the trusted comment */

struct manifest_pairs {
	struct artifact_pair *items;
	size_t n;
};

/* The arrays belong to the manifest; the texts too when it was parsed,
 * otherwise to whoever filled them in. */
struct manifest {
	const char *stage, *tool;
	int format;
	bool is_signed;
	struct manifest_pairs params, toolchains;
	struct artifact_input *inputs;
	size_t input_count;
	struct artifact_member *members;
	size_t member_count;
	char *text;		/* what a parsed manifest's texts point into */
};

void manifest_release(struct manifest *manifest);

/* Append one item; ERR_MEM, ERR_LIMIT. */
int manifest_add_pair(struct manifest_pairs *pairs, const char *key,
		      const char *value, struct err *err);
int manifest_add_input(struct manifest *manifest, const char *stage,
		       const struct digest *id, struct err *err);
int manifest_add_member(struct manifest *manifest,
			const struct artifact_member *member,
			struct err *err);

/* Put params, toolchains and members into their order. */
void manifest_sort(struct manifest *manifest);

/* Every rule above and in artifact.h about names, order, texts and limits.
 * ERR_FORMAT, ERR_LIMIT. */
int manifest_check(const struct manifest *manifest, struct err *err);

/* Lend the fields to a handle that lives no longer than the manifest. */
void manifest_publish(const struct manifest *manifest,
		      struct artifact *artifact);

/* One text. out->failed when memory ran out. */
void manifest_encode(const struct manifest *manifest, struct buf *out);

/*
 * From n untrusted bytes, which are copied.  Encodes what it understood and
 * compares: a second spelling is refused.  A member's bytes stay NULL.
 * manifest_release in every case.  ERR_FORMAT with the line, ERR_LIMIT,
 * ERR_UNSUPPORTED (another manifest version).
 */
int manifest_parse(struct manifest *manifest, const void *bytes, size_t n,
		   struct err *err);

#endif
