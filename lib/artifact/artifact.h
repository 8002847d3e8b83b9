/*
 * artifact - the signed tar that travels between stages: tinyml-artifact(5).
 *
 *     MANIFEST.yaml           what it is, what shaped it, what is in it
 *     MANIFEST.yaml.minisig   the signature over exactly those bytes
 *     payload ...             regular files in byte order of their names
 *
 * Canonical ustar, no filter: mode 0644, owner 0, times 0, no owner names,
 * no padding.  An artifact's identity is the SHA-256 of MANIFEST.yaml,
 * which lists path, bytes and SHA-256 of every member; lock and lineage use
 * only that.
 *
 * Reading believes nothing: sizes are capped, the manifest's bytes are
 * verified before they are parsed, every member is checked, then the canonical
 * tar is rebuilt and must equal the input byte for byte.
 *
 * Limits: ARTIFACT_BYTES_MAX in all, ARTIFACT_MEMBERS_MAX members, names of
 * 1 to 99 characters out of [A-Za-z0-9._/+-], relative, no empty part, no "."
 * or ".." part.
 */
#ifndef TINYML_ARTIFACT_ARTIFACT_H
#define TINYML_ARTIFACT_ARTIFACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "artifact/digest.h"
#include "artifact/key.h"
#include "base/buf.h"
#include "base/error.h"

#define ARTIFACT_BYTES_MAX ((size_t)2 << 30)
enum { ARTIFACT_MEMBERS_MAX = 200000, ARTIFACT_NAME_MAX = 99 };

/* A borrowed piece of an open artifact. */
struct artifact_member {
	const char *name;
	const uint8_t *bytes;
	size_t n;
	struct digest digest;	/* as the manifest says and the bytes are */
};

struct artifact_pair {
	const char *key, *value;
};

/* Where this artifact came from: the stage that made the input, and its
 * identity. */
struct artifact_input {
	const char *stage;
	struct digest id;
};

struct artifact {
	const char *stage;	/* "collect" ... "update" */
	int format;		/* version of that stage's payload */
	const char *tool;	/* "tinyml 1.0.0" */
	bool is_signed;		/* false only when opened with allow_unsigned */
	bool is_trusted;	/* the signature is valid and its key believed;
				   false only when the trust allowed it */
	struct key_public signer;	/* pk is zero when it is not known */
	struct digest id;
	/* sorted by key; the parameters that shaped it */
	const struct artifact_pair *params;
	size_t param_count;
	const struct artifact_input *inputs;	/* upstream first */
	size_t input_count;
	/* "gcc-arm-none-eabi" -> digest or version of what built it */
	const struct artifact_pair *toolchains;
	size_t toolchain_count;
	const struct artifact_member *members;	/* without the manifest */
	size_t member_count;
	/* all of the tar in its order: manifest, signature, members; the first
	 * two have no digest */
	const struct artifact_member *parts;
	size_t part_count;
};

/* What a reader accepts. */
struct artifact_trust {
	struct key_ring ring;
	bool allow_unsigned;	/* the user said --unsigned */
	bool allow_untrusted;	/* `show` looks at anything that is well
				   formed, signed or not (a signature must
				   still be valid when its key is known) */
};

/*
 * Read path ("-": standard input) into memory and verify all of it.  want is
 * the stage it must come from, or NULL.  *out is freed by artifact_close.
 * ERR_MISSING, ERR_IO, ERR_SHORT, ERR_FORMAT, ERR_LIMIT; ERR_TRUST for a bad,
 * unknown or missing signature.
 */
int artifact_open(struct artifact **out, const char *path, const char *want,
		  const struct artifact_trust *trust, struct err *err);

/* The same for bytes in memory (tests, fuzzers); they are copied. */
int artifact_parse(struct artifact **out, const void *bytes, size_t n,
		   const struct artifact_trust *trust, struct err *err);

void artifact_close(struct artifact *artifact);

/* NULL when there is no such member / parameter. */
const struct artifact_member *artifact_find(const struct artifact *artifact,
					    const char *name);
const char *artifact_param(const struct artifact *artifact, const char *key);

/* As artifact_find, but its absence is ERR_FORMAT. */
int artifact_need(const struct artifact *artifact, const char *name,
		  const struct artifact_member **member, struct err *err);

/*
 * Writing.  Add in any order; sorting is done here.  Bytes are copied.  The
 * first failure stays in the maker and is returned by artifact_write.
 */
struct artifact_maker;

struct artifact_maker *artifact_make(const char *stage, int format);
void artifact_add(struct artifact_maker *maker, const char *name,
		  const void *bytes, size_t n);
void artifact_add_param(struct artifact_maker *maker, const char *key,
			const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void artifact_add_input(struct artifact_maker *maker,
			const struct artifact *input);
void artifact_add_toolchain(struct artifact_maker *maker, const char *name,
			    const char *value);

/*
 * Sign (key NULL: unsigned, marked so in the manifest), write to path ("-":
 * standard output) at once or not at all, and give the identity (id may be
 * NULL).  The maker stays the caller's: artifact_drop.
 */
int artifact_write(struct artifact_maker *maker, const struct key_secret *key,
		   const char *path, struct digest *id, struct err *err);

/* The tar's bytes instead of a file (tests). */
int artifact_encode(struct artifact_maker *maker,
		    const struct key_secret *key, struct buf *out,
		    struct digest *id, struct err *err);

void artifact_drop(struct artifact_maker *maker);

/* Where to look for artifacts that are named by their identity. */
struct artifact_places {
	const char *const *files;	/* file_count of them, first */
	size_t file_count;
	const char *folder;		/* "artifacts"; NULL: none */
};

/*
 * Find the artifact with this identity in places.  Opens and verifies it.
 * ERR_MISSING names the digest and hints at --input.
 */
int artifact_locate(struct artifact **out, const struct digest *id,
		    const char *want, const struct artifact_places *places,
		    const struct artifact_trust *trust, struct err *err);

/*
 * A look at the manifest alone, verifying nothing: for telling what a file
 * claims to be (`tinyml status`), never for using it.
 */
int artifact_identity(const char *path, struct digest *id, struct err *err);

/* stage, format, tool, id, params and inputs; no members. Freed by
 * artifact_unpeek. ERR_FORMAT, ERR_MISSING, ERR_IO. */
int artifact_peek(const struct artifact **out, const char *path,
		  struct err *err);
void artifact_unpeek(const struct artifact *artifact);

#endif
