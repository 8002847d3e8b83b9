#include <stdlib.h>
#include <string.h>

#include "artifact/artifact.h"
#include "artifact/manifest.h"
#include "artifact/parse.h"
#include "artifact/signature.h"
#include "artifact/tar.h"

struct opened {
	struct artifact artifact;	/* first: handles are cast back */
	uint8_t *tar;
	size_t tar_n;
	struct manifest manifest;
	struct artifact_member *all;	/* what the canonical tar holds */
};

/* The reader's walk. ahead is the member behind the manifest and its
 * signature, already read. */
struct walk {
	struct tar_reader *reader;
	struct artifact_member text, signature, ahead;
	bool done;
};

void artifact_close(struct artifact *artifact)
{
	struct opened *o = (struct opened *)artifact;

	if (!o)
		return;
	manifest_release(&o->manifest);
	free(o->all);
	free(o->tar);
	free(o);
}

static int read_manifest(struct walk *walk, struct err *err)
{
	int ret = tar_next(walk->reader, &walk->text, &walk->done, err);

	if (ret)
		return ret;
	if (walk->done || strcmp(walk->text.name, MANIFEST_NAME) != 0)
		return err_set(err, ERR_FORMAT, "not an artifact: it does not "
			       "begin with " MANIFEST_NAME);
	walk->text.name = MANIFEST_NAME;
	if (walk->text.n > MANIFEST_BYTES_MAX)
		return err_set(err, ERR_LIMIT, "the manifest is larger than "
			       "%zu bytes", MANIFEST_BYTES_MAX);
	return 0;
}

static int read_signature(struct walk *walk, struct err *err)
{
	int ret = tar_next(walk->reader, &walk->ahead, &walk->done, err);

	if (ret || walk->done ||
	    strcmp(walk->ahead.name, MANIFEST_SIGNATURE_NAME) != 0)
		return ret;
	walk->signature = walk->ahead;
	walk->signature.name = MANIFEST_SIGNATURE_NAME;
	return tar_next(walk->reader, &walk->ahead, &walk->done, err);
}

static int check_unsigned(const struct artifact_trust *trust, struct err *err)
{
	if (trust->allow_unsigned || trust->allow_untrusted)
		return 0;
	err_set(err, ERR_TRUST, "it is not signed");
	err_hint(err, "accept it with --unsigned, or sign what is yours: "
		 "'tinyml run -f STAGE' makes it again");
	return ERR_TRUST;
}

/* Believe the manifest's bytes, or not, before anything reads them. */
static int check_trust(struct artifact *a, const struct walk *walk,
		       const struct artifact_trust *trust, struct err *err)
{
	struct err why = { 0 };
	struct signature signature;
	int ret;

	if (!walk->signature.name)
		return check_unsigned(trust, err);
	ret = signature_read(&signature, walk->signature.bytes,
			     walk->signature.n, err);
	if (ret)
		return ret;
	if (strcmp(signature.comment, MANIFEST_COMMENT) != 0)
		return err_set(err, ERR_TRUST, "the signature is not for an "
			       "artifact");
	a->is_signed = true;
	ret = signature_check(&signature, &trust->ring, walk->text.bytes,
			      walk->text.n, &a->signer, &why);
	a->is_trusted = !ret;
	if (!ret || (trust->allow_untrusted && !key_is_known(&a->signer)))
		return 0;
	if (err)
		*err = why;
	return ret;
}

static int parse_manifest(struct opened *o, const struct walk *walk,
			  struct err *err)
{
	int ret = manifest_parse(&o->manifest, walk->text.bytes,
				 walk->text.n, err);

	if (!ret && o->manifest.is_signed != o->artifact.is_signed)
		ret = err_set(err, ERR_TRUST, o->manifest.is_signed ?
			      "its signature was taken away" :
			      "it has a signature but says it has none");
	return ret;
}

static int check_stage(const struct opened *o, const char *want,
		       struct err *err)
{
	if (!want || strcmp(want, o->manifest.stage) == 0)
		return 0;
	return err_set(err, ERR_FORMAT, "it was made by '%s', not by '%s'",
		       o->manifest.stage, want);
}

static int check_member(struct artifact_member *listed,
			const struct artifact_member *found, struct err *err)
{
	struct digest digest;

	if (strcmp(listed->name, found->name) != 0)
		return err_set(err, ERR_FORMAT, "member '%s' is not where the "
			       "manifest lists '%s'", found->name,
			       listed->name);
	if (listed->n != found->n)
		return err_set(err, ERR_FORMAT, "member '%s' has %zu bytes, "
			       "the manifest says %zu", found->name, found->n,
			       listed->n);
	digest = digest_of(found->bytes, found->n);
	if (!digest_equal(&digest, &listed->digest))
		return err_set(err, ERR_FORMAT, "member '%s' does not have "
			       "the digest that the manifest says",
			       found->name);
	listed->bytes = found->bytes;
	return 0;
}

static int check_members(struct opened *o, struct walk *walk, struct err *err)
{
	struct manifest *m = &o->manifest;
	int ret = 0;

	for (size_t i = 0; i < m->member_count && !ret; i++) {
		if (walk->done)
			return err_set(err, ERR_SHORT, "member '%s' is "
				       "missing", m->members[i].name);
		ret = check_member(&m->members[i], &walk->ahead, err);
		if (!ret)
			ret = tar_next(walk->reader, &walk->ahead,
				       &walk->done, err);
	}
	if (!ret && !walk->done)
		ret = err_set(err, ERR_FORMAT, "member '%s' is not in the "
			      "manifest", walk->ahead.name);
	return ret;
}

/* Write it again and compare. */
static int check_tar(struct opened *o, const struct walk *walk,
		     struct err *err)
{
	size_t count = o->manifest.member_count, n = 0;

	o->all = calloc(count + 2, sizeof(*o->all));
	if (!o->all)
		return err_nomem(err);
	o->all[n++] = walk->text;
	if (walk->signature.name)
		o->all[n++] = walk->signature;
	if (count)
		memcpy(o->all + n, o->manifest.members,
		       count * sizeof(*o->all));
	return tar_same(o->all, n + count, o->tar, o->tar_n, err);
}

static void publish(struct opened *o, const struct walk *walk)
{
	struct artifact *a = &o->artifact;

	manifest_publish(&o->manifest, a);
	a->id = digest_of(walk->text.bytes, walk->text.n);
	a->parts = o->all;
	a->part_count = a->member_count + 1 + a->is_signed;
}

static int check(struct opened *o, struct walk *walk, const char *want,
		 const struct artifact_trust *trust, struct err *err)
{
	int ret = read_manifest(walk, err);

	if (!ret)
		ret = read_signature(walk, err);
	if (!ret)
		ret = check_trust(&o->artifact, walk, trust, err);
	if (!ret)
		ret = parse_manifest(o, walk, err);
	if (!ret)
		ret = check_stage(o, want, err);
	if (!ret)
		ret = check_members(o, walk, err);
	if (!ret)
		ret = check_tar(o, walk, err);
	if (!ret)
		publish(o, walk);
	return ret;
}

int parse_owned(struct artifact **out, uint8_t *bytes, size_t n,
		const char *want, const struct artifact_trust *trust,
		struct err *err)
{
	struct opened *o = calloc(1, sizeof(*o));
	struct walk walk = { 0 };
	int ret;

	*out = NULL;
	if (!o) {
		free(bytes);
		return err_nomem(err);
	}
	o->tar = bytes;
	o->tar_n = n;
	walk.reader = tar_open(bytes, n);
	ret = walk.reader ? check(o, &walk, want, trust, err) : err_nomem(err);
	tar_close(walk.reader);
	if (ret)
		artifact_close(&o->artifact);
	else
		*out = &o->artifact;
	return ret;
}

int artifact_parse(struct artifact **out, const void *bytes, size_t n,
		   const struct artifact_trust *trust, struct err *err)
{
	uint8_t *copy = malloc(n + 1);

	*out = NULL;
	if (!copy)
		return err_nomem(err);
	if (n)
		memcpy(copy, bytes, n);
	return parse_owned(out, copy, n, NULL, trust, err);
}
