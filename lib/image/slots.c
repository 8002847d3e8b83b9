#include "image/slots.h"

#include <string.h>

#include "bits/crc.h"
#include "bits/le.h"

enum {
	RECORD_MAGIC = 0x624C4D54,	/* "TMLb" */
	UPLOAD_MAGIC = 0x754C4D54,	/* "TMLu" */
	FORMAT = 1,
	RECORD_CRC = 28,
	UPLOAD_CRC = 60,
};

/* ---- layout ---- */

struct area {
	uint32_t offset, bytes;
};

static bool is_area_ok(const struct flash *flash, struct area area)
{
	return area.bytes > 0 && area.bytes <= flash->bytes &&
	       area.offset <= flash->bytes - area.bytes &&
	       area.offset % flash->sector_bytes == 0 &&
	       area.bytes % flash->sector_bytes == 0;
}

static uint32_t round_up(uint32_t n, uint32_t unit)
{
	return (n + unit - 1) & ~(unit - 1);
}

static uint32_t mark_offset(const struct flash *flash, uint32_t index)
{
	return round_up(SLOTS_UPLOAD_BYTES, flash->unit_bytes) +
	       index * flash->unit_bytes;
}

int slots_check_layout(const struct flash *flash,
		       const struct slots_layout *layout)
{
	uint32_t sector = flash->sector_bytes, unit = flash->unit_bytes;
	struct area areas[] = {
		{ layout->record[0], sector }, { layout->record[1], sector },
		{ layout->upload, sector }, { layout->key, sector },
		{ layout->slot[0], layout->slot_bytes },
		{ layout->slot[1], layout->slot_bytes },
	};
	size_t count = sizeof(areas) / sizeof(areas[0]);

	if (sector == 0 || (sector & (sector - 1)) || unit < 4 ||
	    unit > FLASH_UNIT_MAX || (unit & (unit - 1)) || unit > sector)
		return ERR_RANGE;
	for (size_t i = 0; i < count; i++) {
		if (!is_area_ok(flash, areas[i]))
			return ERR_RANGE;
		for (size_t j = 0; j < i; j++)
			if (areas[i].offset <
			    areas[j].offset + areas[j].bytes &&
			    areas[j].offset <
			    areas[i].offset + areas[i].bytes)
				return ERR_RANGE;
	}
	if (mark_offset(flash, layout->slot_bytes / sector) > sector)
		return ERR_RANGE;
	return 0;
}

/* ---- boot records ---- */

static bool is_slot_or_none(uint8_t slot)
{
	return slot < SLOT_COUNT || slot == SLOT_NONE;
}

static bool record_decode(const uint8_t *p, struct slots_state *state)
{
	if (le_u32(p) != RECORD_MAGIC || le_u16(p + 4) != FORMAT ||
	    le_u32(p + RECORD_CRC) != crc32(0, p, RECORD_CRC))
		return false;
	state->active = p[6];
	state->trial = p[7];
	state->sequence = le_u32(p + 8);
	state->attempts = p[12];
	state->confirmed = p[13];
	state->minimum_counter = le_u32(p + 16);
	return is_slot_or_none(state->active) && is_slot_or_none(state->trial);
}

static void record_encode(const struct slots_state *state, uint8_t *p)
{
	memset(p, 0, SLOTS_RECORD_BYTES);
	le_put32(p, RECORD_MAGIC);
	le_put16(p + 4, FORMAT);
	p[6] = state->active;
	p[7] = state->trial;
	le_put32(p + 8, state->sequence);
	p[12] = state->attempts;
	p[13] = state->confirmed;
	le_put32(p + 16, state->minimum_counter);
	le_put32(p + RECORD_CRC, crc32(0, p, RECORD_CRC));
}

void slots_read(const struct flash *flash, const struct slots_layout *layout,
		struct slots_state *state)
{
	memset(state, 0, sizeof(*state));
	state->active = state->trial = SLOT_NONE;
	state->place = state->running = SLOT_NONE;
	for (uint8_t i = 0; i < 2; i++) {
		struct slots_state found = { .place = i, .running = SLOT_NONE };

		if (!record_decode(flash->base + layout->record[i], &found))
			continue;
		/* as a signed difference, so that sequences may wrap */
		if (state->place == SLOT_NONE ||
		    (int32_t)(found.sequence - state->sequence) > 0)
			*state = found;
	}
}

/* Erase a sector and program it from its start, read back. */
static int write_sector(const struct flash *flash, uint32_t offset,
			const uint8_t *bytes, uint32_t n)
{
	uint8_t units[SLOTS_UPLOAD_BYTES];
	uint32_t padded = round_up(n, flash->unit_bytes);
	int err = flash->erase(flash->ctx, offset);

	if (err)
		return err;
	memset(units, FLASH_ERASED, sizeof(units));
	memcpy(units, bytes, n);
	err = flash->program(flash->ctx, offset, units, padded);
	if (err)
		return err;
	return memcmp(flash->base + offset, bytes, n) ? ERR_DEVICE : 0;
}

/* Make next the current record; *state follows only when it is written. */
static int commit(const struct flash *flash, const struct slots_layout *layout,
		  struct slots_state *state, struct slots_state next)
{
	uint8_t record[SLOTS_RECORD_BYTES];
	int err;

	next.sequence = state->sequence + 1;
	next.place = state->place == 0 ? 1 : 0;
	record_encode(&next, record);
	err = write_sector(flash, layout->record[next.place], record,
			   sizeof(record));
	if (err)
		return err;
	*state = next;
	return 0;
}

int slots_boot(const struct flash *flash, const struct slots_layout *layout,
	       struct slots_state *state)
{
	struct slots_state next;
	int err;

	slots_read(flash, layout, state);
	state->running = state->active;
	if (state->trial == SLOT_NONE)
		return 0;
	next = *state;
	if (state->attempts > 0) {
		next.attempts--;
		next.running = state->trial;
	} else {
		next.trial = SLOT_NONE;
		next.rolled_back = true;
	}
	err = commit(flash, layout, state, next);
	if (err)	/* the attempt could not be consumed: do not try */
		state->trial = SLOT_NONE;
	return err;
}

uint8_t slots_spare(const struct slots_state *state)
{
	if (state->trial != SLOT_NONE && state->running == state->trial)
		return state->active == SLOT_NONE ? 1 - state->trial
						  : SLOT_NONE;
	return state->active == 0 ? 1 : 0;
}

int slots_try(const struct flash *flash, const struct slots_layout *layout,
	      struct slots_state *state, uint8_t slot)
{
	struct slots_state next = *state;

	if (slot >= SLOT_COUNT || slot == state->active)
		return ERR_RANGE;
	if (state->trial != SLOT_NONE && state->running == state->trial)
		return ERR_BUSY;
	if (state->trial == slot && state->attempts == 1)
		return 0;
	next.trial = slot;
	next.attempts = 1;
	return commit(flash, layout, state, next);
}

int slots_confirm(const struct flash *flash,
		  const struct slots_layout *layout,
		  struct slots_state *state, uint32_t counter)
{
	struct slots_state next = *state;

	if (state->trial == SLOT_NONE || state->running != state->trial)
		return ERR_NO;
	next.active = state->trial;
	next.trial = SLOT_NONE;
	next.attempts = 0;
	next.confirmed = 1;
	if (counter > next.minimum_counter)
		next.minimum_counter = counter;
	return commit(flash, layout, state, next);
}

int slots_reject(const struct flash *flash, const struct slots_layout *layout,
		 struct slots_state *state)
{
	struct slots_state next = *state;

	if (state->trial == SLOT_NONE)
		return 0;
	next.trial = SLOT_NONE;
	next.attempts = 0;
	return commit(flash, layout, state, next);
}

/* ---- upload record ---- */

void slots_upload_read(const struct flash *flash,
		       const struct slots_layout *layout,
		       struct slots_upload *upload)
{
	const uint8_t *p = flash->base + layout->upload;
	uint32_t total = le_u32(p + 8);

	memset(upload, 0, sizeof(*upload));
	upload->slot = SLOT_NONE;
	if (le_u32(p) != UPLOAD_MAGIC || le_u16(p + 4) != FORMAT ||
	    le_u32(p + UPLOAD_CRC) != crc32(0, p, UPLOAD_CRC) ||
	    p[6] >= SLOT_COUNT || total > layout->slot_bytes)
		return;
	upload->slot = p[6];
	upload->total_bytes = total;
	memcpy(upload->sha, p + 12, SLOTS_SHA_BYTES);
	for (uint32_t i = 0; upload->done_bytes < total; i++) {
		/* a torn mark counts: it is begun when its sector is done */
		const uint8_t *mark = p + mark_offset(flash, i);
		uint8_t all = FLASH_ERASED;

		for (uint32_t j = 0; j < flash->unit_bytes; j++)
			all &= mark[j];
		if (all == FLASH_ERASED)
			return;
		if (total - upload->done_bytes <= flash->sector_bytes)
			upload->done_bytes = total;
		else
			upload->done_bytes += flash->sector_bytes;
	}
}

int slots_upload_begin(const struct flash *flash,
		       const struct slots_layout *layout,
		       struct slots_upload *upload)
{
	uint8_t header[SLOTS_UPLOAD_BYTES] = { 0 };

	if (upload->slot >= SLOT_COUNT)
		return ERR_RANGE;
	if (upload->total_bytes > layout->slot_bytes)
		return ERR_NOFIT;
	upload->done_bytes = 0;
	le_put32(header, UPLOAD_MAGIC);
	le_put16(header + 4, FORMAT);
	header[6] = upload->slot;
	le_put32(header + 8, upload->total_bytes);
	memcpy(header + 12, upload->sha, SLOTS_SHA_BYTES);
	le_put32(header + UPLOAD_CRC, crc32(0, header, UPLOAD_CRC));
	return write_sector(flash, layout->upload, header, sizeof(header));
}

int slots_upload_mark(const struct flash *flash,
		      const struct slots_layout *layout,
		      struct slots_upload *upload)
{
	static const uint8_t zeros[FLASH_UNIT_MAX];
	uint32_t index = upload->done_bytes / flash->sector_bytes;
	uint32_t left = upload->total_bytes - upload->done_bytes;
	int err = flash->program(flash->ctx,
				 layout->upload + mark_offset(flash, index),
				 zeros, flash->unit_bytes);

	if (err)
		return err;
	upload->done_bytes += left < flash->sector_bytes ? left
							 : flash->sector_bytes;
	return 0;
}

int slots_upload_end(const struct flash *flash,
		     const struct slots_layout *layout,
		     struct slots_upload *upload)
{
	upload->slot = SLOT_NONE;
	upload->done_bytes = upload->total_bytes = 0;
	return flash->erase(flash->ctx, layout->upload);
}
