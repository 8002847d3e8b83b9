/* seeds_mcuboot DIR - what fuzz_mcuboot starts from: containers of ours, and
 * one with other protected entries. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "image/mcuboot.h"

enum { PAYLOAD = 48 };

static int seal(void *ctx, const uint8_t *bytes, size_t n, uint8_t *hash,
		uint8_t *signature)
{
	crypto_hash_sha256(hash, bytes, n);
	return crypto_sign_detached(signature, NULL, hash, 32, ctx);
}

static int seed(const char *folder, const char *name, uint32_t header_bytes,
		const struct mcuboot_entry *entries, size_t count)
{
	uint8_t secret[64], public[32], hash[32] = { 1 }, payload[PAYLOAD];
	struct mcuboot_param param = { header_bytes, { 1, 2, 3, 4 }, entries,
				       count, hash, seal, secret };
	uint8_t out[1024];
	char path[4096];

	crypto_sign_seed_keypair(public, secret, hash);
	memset(payload, 0x55, sizeof(payload));
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return mcuboot_write(&param, payload, PAYLOAD, out, sizeof(out)) ||
	       file_write(path, out, mcuboot_bytes(&param, PAYLOAD), 0644,
			  NULL);
}

int main(int argc, char **argv)
{
	static const uint8_t bytes[32] = { 7 };
	const struct mcuboot_entry ours[] = {
		{ MCUBOOT_TLV_COUNTER, 4, bytes },
		{ MCUBOOT_TLV_IDENTITY, 32, bytes },
	};
	const struct mcuboot_entry others[] = {
		{ MCUBOOT_TLV_COUNTER, 4, bytes },
		{ MCUBOOT_TLV_DEPENDENCY, 12, bytes }, { 0xA1, 5, bytes },
	};

	return argc != 2 || seed(argv[1], "model", 32, ours, 2) ||
	       seed(argv[1], "others", 64, others, 3) ||
	       seed(argv[1], "plain", 32, NULL, 0);
}
