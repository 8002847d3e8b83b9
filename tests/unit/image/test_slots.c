#include <criterion/criterion.h>

#include "image/slots.h"
#include "nor.h"

enum { SECTOR = 256, SLOT_SECTORS = 4, SLOT_BYTES = SLOT_SECTORS * SECTOR,
       MODEL_BYTES = 3 * SECTOR + 100 };

static const struct slots_layout layout = {
	.record = { 0, SECTOR }, .upload = 2 * SECTOR, .key = 3 * SECTOR,
	.slot = { 4 * SECTOR, 4 * SECTOR + SLOT_BYTES },
	.slot_bytes = SLOT_BYTES,
};

static void start(struct nor *nor, uint32_t unit)
{
	nor_init(nor, 4 * SECTOR + 2 * SLOT_BYTES, SECTOR, unit);
	cr_assert_eq(slots_check_layout(&nor->flash, &layout), 0);
}

/* A stand-in for a model: every byte of it is `version`. */
static bool holds(const struct nor *nor, uint8_t slot, uint8_t version)
{
	for (int i = 0; i < MODEL_BYTES; i++)
		if (nor->bytes[layout.slot[slot] + i] != version)
			return false;
	return true;
}

/* Upload, going on where the record says, sector by sector. */
static int upload(struct nor *nor, struct slots_state *state, uint8_t version,
		  int *sectors)
{
	const struct flash *flash = &nor->flash;
	struct slots_upload up;
	uint8_t bytes[SECTOR];
	uint8_t slot = slots_spare(state);
	int err = 0;

	slots_upload_read(flash, &layout, &up);
	if (up.slot != slot || up.sha[0] != version) {
		err = slots_reject(flash, &layout, state);
		up = (struct slots_upload){ .slot = slot, .sha = { version },
					    .total_bytes = MODEL_BYTES };
		if (!err)
			err = slots_upload_begin(flash, &layout, &up);
	}
	memset(bytes, version, sizeof(bytes));
	while (!err && up.done_bytes < up.total_bytes) {
		uint32_t at = layout.slot[slot] + up.done_bytes;

		err = flash->erase(flash->ctx, at);
		if (!err)
			err = flash->program(flash->ctx, at, bytes, SECTOR);
		if (!err)
			err = slots_upload_mark(flash, &layout, &up);
		++*sectors;
	}
	return err ? err : slots_try(flash, &layout, state, slot);
}

/* From any state to "version runs and is confirmed", or the first failure. */
static int update(struct nor *nor, uint8_t version, int *sectors)
{
	const struct flash *flash = &nor->flash;
	struct slots_state state;
	int err = slots_boot(flash, &layout, &state);

	if (err)
		return err;
	if (state.running == SLOT_NONE || !holds(nor, state.running, version)) {
		err = upload(nor, &state, version, sectors);
		if (!err)
			err = slots_boot(flash, &layout, &state);
		if (err)
			return err;
	}
	if (state.running == state.active)
		return 0;
	return slots_confirm(flash, &layout, &state, version);
}

static uint8_t running_version(struct nor *nor)
{
	struct slots_state state;
	uint8_t slot;

	cr_assert_eq(slots_boot(&nor->flash, &layout, &state), 0);
	slot = state.running;
	cr_assert_neq(slot, SLOT_NONE);
	cr_assert(holds(nor, slot, nor->bytes[layout.slot[slot]]));
	return nor->bytes[layout.slot[slot]];
}

Test(slots, first_model_then_updates_take_turns)
{
	struct nor nor;
	struct slots_state state;
	int sectors = 0;

	start(&nor, 8);
	slots_read(&nor.flash, &layout, &state);
	cr_assert_eq(state.active, SLOT_NONE);
	for (uint8_t version = 1; version < 6; version++) {
		cr_assert_eq(update(&nor, version, &sectors), 0);
		cr_assert_eq(running_version(&nor), version);
		slots_read(&nor.flash, &layout, &state);
		cr_assert_eq(state.minimum_counter, version);
		cr_assert_eq(state.confirmed, 1);
	}
	cr_assert_not(nor.broken);
	nor_release(&nor);
}

Test(slots, unconfirmed_trial_is_rolled_back_at_the_next_boot)
{
	struct nor nor;
	struct slots_state state;
	int sectors = 0;

	start(&nor, 8);
	cr_assert_eq(update(&nor, 1, &sectors), 0);
	slots_boot(&nor.flash, &layout, &state);
	cr_assert_eq(upload(&nor, &state, 2, &sectors), 0);
	slots_boot(&nor.flash, &layout, &state);
	cr_assert(holds(&nor, state.running, 2));
	cr_assert_eq(slots_spare(&state), SLOT_NONE);
	cr_assert_eq(slots_try(&nor.flash, &layout, &state, 1), ERR_BUSY);
	slots_boot(&nor.flash, &layout, &state);
	cr_assert(state.rolled_back);
	cr_assert(holds(&nor, state.running, 1));
	cr_assert_eq(slots_confirm(&nor.flash, &layout, &state, 9), ERR_NO);
	cr_assert_eq(running_version(&nor), 1);
	nor_release(&nor);
}

Test(slots, both_records_bad_is_no_model_and_still_updatable)
{
	struct nor nor;
	struct slots_state state;
	int sectors = 0;

	start(&nor, 8);
	cr_assert_eq(update(&nor, 1, &sectors), 0);
	nor.bytes[layout.record[0] + 9] ^= 1;
	nor.bytes[layout.record[1] + 9] ^= 1;
	cr_assert_eq(slots_boot(&nor.flash, &layout, &state), 0);
	cr_assert_eq(state.running, SLOT_NONE);
	cr_assert_eq(update(&nor, 2, &sectors), 0);
	cr_assert_eq(running_version(&nor), 2);
	nor_release(&nor);
}

Test(slots, every_flipped_bit_of_a_record_falls_back_to_the_other)
{
	struct nor nor;
	struct slots_state state, now;
	int sectors = 0;

	start(&nor, 8);
	cr_assert_eq(update(&nor, 1, &sectors), 0);
	slots_read(&nor.flash, &layout, &state);
	for (int bit = 0; bit < 8 * SLOTS_RECORD_BYTES; bit++) {
		uint8_t *byte = &nor.bytes[layout.record[state.place] +
					   bit / 8];

		*byte ^= (uint8_t)(1 << bit % 8);
		slots_read(&nor.flash, &layout, &now);
		cr_assert_eq(now.sequence, state.sequence - 1);
		*byte ^= (uint8_t)(1 << bit % 8);
	}
	nor_release(&nor);
}

/* Flash as it is before the update: version 1 runs. */
static long prepare(struct nor *nor, uint32_t unit)
{
	int sectors = 0;
	long count;

	start(nor, unit);
	cr_assert_eq(update(nor, 1, &sectors), 0);
	nor_reboot(nor);
	cr_assert_eq(update(nor, 2, &sectors), 0);
	count = nor->count;
	nor_release(nor);
	start(nor, unit);
	cr_assert_eq(update(nor, 1, &sectors), 0);
	nor_reboot(nor);
	return count;
}

static void cut(struct nor *nor, long at, enum nor_torn torn, int *sectors)
{
	nor_reboot(nor);
	nor->die_at = at;
	nor->torn = torn;
	update(nor, 2, sectors);
	nor_reboot(nor);
}

static void check_cut(struct nor *nor)
{
	struct nor copy = *nor;
	uint8_t version;

	nor_init(&copy, nor->flash.bytes, SECTOR, nor->flash.unit_bytes);
	memcpy(copy.bytes, nor->bytes, nor->flash.bytes);
	version = running_version(&copy);
	cr_assert(version == 1 || version == 2);
	cr_assert_not(nor->broken);
	nor_release(&copy);
}

Test(slots, power_cut_at_every_operation_and_every_pair)
{
	struct nor nor;
	long count = prepare(&nor, 16);
	uint8_t *before = malloc(nor.flash.bytes);
	uint8_t *middle = malloc(nor.flash.bytes);

	memcpy(before, nor.bytes, nor.flash.bytes);
	cr_assert_gt(count, 15);
	for (long first = 1; first <= count; first++)
	for (int torn = 0; torn < NOR_TORN_KINDS; torn++) {
		int sectors = 0;

		memcpy(nor.bytes, before, nor.flash.bytes);
		cut(&nor, first, torn, &sectors);
		check_cut(&nor);
		memcpy(middle, nor.bytes, nor.flash.bytes);
		for (long second = 1; second <= count; second++) {
			int again = sectors;

			memcpy(nor.bytes, middle, nor.flash.bytes);
			cut(&nor, second, torn, &again);
			check_cut(&nor);
			cr_assert_eq(update(&nor, 2, &again), 0);
			cr_assert_eq(running_version(&nor), 2);
		}
	}
	free(before);
	free(middle);
	nor_release(&nor);
}

Test(slots, resumed_upload_sends_at_most_one_sector_again)
{
	struct nor nor;
	long count = prepare(&nor, 8);
	uint8_t *before = malloc(nor.flash.bytes);

	memcpy(before, nor.bytes, nor.flash.bytes);
	for (long at = 1; at <= count; at++) {
		int sectors = 0;

		memcpy(nor.bytes, before, nor.flash.bytes);
		cut(&nor, at, NOR_HALF, &sectors);
		cr_assert_eq(update(&nor, 2, &sectors), 0);
		/* a trial cut before its confirmation starts over */
		if (sectors > SLOT_SECTORS + 1)
			cr_assert_eq(sectors, 2 * SLOT_SECTORS);
		cr_assert_eq(running_version(&nor), 2);
	}
	free(before);
	nor_release(&nor);
}

Test(slots, layouts_that_overlap_or_lie_outside_are_refused)
{
	struct nor nor;
	struct slots_layout bad = layout;

	start(&nor, 8);
	bad.key = bad.upload;
	cr_assert_eq(slots_check_layout(&nor.flash, &bad), ERR_RANGE);
	bad = layout;
	bad.slot[1] += SECTOR;
	cr_assert_eq(slots_check_layout(&nor.flash, &bad), ERR_RANGE);
	bad = layout;
	bad.record[0] = 1;
	cr_assert_eq(slots_check_layout(&nor.flash, &bad), ERR_RANGE);
	bad = layout;
	bad.slot_bytes = UINT32_MAX & ~(SECTOR - 1u);
	cr_assert_eq(slots_check_layout(&nor.flash, &bad), ERR_RANGE);
	nor_release(&nor);
}
