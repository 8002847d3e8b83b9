/*
 * mcuboot_read: any bytes are refused, or described by places inside them,
 * and what is accepted is written back to the same bytes.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bits/err.h"
#include "image/mcuboot.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Hash and signature as they stand in the container. */
static int copy_seal(void *ctx, const uint8_t *bytes, size_t n, uint8_t *hash,
		     uint8_t *signature)
{
	const struct mcuboot_image *image = ctx;

	(void)bytes;
	if (n != image->hashed_bytes)
		abort();
	memcpy(hash, image->hash, MCUBOOT_HASH_BYTES);
	memcpy(signature, image->signature, MCUBOOT_SIGNATURE_BYTES);
	return 0;
}

/* A container of ours has exactly one spelling. */
static void check_same(const uint8_t *data, size_t size,
		       struct mcuboot_image *image)
{
	uint8_t counter[4] = { (uint8_t)image->counter,
			       (uint8_t)(image->counter >> 8),
			       (uint8_t)(image->counter >> 16),
			       (uint8_t)(image->counter >> 24) };
	struct mcuboot_entry entries[] = {
		{ MCUBOOT_TLV_COUNTER, sizeof(counter), counter },
		{ MCUBOOT_TLV_IDENTITY, MCUBOOT_IDENTITY_BYTES,
		  image->identity },
	};
	struct mcuboot_param param = { MCUBOOT_HEADER_BYTES, image->version,
				       entries, 2, image->key_hash, copy_seal,
				       image };
	uint8_t *out = malloc(size);

	if (!out)
		return;
	if (mcuboot_write(&param, image->payload, image->payload_bytes, out,
			  size) || memcmp(out, data, size) != 0)
		abort();
	free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mcuboot_image image;
	uint32_t total;

	mcuboot_read_header(data, size, UINT32_MAX, &total);
	if (mcuboot_read_slot(data, size, &image) == 0 &&
	    (image.total_bytes > size ||
	     image.hashed_bytes > image.total_bytes ||
	     image.payload_bytes > image.hashed_bytes))
		abort();
	if (mcuboot_read(data, size, &image) == 0 &&
	    mcuboot_check_model(&image) == 0)
		check_same(data, size, &image);
	return 0;
}
