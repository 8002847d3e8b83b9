#include "artifact/digest.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"

enum { CHUNK = 1 << 16 };

_Static_assert(sizeof(crypto_hash_sha256_state) <=
	       sizeof(((struct digest_state *)0)->opaque),
	       "digest_state is too small for libsodium's state");
_Static_assert(DIGEST_BYTES == crypto_hash_sha256_BYTES, "not SHA-256");

static crypto_hash_sha256_state *inner(struct digest_state *state)
{
	return (crypto_hash_sha256_state *)(void *)state->opaque;
}

void digest_init(struct digest_state *state)
{
	crypto_hash_sha256_init(inner(state));
}

void digest_add(struct digest_state *state, const void *bytes, size_t n)
{
	crypto_hash_sha256_update(inner(state), bytes, n);
}

struct digest digest_end(struct digest_state *state)
{
	struct digest digest;

	crypto_hash_sha256_final(inner(state), digest.bytes);
	return digest;
}

struct digest digest_of(const void *bytes, size_t n)
{
	struct digest_state state;

	digest_init(&state);
	digest_add(&state, bytes, n);
	return digest_end(&state);
}

int digest_file(const char *path, struct digest *digest, struct err *err)
{
	struct digest_state state;
	uint8_t chunk[CHUNK];
	ssize_t n;
	int ret = 0, fd = file_open(path, err);

	if (fd < 0)
		return fd;
	digest_init(&state);
	do {
		n = read(fd, chunk, sizeof(chunk));
		if (n > 0)
			digest_add(&state, chunk, (size_t)n);
		else if (n < 0 && errno != EINTR)
			ret = err_errno(err, "cannot read '%s'", path);
	} while (n && !ret);
	close(fd);
	if (!ret)
		*digest = digest_end(&state);
	return ret;
}

bool digest_equal(const struct digest *a, const struct digest *b)
{
	return memcmp(a->bytes, b->bytes, DIGEST_BYTES) == 0;
}

void digest_hex(const struct digest *digest, char hex[DIGEST_HEX])
{
	text_hex(hex, digest->bytes, DIGEST_BYTES);
}

bool digest_unhex(struct digest *digest, const char *hex)
{
	return text_unhex(hex, digest->bytes, DIGEST_BYTES);
}
