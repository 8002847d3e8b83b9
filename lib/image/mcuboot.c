#include "image/mcuboot.h"

#include <string.h>

#include "bits/cursor.h"
#include "bits/le.h"

enum {
	MAGIC = (int)0x96F3B83D,
	INFO_PLAIN = 0x6907,
	INFO_PROTECTED = 0x6908,
	INFO_BYTES = 4,
	ENTRY_BYTES = 4,
	TLV_KEY_HASH = 0x01,
	TLV_SHA256 = 0x10,
	TLV_ED25519 = 0x24,
	VENDOR_FIRST = 0xA0,
	VENDOR_LAST = 0xFE,
	COUNTER_BYTES = 4,
	DEPENDENCY_BYTES = 12,
};

struct header {
	uint32_t header_bytes, protected_bytes, payload_bytes;
	struct mcuboot_version version;
};

static int read_header(struct cursor *cur, struct header *header)
{
	uint32_t magic = cursor_u32(cur), address = cursor_u32(cur), flags;

	header->header_bytes = cursor_u16(cur);
	header->protected_bytes = cursor_u16(cur);
	header->payload_bytes = cursor_u32(cur);
	flags = cursor_u32(cur);
	header->version.major = cursor_u8(cur);
	header->version.minor = cursor_u8(cur);
	header->version.revision = cursor_u16(cur);
	header->version.build = cursor_u32(cur);
	if (cursor_u32(cur) != 0)
		cursor_fail(cur, ERR_FORMAT);
	if (cur->err)
		return cur->err;
	if (magic != (uint32_t)MAGIC)
		return ERR_FORMAT;
	if (address != 0 || flags != 0)
		return ERR_UNSUPPORTED;
	if (header->header_bytes < MCUBOOT_HEADER_BYTES)
		return ERR_FORMAT;
	if (header->header_bytes > MCUBOOT_HEADER_BYTES_MAX ||
	    header->protected_bytes > MCUBOOT_PROTECTED_MAX)
		return ERR_LIMIT;
	return 0;
}

int mcuboot_read_header(const void *bytes, size_t n, uint32_t room,
			uint32_t *total_bytes)
{
	struct cursor cur = cursor_init(bytes, n);
	struct header header;
	uint32_t around;
	int err = read_header(&cur, &header);

	if (err)
		return err;
	around = header.header_bytes + header.protected_bytes +
		 MCUBOOT_TLV_BYTES;
	if (around > room || header.payload_bytes > room - around)
		return ERR_NOFIT;
	*total_bytes = around + header.payload_bytes;
	return 0;
}

/* The bytes between the header proper and the payload. */
static void read_padding(struct cursor *cur, size_t n)
{
	const uint8_t *pad = cursor_take(cur, n);

	for (size_t i = 0; pad && i < n; i++)
		if (pad[i] != 0xFF)
			cursor_fail(cur, ERR_FORMAT);
}

static void read_protected_entry(struct cursor *cur, uint16_t type,
				 uint16_t bytes, struct mcuboot_image *image)
{
	const uint8_t *value = cursor_take(cur, bytes);
	unsigned low = type & 0xFF;

	if (!value)
		return;
	if (type == MCUBOOT_TLV_COUNTER) {
		if (bytes != COUNTER_BYTES) {
			cursor_fail(cur, ERR_FORMAT);
			return;
		}
		image->has_counter = true;
		image->counter = le_u32(value);
	} else if (type == MCUBOOT_TLV_DEPENDENCY) {
		if (bytes != DEPENDENCY_BYTES)
			cursor_fail(cur, ERR_FORMAT);
	} else if (low < VENDOR_FIRST || low > VENDOR_LAST) {
		cursor_fail(cur, ERR_FORMAT);
	} else if (type == MCUBOOT_TLV_IDENTITY &&
		   bytes == MCUBOOT_IDENTITY_BYTES) {
		image->identity = value;
	}
}

static void read_protected(struct cursor *cur, uint32_t area_bytes,
			   struct mcuboot_image *image)
{
	uint16_t seen[MCUBOOT_PROTECTED_COUNT_MAX];
	size_t count = 0;

	if (cursor_u16(cur) != INFO_PROTECTED || cursor_u16(cur) != area_bytes)
		cursor_fail(cur, ERR_FORMAT);
	while (!cur->err && cursor_left(cur) > 0) {
		uint16_t type = cursor_u16(cur), bytes = cursor_u16(cur);

		if (count == MCUBOOT_PROTECTED_COUNT_MAX)
			cursor_fail(cur, ERR_LIMIT);
		for (size_t i = 0; i < count; i++)
			if (seen[i] == type)
				cursor_fail(cur, ERR_FORMAT);
		if (cur->err)
			return;
		seen[count++] = type;
		read_protected_entry(cur, type, bytes, image);
	}
}

static const uint8_t *read_fixed(struct cursor *cur, uint16_t type,
				 uint16_t bytes)
{
	if (cursor_u16(cur) != type || cursor_u16(cur) != bytes)
		cursor_fail(cur, ERR_FORMAT);
	return cursor_take(cur, bytes);
}

static void read_plain(struct cursor *cur, struct mcuboot_image *image)
{
	if (cursor_u16(cur) != INFO_PLAIN ||
	    cursor_u16(cur) != MCUBOOT_TLV_BYTES)
		cursor_fail(cur, ERR_FORMAT);
	image->hash = read_fixed(cur, TLV_SHA256, MCUBOOT_HASH_BYTES);
	image->key_hash = read_fixed(cur, TLV_KEY_HASH, MCUBOOT_HASH_BYTES);
	image->signature = read_fixed(cur, TLV_ED25519,
				      MCUBOOT_SIGNATURE_BYTES);
}

int mcuboot_read_slot(const void *bytes, size_t n,
		      struct mcuboot_image *image)
{
	struct cursor cur = cursor_init(bytes, n), area;
	struct header header;
	int err = read_header(&cur, &header);

	memset(image, 0, sizeof(*image));
	if (err)
		return err;
	read_padding(&cur, header.header_bytes - MCUBOOT_HEADER_BYTES);
	image->version = header.version;
	image->payload_offset = header.header_bytes;
	image->payload_bytes = header.payload_bytes;
	image->payload = cursor_take(&cur, header.payload_bytes);
	area = cursor_init(cursor_take(&cur, header.protected_bytes),
			   cur.err ? 0 : header.protected_bytes);
	if (cur.err)
		return cur.err;
	if (header.protected_bytes)
		read_protected(&area, header.protected_bytes, image);
	if (area.err)
		return area.err == ERR_SHORT ? ERR_FORMAT : area.err;
	image->hashed_bytes = (uint32_t)cursor_offset(&cur);
	read_plain(&cur, image);
	image->total_bytes = (uint32_t)cursor_offset(&cur);
	return cur.err;
}

int mcuboot_read(const void *bytes, size_t n, struct mcuboot_image *image)
{
	int err = mcuboot_read_slot(bytes, n, image);

	if (!err && image->total_bytes != n)
		return ERR_FORMAT;
	return err;
}

int mcuboot_check_model(const struct mcuboot_image *image)
{
	const uint8_t *area = image->payload + image->payload_bytes;
	uint32_t area_bytes = image->hashed_bytes - image->payload_offset -
			      image->payload_bytes;

	/* counter and identity fill the area and the counter comes first */
	if (image->payload_offset != MCUBOOT_HEADER_BYTES ||
	    !image->has_counter || !image->identity ||
	    area_bytes != INFO_BYTES + ENTRY_BYTES + COUNTER_BYTES +
			  ENTRY_BYTES + MCUBOOT_IDENTITY_BYTES ||
	    le_u16(area + INFO_BYTES) != MCUBOOT_TLV_COUNTER)
		return ERR_FORMAT;
	return 0;
}

void mcuboot_key_der(uint8_t der[static MCUBOOT_KEY_DER_BYTES],
		     const uint8_t key[static MCUBOOT_KEY_BYTES])
{
	/* SEQUENCE { SEQUENCE { OID 1.3.101.112 }, BIT STRING key } */
	static const uint8_t prefix[] = { 0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
					  0x2b, 0x65, 0x70, 0x03, 0x21, 0x00 };

	memcpy(der, prefix, sizeof(prefix));
	memcpy(der + sizeof(prefix), key, MCUBOOT_KEY_BYTES);
}

/* ---- writing ---- */

static size_t protected_bytes(const struct mcuboot_param *param)
{
	size_t sum = param->entry_count ? INFO_BYTES : 0;

	for (size_t i = 0; i < param->entry_count; i++)
		sum += ENTRY_BYTES + param->entries[i].bytes;
	return sum;
}

size_t mcuboot_bytes(const struct mcuboot_param *param, size_t payload_bytes)
{
	if (param->header_bytes < MCUBOOT_HEADER_BYTES ||
	    param->header_bytes > MCUBOOT_HEADER_BYTES_MAX ||
	    param->entry_count > MCUBOOT_PROTECTED_COUNT_MAX ||
	    protected_bytes(param) > MCUBOOT_PROTECTED_MAX ||
	    payload_bytes > INT32_MAX)
		return 0;
	return param->header_bytes + payload_bytes + protected_bytes(param) +
	       MCUBOOT_TLV_BYTES;
}

static uint8_t *put_header(uint8_t *p, const struct mcuboot_param *param,
			   size_t payload_bytes)
{
	const struct mcuboot_version *version = &param->version;

	memset(p, 0, MCUBOOT_HEADER_BYTES);
	le_put32(p, (uint32_t)MAGIC);
	le_put16(p + 8, (uint16_t)param->header_bytes);
	le_put16(p + 10, (uint16_t)protected_bytes(param));
	le_put32(p + 12, (uint32_t)payload_bytes);
	p[20] = version->major;
	p[21] = version->minor;
	le_put16(p + 22, version->revision);
	le_put32(p + 24, version->build);
	memset(p + MCUBOOT_HEADER_BYTES, 0xFF,
	       param->header_bytes - MCUBOOT_HEADER_BYTES);
	return p + param->header_bytes;
}

static uint8_t *put_pair(uint8_t *p, unsigned first, size_t second)
{
	le_put16(p, (uint16_t)first);
	le_put16(p + 2, (uint16_t)second);
	return p + 4;
}

static uint8_t *put_entry(uint8_t *p, unsigned type, const void *value,
			  size_t bytes)
{
	p = put_pair(p, type, bytes);
	memcpy(p, value, bytes);
	return p + bytes;
}

int mcuboot_write(const struct mcuboot_param *param, const void *payload,
		  size_t payload_bytes, void *out, size_t room)
{
	uint8_t hash[MCUBOOT_HASH_BYTES], signature[MCUBOOT_SIGNATURE_BYTES];
	size_t total = mcuboot_bytes(param, payload_bytes);
	uint8_t *p = out;
	int err;

	if (!total)
		return ERR_RANGE;
	if (total > room)
		return ERR_NOFIT;
	p = put_header(p, param, payload_bytes);
	if (payload_bytes)
		memcpy(p, payload, payload_bytes);
	p += payload_bytes;
	if (param->entry_count)
		p = put_pair(p, INFO_PROTECTED, protected_bytes(param));
	for (size_t i = 0; i < param->entry_count; i++)
		p = put_entry(p, param->entries[i].type,
			      param->entries[i].value,
			      param->entries[i].bytes);
	err = param->seal(param->ctx, out, (size_t)(p - (uint8_t *)out), hash,
			  signature);
	if (err)
		return err;
	p = put_pair(p, INFO_PLAIN, MCUBOOT_TLV_BYTES);
	p = put_entry(p, TLV_SHA256, hash, sizeof(hash));
	p = put_entry(p, TLV_KEY_HASH, param->key_hash, MCUBOOT_HASH_BYTES);
	put_entry(p, TLV_ED25519, signature, sizeof(signature));
	return 0;
}
