#include "boot/boot.h"

#include <string.h>

#include "bits/crc.h"
#include "bits/le.h"
#include "crypto/ed25519.h"
#include "crypto/sha256.h"

enum {
	KEY_MAGIC = 0x6B4C4D54,		/* "TMLk" */
	KEY_FORMAT = 1,
	KEY_CRC = 40,
	KEY_RECORD = 64,		/* whole units of every size allowed */
};

int boot_key_read(const struct flash *flash,
		  const struct slots_layout *layout,
		  uint8_t key[static BOOT_KEY_BYTES])
{
	const uint8_t *p = flash->base + layout->key;

	if (le_u32(p) != KEY_MAGIC || le_u16(p + 4) != KEY_FORMAT ||
	    le_u32(p + KEY_CRC) != crc32(0, p, KEY_CRC))
		return ERR_MISSING;
	memcpy(key, p + 8, BOOT_KEY_BYTES);
	return 0;
}

int boot_key_write(const struct flash *flash,
		   const struct slots_layout *layout,
		   const uint8_t key[static BOOT_KEY_BYTES])
{
	uint8_t old[BOOT_KEY_BYTES], record[KEY_RECORD];
	int err;

	if (boot_key_read(flash, layout, old) == 0)
		return memcmp(old, key, sizeof(old)) ? ERR_TRUST : 0;
	memset(record, FLASH_ERASED, sizeof(record));
	memset(record, 0, 8);
	le_put32(record, KEY_MAGIC);
	le_put16(record + 4, KEY_FORMAT);
	memcpy(record + 8, key, BOOT_KEY_BYTES);
	le_put32(record + KEY_CRC, crc32(0, record, KEY_CRC));
	err = flash->erase(flash->ctx, layout->key);
	if (!err)
		err = flash->program(flash->ctx, layout->key, record,
				     sizeof(record));
	if (!err && boot_key_read(flash, layout, old))
		err = ERR_DEVICE;
	return err;
}

static int check_key_hash(const struct mcuboot_image *image,
			  const uint8_t *key)
{
	uint8_t der[MCUBOOT_KEY_DER_BYTES], hash[SHA256_BYTES];

	mcuboot_key_der(der, key);
	sha256(der, sizeof(der), hash);
	return memcmp(hash, image->key_hash, sizeof(hash)) ? ERR_TRUST : 0;
}

/* Two checks and two tests: one glitch is not enough. */
static int check_signature(const struct mcuboot_image *image,
			   const uint8_t *hash, const uint8_t *key)
{
	volatile uint32_t first, second;

	first = ed25519_verify(image->signature, hash, SHA256_BYTES, key);
	if (first != ED25519_VALID)
		return ERR_TRUST;
	second = ed25519_verify(image->signature, hash, SHA256_BYTES, key);
	if (second != ED25519_VALID || first != second)
		return ERR_TRUST;
	return first == ED25519_VALID ? 0 : ERR_TRUST;
}

int boot_verify(const struct flash *flash, const struct slots_layout *layout,
		uint8_t slot, uint32_t minimum_counter,
		struct mcuboot_image *image)
{
	uint8_t key[BOOT_KEY_BYTES], hash[SHA256_BYTES];
	const uint8_t *bytes;
	int err;

	if (slot >= SLOT_COUNT)
		return ERR_RANGE;
	bytes = flash->base + layout->slot[slot];
	err = mcuboot_read_slot(bytes, layout->slot_bytes, image);
	if (!err)
		err = mcuboot_check_model(image);
	if (err)
		return err;
	if (boot_key_read(flash, layout, key))
		return ERR_TRUST;
	sha256(bytes, image->hashed_bytes, hash);
	if (memcmp(hash, image->hash, sizeof(hash)) != 0)
		return ERR_FORMAT;
	err = check_key_hash(image, key);
	if (!err)
		err = check_signature(image, hash, key);
	if (!err && image->counter < minimum_counter)
		err = ERR_NO;
	return err;
}

void boot_fall_back(const struct flash *flash,
		    const struct slots_layout *layout,
		    struct slots_state *state, struct mcuboot_image *image)
{
	/* should the record not be writable, the consumed attempt rolls back
	 * at the next boot */
	slots_reject(flash, layout, state);
	state->running = state->active;
	state->rolled_back = true;
	if (state->running != SLOT_NONE &&
	    boot_verify(flash, layout, state->running, state->minimum_counter,
			image))
		state->running = SLOT_NONE;
}

/* Both records are gone and the minimum counter with them: take the highest
 * that a good container here still proves. */
static void recover_minimum(const struct flash *flash,
			    const struct slots_layout *layout,
			    struct slots_state *state)
{
	struct mcuboot_image image;

	for (uint8_t slot = 0; slot < SLOT_COUNT; slot++)
		if (!boot_verify(flash, layout, slot, state->minimum_counter,
				 &image))
			state->minimum_counter = image.counter;
}

void boot_choose(const struct flash *flash, const struct slots_layout *layout,
		 struct slots_state *state, struct mcuboot_image *image)
{
	/* a failed write leaves the active model to run */
	slots_boot(flash, layout, state);
	if (state->place == SLOT_NONE)
		recover_minimum(flash, layout, state);
	if (state->running == SLOT_NONE)
		return;
	if (!boot_verify(flash, layout, state->running,
			 state->minimum_counter, image))
		return;
	if (state->running == state->trial)
		boot_fall_back(flash, layout, state, image);
	else
		state->running = SLOT_NONE;
}
