#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bits/le.h"
#include "firmware/firmware.h"

/* A decimal number in one spelling: no sign, no blank, no leading zero. */
static bool read_number(const char **text, uint32_t max, uint32_t *value)
{
	const char *p = *text;
	uint64_t v = 0;

	if (*p == '0' && p[1] >= '0' && p[1] <= '9')
		return false;
	for (; *p >= '0' && *p <= '9' && v <= max; p++)
		v = 10 * v + (uint64_t)(*p - '0');
	if (p == *text || v > max)
		return false;
	*value = (uint32_t)v;
	*text = p;
	return true;
}

static bool read_mark(const char **text, char mark)
{
	bool there = **text == mark;

	*text += there;
	return there;
}

int firmware_version_parse(const char *text, struct mcuboot_version *version,
			   struct err *err)
{
	uint32_t major, minor, revision, build = 0;
	const char *p = text;

	if (!read_number(&p, UINT8_MAX, &major) || !read_mark(&p, '.') ||
	    !read_number(&p, UINT8_MAX, &minor) || !read_mark(&p, '.') ||
	    !read_number(&p, UINT16_MAX, &revision) ||
	    (read_mark(&p, '+') &&
	     (!read_number(&p, UINT32_MAX, &build) || !build)) || *p) {
		err_set(err, ERR_USAGE, "'%s' is not a version", text);
		err_hint(err, "write it as 1.2.3 or 1.2.3+4");
		return ERR_USAGE;
	}
	*version = (struct mcuboot_version){ (uint8_t)major, (uint8_t)minor,
					     (uint16_t)revision, build };
	return 0;
}

void firmware_version_text(const struct mcuboot_version *v,
			   char text[FIRMWARE_VERSION_TEXT])
{
	int n = snprintf(text, FIRMWARE_VERSION_TEXT, "%u.%u.%u", v->major,
			 v->minor, v->revision);

	if (v->build)
		snprintf(text + n, FIRMWARE_VERSION_TEXT - (size_t)n, "+%u",
			 v->build);
}

static int seal_bytes(void *ctx, const uint8_t *bytes, size_t n,
		      uint8_t *hash, uint8_t *signature)
{
	const struct key_secret *key = ctx;
	struct digest digest = digest_of(bytes, n);

	memcpy(hash, digest.bytes, DIGEST_BYTES);
	key_sign_raw(key, hash, DIGEST_BYTES, signature);
	return 0;
}

static struct digest key_hash(const uint8_t key[32])
{
	uint8_t der[MCUBOOT_KEY_DER_BYTES];

	mcuboot_key_der(der, key);
	return digest_of(der, sizeof(der));
}

int firmware_seal(const struct firmware_seal *seal, const void *image,
		  size_t n, struct buf *out, struct err *err)
{
	struct digest hash = key_hash(seal->key->pub.pk);
	uint8_t counter[4];
	const struct mcuboot_entry entries[] = {
		{ MCUBOOT_TLV_COUNTER, 4, counter },
		{ MCUBOOT_TLV_IDENTITY, DIGEST_BYTES, seal->identity.bytes },
	};
	struct key_secret key = *seal->key;
	const struct mcuboot_param param = {
		.header_bytes = MCUBOOT_HEADER_BYTES,
		.version = seal->version,
		.entries = entries, .entry_count = 2,
		.key_hash = hash.bytes,
		.seal = seal_bytes, .ctx = &key,
	};
	size_t bytes = mcuboot_bytes(&param, n);
	uint8_t *p = bytes ? buf_grow(out, bytes) : NULL;
	int ret = ERR_RANGE;

	le_put32(counter, seal->counter);
	if (bytes && !p)
		ret = err_nomem(err);
	else if (bytes)
		ret = mcuboot_write(&param, image, n, p, bytes);
	explicit_bzero(&key, sizeof(key));
	return ret ? err_set(err, ret, "the container cannot be made: %s",
			     err_kind_text(ret)) : 0;
}

int firmware_check(const void *bytes, size_t n, const uint8_t key[32],
		   struct mcuboot_image *image, struct err *err)
{
	struct digest hash, owner = key_hash(key);
	int ret = mcuboot_read(bytes, n, image);

	if (ret)
		return err_set(err, ret, "the container is not well formed: "
			       "%s", err_kind_text(ret));
	if (mcuboot_check_model(image))
		return err_set(err, ERR_FORMAT, "the container is not one of "
			       "a model");
	if (memcmp(owner.bytes, image->key_hash, DIGEST_BYTES) != 0)
		return err_set(err, ERR_TRUST, "the container was signed with "
			       "another device key");
	hash = digest_of(bytes, image->hashed_bytes);
	if (memcmp(hash.bytes, image->hash, DIGEST_BYTES) != 0)
		return err_set(err, ERR_TRUST, "the container's bytes do not "
			       "have the hash it says");
	if (!key_verify_raw(key, image->hash, DIGEST_BYTES, image->signature))
		return err_set(err, ERR_TRUST, "the container's signature is "
			       "wrong");
	return 0;
}
