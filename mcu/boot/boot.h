/*
 * boot - which model may run: the signing key, the check, the choice.
 *
 * The key sector holds one record, padded with 0xFF to whole write units:
 *     0 magic "TMLk"   4 format u16 = 1   6 zero u16   8 key[32]   40 CRC-32
 * It is written once, by whoever provisions the board first (trust on first
 * use): afterwards only models signed with that key run, and the key can only
 * be changed by erasing the chip.  A record that is not whole (power cut while
 * provisioning) counts as empty.
 *
 * Flash is believed only after the signature check, at every boot and again
 * before a trial: a container whose structure, hash, key hash or signature is
 * wrong never runs, whatever the boot records say.
 */
#ifndef TINYML_BOOT_BOOT_H
#define TINYML_BOOT_BOOT_H

#include <stdint.h>

#include "image/flash.h"
#include "image/mcuboot.h"
#include "image/slots.h"

enum { BOOT_KEY_BYTES = MCUBOOT_KEY_BYTES };

/* 0 or ERR_MISSING. */
int boot_key_read(const struct flash *flash,
		  const struct slots_layout *layout,
		  uint8_t key[static BOOT_KEY_BYTES]);

/* 0 also when this key is there already; ERR_TRUST when another one is, or
 * the flash's error. */
int boot_key_write(const struct flash *flash,
		   const struct slots_layout *layout,
		   const uint8_t key[static BOOT_KEY_BYTES]);

/*
 * May the container in slot run?  image borrows the flash.
 * ERR_TRUST    no key yet, signed by another key, or signature wrong
 * ERR_NO       security counter below minimum_counter: a replay
 * ERR_FORMAT and others of mcuboot_read: structure or hash wrong
 */
int boot_verify(const struct flash *flash, const struct slots_layout *layout,
		uint8_t slot, uint32_t minimum_counter,
		struct mcuboot_image *image);

/*
 * Once per boot: read the records, consume an attempt, verify what is to run.
 * A trial that does not verify is given up for the active model.
 * state->running is SLOT_NONE when no model may run; image is valid otherwise.
 */
void boot_choose(const struct flash *flash, const struct slots_layout *layout,
		 struct slots_state *state, struct mcuboot_image *image);

/* The running trial failed its self-test: give it up and fall back to the
 * active model now.  As boot_choose. */
void boot_fall_back(const struct flash *flash,
		    const struct slots_layout *layout,
		    struct slots_state *state, struct mcuboot_image *image);

#endif
