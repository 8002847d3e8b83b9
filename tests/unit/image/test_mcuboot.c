#include <criterion/criterion.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "bits/err.h"
#include "image/mcuboot.h"

#define VECTORS "../shared/vectors/mcuboot/"

enum { PAYLOAD = 64, LIMIT = 1 << 20 };

struct key {
	uint8_t public[32], secret[64], hash[32];
};

static struct key key_of(const uint8_t seed[32])
{
	struct key key;
	uint8_t der[MCUBOOT_KEY_DER_BYTES];

	crypto_sign_seed_keypair(key.public, key.secret, seed);
	mcuboot_key_der(der, key.public);
	crypto_hash_sha256(key.hash, der, sizeof(der));
	return key;
}

static int seal(void *ctx, const uint8_t *bytes, size_t n, uint8_t *hash,
		uint8_t *signature)
{
	const struct key *key = ctx;

	crypto_hash_sha256(hash, bytes, n);
	crypto_sign_detached(signature, NULL, hash, 32, key->secret);
	return 0;
}

/* What a board does with a container: structure, hash, key, signature. */
static bool is_trusted(const struct mcuboot_image *image, const uint8_t *bytes,
		       const struct key *key)
{
	uint8_t hash[32];

	crypto_hash_sha256(hash, bytes, image->hashed_bytes);
	return memcmp(hash, image->hash, 32) == 0 &&
	       memcmp(key->hash, image->key_hash, 32) == 0 &&
	       crypto_sign_verify_detached(image->signature, hash, 32,
					   key->public) == 0;
}

static bool is_accepted(const uint8_t *bytes, size_t n, const struct key *key)
{
	struct mcuboot_image image;

	return mcuboot_read(bytes, n, &image) == 0 &&
	       is_trusted(&image, bytes, key);
}

static size_t make(uint8_t *out, size_t room, struct key *key)
{
	uint8_t counter[4] = { 7 }, identity[32], payload[PAYLOAD];
	struct mcuboot_entry entries[] = {
		{ MCUBOOT_TLV_COUNTER, 4, counter },
		{ MCUBOOT_TLV_IDENTITY, 32, identity },
	};
	struct mcuboot_param param = {
		32, { 1, 2, 3, 4 }, entries, 2, key->hash, seal, key
	};

	memset(identity, 0x1D, sizeof(identity));
	memset(payload, 0x33, sizeof(payload));
	cr_assert_eq(mcuboot_write(&param, payload, PAYLOAD, out, room), 0);
	return mcuboot_bytes(&param, PAYLOAD);
}

static const uint8_t seed[32] = { 1, 2, 3 };

Test(mcuboot, roundtrip)
{
	uint8_t bytes[512];
	struct key key = key_of(seed);
	size_t n = make(bytes, sizeof(bytes), &key);
	struct mcuboot_image image;
	uint32_t total;

	cr_assert_eq(n, PAYLOAD + MCUBOOT_MODEL_EXTRA_BYTES);
	cr_assert_eq(mcuboot_read(bytes, n, &image), 0);
	cr_assert(is_trusted(&image, bytes, &key));
	cr_assert_eq(mcuboot_check_model(&image), 0);
	cr_assert_eq(image.counter, 7);
	cr_assert_eq(image.identity[31], 0x1D);
	cr_assert_eq(image.version.revision, 3);
	cr_assert_eq(image.payload[0], 0x33);
	cr_assert_eq(mcuboot_read_header(bytes, 32, (uint32_t)n, &total), 0);
	cr_assert_eq(total, n);
	cr_assert_eq(mcuboot_read_header(bytes, 32, (uint32_t)n - 1, &total),
		     ERR_NOFIT);
}

Test(mcuboot, every_flipped_bit_and_every_truncation_is_refused)
{
	uint8_t bytes[512];
	struct key key = key_of(seed);
	size_t n = make(bytes, sizeof(bytes), &key);

	cr_assert(is_accepted(bytes, n, &key));
	for (size_t bit = 0; bit < 8 * n; bit++) {
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		cr_assert_not(is_accepted(bytes, n, &key), "bit %zu", bit);
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (size_t short_n = 0; short_n < n; short_n++)
		cr_assert_not(is_accepted(bytes, short_n, &key));
	cr_assert_not(is_accepted(bytes, n + 1, &key));
}

Test(mcuboot, slot_may_be_larger_than_its_container)
{
	uint8_t bytes[512];
	struct key key = key_of(seed);
	size_t n = make(bytes, sizeof(bytes), &key);
	struct mcuboot_image image;

	cr_assert_eq(mcuboot_read_slot(bytes, sizeof(bytes), &image), 0);
	cr_assert_eq(image.total_bytes, n);
	cr_assert_eq(mcuboot_read(bytes, sizeof(bytes), &image), ERR_FORMAT);
}

Test(mcuboot, writer_refuses_parameters_out_of_range)
{
	struct mcuboot_param param = { .header_bytes = 31 };
	uint8_t out[64];

	cr_assert_eq(mcuboot_bytes(&param, 0), 0);
	cr_assert_eq(mcuboot_write(&param, "", 0, out, sizeof(out)),
		     ERR_RANGE);
	param.header_bytes = 32;
	cr_assert_eq(mcuboot_write(&param, "", 0, out, sizeof(out)),
		     ERR_NOFIT);
}

/* ---- the vectors signed by imgtool ---- */

static bool load(const char *name, struct buf *out)
{
	char path[160];

	snprintf(path, sizeof(path), VECTORS "%s", name);
	return file_read(path, LIMIT, out, NULL) == 0;
}

/* key-NAME.txt begins with "seed HEX" */
static struct key load_key(char name)
{
	struct buf text = BUF_INIT;
	char path[] = "key-a.txt", hex[65] = "";
	uint8_t bytes[32];

	path[4] = name;
	cr_assert(load(path, &text));
	cr_assert(text.len > 69);
	memcpy(hex, text.data + 5, 64);
	cr_assert(text_unhex(hex, bytes, 32));
	buf_release(&text);
	return key_of(bytes);
}

static void check_row(const char *file, char name, const char *strict)
{
	struct buf bytes = BUF_INIT;
	struct key key = load_key(name == '-' ? 'a' : name);
	bool is_slot = strncmp(strict, "accept as a slot", 16) == 0;
	bool is_good = strncmp(strict, "accept", 6) == 0;
	struct mcuboot_image image;

	cr_assert(load(file, &bytes), "%s", file);
	cr_assert_eq(is_accepted(bytes.data, bytes.len, &key),
		     is_good && !is_slot, "%s", file);
	if (is_slot) {
		cr_assert_eq(mcuboot_read_slot(bytes.data, bytes.len, &image),
			     0);
		cr_assert(is_trusted(&image, bytes.data, &key));
	}
	buf_release(&bytes);
}

Test(mcuboot, reads_and_refuses_as_the_table_says)
{
	FILE *table = fopen(VECTORS "images.tsv", "r");
	char line[600];
	int rows = 0;

	if (!table)
		cr_skip_test("no " VECTORS);
	cr_assert_not_null(fgets(line, sizeof(line), table));
	while (fgets(line, sizeof(line), table)) {
		char *rest = line, *field[6];

		for (int i = 0; i < 6; i++)
			field[i] = strsep(&rest, "\t\n");
		check_row(field[0], field[1][0], field[4]);
		rows++;
	}
	cr_assert_eq(rows, 26);
	fclose(table);
}

static void check_same_bytes(const char *name, struct mcuboot_param param)
{
	struct buf payload = BUF_INIT, want = BUF_INIT;
	struct key key = load_key('a');
	char file[64];
	uint8_t out[8192];

	snprintf(file, sizeof(file), "%s.payload", name);
	cr_assert(load(file, &payload));
	snprintf(file, sizeof(file), "%s.bin", name);
	cr_assert(load(file, &want));
	param.key_hash = key.hash;
	param.seal = seal;
	param.ctx = &key;
	cr_assert_eq(mcuboot_bytes(&param, payload.len), want.len);
	cr_assert_eq(mcuboot_write(&param, payload.data, payload.len, out,
				   sizeof(out)), 0);
	cr_assert_eq(memcmp(out, want.data, want.len), 0, "%s", name);
	buf_release(&payload);
	buf_release(&want);
}

Test(mcuboot, writes_what_imgtool_writes)
{
	static const uint8_t two[4] = { 0, 0, 0, 2 }, seven[4] = { 7 };
	static const uint8_t most[4] = { 255, 255, 255, 255 };
	static const uint8_t dependency[12] = { 1, 0, 0, 0, 1, 2 };
	static const uint8_t eight[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	struct mcuboot_entry seccnt[] = { { 0x50, 4, seven } };
	struct mcuboot_entry dep[] = { { 0x50, 4, two },
				       { 0x40, 12, dependency } };
	struct mcuboot_entry custom[] = { { 0x50, 4, most },
					  { 0xA0, 17, "deadbeef-artifact" },
					  { 0xA1, 8, eight } };

	if (!file_exists(VECTORS "images.tsv"))
		cr_skip_test("no " VECTORS);
	check_same_bytes("plain-h32", (struct mcuboot_param){
		.header_bytes = 32, .version = { 1, 0, 0, 0 } });
	check_same_bytes("seccnt-h512", (struct mcuboot_param){
		.header_bytes = 512, .version = { 1, 2, 3, 4 },
		.entries = seccnt, .entry_count = 1 });
	check_same_bytes("dep-h256", (struct mcuboot_param){
		.header_bytes = 256, .version = { 2, 0, 0, 0 },
		.entries = dep, .entry_count = 2 });
	check_same_bytes("custom-h1024", (struct mcuboot_param){
		.header_bytes = 1024, .version = { 0, 255, 65535, UINT32_MAX },
		.entries = custom, .entry_count = 3 });
}
