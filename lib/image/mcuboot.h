/*
 * mcuboot - the container in which a model travels to a board.
 *
 * MCUboot's image format (mcu-tools/mcuboot, docs/design.md "Image format"),
 * read strictly.  All numbers little-endian:
 *
 *     0   header           32 bytes: magic 0x96F3B83D, load address 0,
 *                          header_bytes u16, protected TLV bytes u16,
 *                          payload bytes u32, flags 0, version (u8 major,
 *                          u8 minor, u16 revision, u32 build), 4 zero bytes
 *         0xFF ...         until header_bytes
 *         payload
 *         protected TLVs   info 0x6908 and total bytes, then entries
 *                          { type u16, bytes u16, value }; left out when empty
 *     -- everything so far is hashed: [0, hashed_bytes) --
 *         TLVs             info 0x6907 and total 144, then exactly
 *                          0x10 SHA-256, 0x01 key hash, 0x24 Ed25519 signature
 *     -- total_bytes --
 *
 * The signature is plain Ed25519 over the 32 bytes of the SHA-256.  The key
 * hash is the SHA-256 of the public key's DER form (mcuboot_key_der).
 * Protected entries of ours: 0x50 security counter (4 bytes) and 0xA0, the
 * identity of the artifact the model comes from (32 bytes), in this order.
 *
 * Nothing here computes a hash or checks a signature: reading returns where
 * the parts lie and the caller judges them, on the board with mcu/crypto.
 */
#ifndef TINYML_IMAGE_MCUBOOT_H
#define TINYML_IMAGE_MCUBOOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	MCUBOOT_HEADER_BYTES = 32,
	MCUBOOT_HEADER_BYTES_MAX = 4096,
	MCUBOOT_TLV_BYTES = 144,	/* the unprotected area, always */
	MCUBOOT_PROTECTED_MAX = 512,	/* longer areas are refused */
	MCUBOOT_PROTECTED_COUNT_MAX = 8,
	MCUBOOT_HASH_BYTES = 32,
	MCUBOOT_IDENTITY_BYTES = 32,
	MCUBOOT_SIGNATURE_BYTES = 64,
	MCUBOOT_KEY_BYTES = 32,
	MCUBOOT_KEY_DER_BYTES = 44,
	MCUBOOT_TLV_COUNTER = 0x50,
	MCUBOOT_TLV_DEPENDENCY = 0x40,
	MCUBOOT_TLV_IDENTITY = 0xA0,
	/* what a container of ours adds to its payload */
	MCUBOOT_MODEL_EXTRA_BYTES = MCUBOOT_HEADER_BYTES + 4 + 8 + 36 +
		MCUBOOT_TLV_BYTES,
};

struct mcuboot_version {
	uint8_t major, minor;
	uint16_t revision;
	uint32_t build;
};

/* Where the parts of a container lie; pointers borrow the bytes read. */
struct mcuboot_image {
	struct mcuboot_version version;
	uint32_t payload_offset, payload_bytes;
	uint32_t hashed_bytes, total_bytes;
	const uint8_t *payload;
	const uint8_t *hash;		/* [32], as the container claims */
	const uint8_t *key_hash;	/* [32] */
	const uint8_t *signature;	/* [64] */
	const uint8_t *identity;	/* [32], or NULL */
	bool has_counter;
	uint32_t counter;		/* 0 without one */
};

/*
 * Read a container that fills bytes exactly.  Accepts what stock MCUboot tools
 * sign with a hashed Ed25519 key: any header size from 32 to 4096 and, in the
 * protected area, a security counter, one dependency and vendor entries
 * (0xA0-0xFE of the low byte), each type once.
 *
 * ERR_SHORT        fewer bytes than header and areas say
 * ERR_FORMAT       magic, area sizes, an entry missing, doubled, out of order,
 *                  of the wrong length, running past its area or lying outside
 *                  the area it belongs to; bytes after the last TLV
 * ERR_UNSUPPORTED  load address, flags (encryption, compression ...), full
 *                  public keys, other hashes, other signatures
 * ERR_LIMIT        header or protected area beyond the limits above
 */
int mcuboot_read(const void *bytes, size_t n, struct mcuboot_image *image);

/* As mcuboot_read for a slot of n bytes that the container need not fill. */
int mcuboot_read_slot(const void *bytes, size_t n,
		      struct mcuboot_image *image);

/* Is it one of ours: header of 32 bytes, counter, identity, nothing else in
 * the protected area?  0 or ERR_FORMAT.  Takes what mcuboot_read gave. */
int mcuboot_check_model(const struct mcuboot_image *image);

/*
 * What the first 32 bytes alone tell, so that an upload can be refused at
 * once: the whole container's size in *total_bytes.  Errors as mcuboot_read;
 * ERR_NOFIT when it is larger than room.
 */
int mcuboot_read_header(const void *bytes, size_t n, uint32_t room,
			uint32_t *total_bytes);

/* The public key's DER form (RFC 8410), whose SHA-256 is the key hash. */
void mcuboot_key_der(uint8_t der[static MCUBOOT_KEY_DER_BYTES],
		     const uint8_t key[static MCUBOOT_KEY_BYTES]);

/* One protected entry to write. */
struct mcuboot_entry {
	uint16_t type, bytes;
	const void *value;
};

struct mcuboot_param {
	uint32_t header_bytes;		/* 32 ... 4096 */
	struct mcuboot_version version;
	const struct mcuboot_entry *entries;	/* protected, in this order */
	size_t entry_count;
	const uint8_t *key_hash;	/* [32] */
	/* hash = SHA-256 of the n bytes, signature = Ed25519 of that hash;
	 * 0 or a negative ERR_*, which mcuboot_write returns */
	int (*seal)(void *ctx, const uint8_t *bytes, size_t n,
		    uint8_t *hash, uint8_t *signature);
	void *ctx;
};

/* Size of the container; 0 when the parameters are out of range. */
size_t mcuboot_bytes(const struct mcuboot_param *param, size_t payload_bytes);

/* Build a container of mcuboot_bytes bytes in out, byte for byte what imgtool
 * makes of the same parameters.  out must not overlap payload.
 * ERR_RANGE, ERR_NOFIT (room too small), or what seal returned. */
int mcuboot_write(const struct mcuboot_param *param, const void *payload,
		  size_t payload_bytes, void *out, size_t room);

#endif
