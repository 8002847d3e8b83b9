#include <stdlib.h>
#include <string.h>

#include "artifact/key.h"
#include "artifact/signature.h"

int key_ring_add(struct key_ring *ring, const struct key_public *pub,
		 struct err *err)
{
	struct key_public *keys;

	keys = realloc(ring->keys, (ring->n + 1) * sizeof(*keys));
	if (!keys)
		return err_nomem(err);
	keys[ring->n] = *pub;
	ring->keys = keys;
	ring->n++;
	return 0;
}

void key_ring_release(struct key_ring *ring)
{
	free(ring->keys);
	*ring = (struct key_ring){ 0 };
}

int signature_check(const struct signature *signature,
		    const struct key_ring *ring, const void *bytes, size_t n,
		    struct key_public *signer, struct err *err)
{
	char id[KEY_ID_TEXT];
	bool known = false;

	*signer = (struct key_public){ 0 };
	memcpy(signer->id, signature->id, sizeof(signer->id));
	key_id_text(signer, id);
	for (size_t i = 0; i < ring->n; i++) {
		const struct key_public *key = &ring->keys[i];

		if (memcmp(key->id, signature->id, sizeof(key->id)) != 0)
			continue;
		known = true;
		*signer = *key;
		if (signature_valid(signature, key, bytes, n))
			return 0;
	}
	if (known)
		return err_set(err, ERR_TRUST, "the signature by key %s is "
			       "wrong", id);
	err_set(err, ERR_TRUST, "signed by key %s, which is not trusted", id);
	err_hint(err, "if you believe its owner, add the public key to "
		 "'trusted:' in tinyml.yaml");
	return ERR_TRUST;
}
