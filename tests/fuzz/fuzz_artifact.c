/*
 * artifact_parse: any bytes are refused in words or give a whole artifact,
 * and without a signature never a trusted one.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "artifact/describe.h"
#include "artifact/signature.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void parse(const uint8_t *data, size_t size,
		  const struct artifact_trust *trust)
{
	struct artifact *artifact;
	struct buf out = BUF_INIT;
	struct err err = { 0 };

	if (artifact_parse(&artifact, data, size, trust, &err)) {
		assert(err.kind && err.text[0] && !artifact);
		return;
	}
	assert(artifact->is_trusted <= artifact->is_signed);
	describe_text(artifact, &out);
	describe_sums(artifact, &out);
	buf_release(&out);
	artifact_close(artifact);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t seed[32] = { 'a' };	/* as seeds_artifact.c */
	struct artifact_trust trust = { 0 };
	struct signature signature;
	struct key_public signer;
	struct key_secret key;

	parse(data, size, &(struct artifact_trust){ .allow_untrusted = true });
	key_from_seed(&key, seed);
	trust.ring = (struct key_ring){ &key.pub, 1 };
	parse(data, size, &trust);
	if (signature_read(&signature, data, size, NULL) == 0)
		signature_check(&signature, &trust.ring, "", 0, &signer, NULL);
	return 0;
}
