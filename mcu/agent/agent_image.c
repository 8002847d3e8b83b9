#include <string.h>

#include "agent/handler.h"

enum { FIRST_MODEL_SLOT = 2 };	/* 2 * image + slot, as erase counts */

/* ---- state ---- */

static void describe_firmware(struct wire_image *image)
{
	*image = (struct wire_image){
		.image = WIRE_IMAGE_FIRMWARE, .version = wire_text("1.0.0"),
		.bootable = true, .confirmed = true, .active = true,
	};
}

/* False when the slot holds no container. */
static bool describe_slot(struct agent *agent, uint8_t slot,
			  struct wire_image *image, char *version)
{
	const struct slots_state *slots = &agent->slots;
	struct mcuboot_image found;

	if (agent->upload.is_open && agent->upload.record.slot == slot &&
	    agent->upload.off < agent->upload.record.total_bytes)
		return false;
	if (mcuboot_read_slot(agent->hal->flash.base +
			      agent->hal->layout.slot[slot],
			      agent->hal->layout.slot_bytes, &found))
		return false;
	if (!agent->verified[slot])
		agent_verify(agent, slot, &found);
	*image = (struct wire_image){
		.image = WIRE_IMAGE_MODEL, .slot = slot,
		.version = agent_version(&found.version, version),
		.hash = { found.hash, MCUBOOT_HASH_BYTES },
		.bootable = agent->verified[slot],
		.pending = slot == slots->trial && slots->attempts > 0,
		.confirmed = slot == slots->active && slots->confirmed,
		.active = slot == slots->running,
	};
	return true;
}

unsigned agent_image_state(struct agent *agent,
			   const struct smp_packet *request,
			   struct cbor_out *out)
{
	char versions[SLOT_COUNT][AGENT_VERSION_BYTES];
	struct wire_images images = { .image_count = 1 };

	(void)request;
	describe_firmware(&images.images[0]);
	for (uint8_t slot = 0; slot < SLOT_COUNT; slot++)
		if (describe_slot(agent, slot,
				  &images.images[images.image_count],
				  versions[slot]))
			images.image_count++;
	wire_encode_images(out, &images);
	return SMP_OK;
}

/* The slot whose container has this hash, or SLOT_NONE. */
static uint8_t find_hash(const struct agent *agent, struct wire_bytes hash)
{
	const struct hal *hal = agent->hal;
	struct mcuboot_image image;

	for (uint8_t slot = 0; slot < SLOT_COUNT; slot++)
		if (hash.n == MCUBOOT_HASH_BYTES &&
		    !mcuboot_read_slot(hal->flash.base + hal->layout.slot[slot],
				       hal->layout.slot_bytes, &image) &&
		    memcmp(image.hash, hash.p, hash.n) == 0)
			return slot;
	return SLOT_NONE;
}

static unsigned confirm(struct agent *agent, uint8_t slot)
{
	const struct hal *hal = agent->hal;

	if (slot == SLOT_NONE || slot != agent->slots.running)
		return SMP_BADSTATE;
	if (slot == agent->slots.active)
		return SMP_OK;
	if (agent->rt->guard_broken)
		return SMP_RC_GOLDEN;
	return agent_rc(slots_confirm(&hal->flash, &hal->layout, &agent->slots,
				      agent->image.counter));
}

static unsigned try(struct agent *agent, uint8_t slot)
{
	const struct hal *hal = agent->hal;
	struct mcuboot_image image;
	int err;

	if (slot == SLOT_NONE)
		return SMP_NOENT;
	if (slot == agent->slots.active || slot == agent->slots.running)
		return SMP_BADSTATE;
	err = agent_verify(agent, slot, &image);
	if (!err)
		err = rt_check(agent->rt, image.payload, image.payload_bytes);
	if (!err)
		err = slots_try(&hal->flash, &hal->layout, &agent->slots,
				slot);
	return agent_rc(err);
}

unsigned agent_image_select(struct agent *agent,
			    const struct smp_packet *request,
			    struct cbor_out *out)
{
	struct wire_select select;
	uint8_t slot = agent->slots.running;
	unsigned rc;

	if (wire_decode_select(request, &select) ||
	    (!select.hash.p && !select.confirm))
		return SMP_INVAL;
	if (select.hash.p)
		slot = find_hash(agent, select.hash);
	rc = select.confirm ? confirm(agent, slot) : try(agent, slot);
	return rc ? rc : agent_image_state(agent, request, out);
}

/* ---- upload ---- */

/* The first piece tells what the container claims to be. */
static unsigned judge_header(const struct agent *agent,
			     const struct wire_upload *request)
{
	uint32_t total = 0;
	int err;

	if (request->sha.n != SLOTS_SHA_BYTES || request->len == 0 ||
	    request->data.n < MCUBOOT_HEADER_BYTES)
		return SMP_INVAL;
	if (request->len > agent->hal->layout.slot_bytes)
		return SMP_RC_NOFIT;
	err = mcuboot_read_header(request->data.p, request->data.n,
				  agent->hal->layout.slot_bytes, &total);
	if (err)
		return agent_rc(err);
	return total == request->len ? SMP_OK : SMP_CORRUPT;
}

/* Take up the recorded upload where it stopped. */
static void resume(struct agent *agent)
{
	struct agent_upload *upload = &agent->upload;

	slots_upload_read(&agent->hal->flash, &agent->hal->layout,
			  &upload->record);
	upload->is_open = upload->record.slot != SLOT_NONE &&
			  upload->record.slot == slots_spare(&agent->slots);
	upload->off = upload->is_open ? upload->record.done_bytes : 0;
}

static bool is_same(const struct agent_upload *upload,
		    const struct wire_upload *request)
{
	return upload->is_open &&
	       upload->record.total_bytes == request->len &&
	       memcmp(upload->record.sha, request->sha.p,
		      SLOTS_SHA_BYTES) == 0;
}

static unsigned begin(struct agent *agent, const struct wire_upload *request)
{
	const struct hal *hal = agent->hal;
	struct agent_upload *upload = &agent->upload;
	uint8_t key[BOOT_KEY_BYTES], slot = slots_spare(&agent->slots);
	unsigned rc = judge_header(agent, request);
	int err;

	if (rc)
		return rc;
	if (slot == SLOT_NONE)
		return SMP_BADSTATE;
	if (boot_key_read(&hal->flash, &hal->layout, key))
		return SMP_RC_TRUST;
	upload->is_open = false;
	agent->verified[slot] = false;
	err = slots_reject(&hal->flash, &hal->layout, &agent->slots);
	upload->record.slot = slot;
	upload->record.total_bytes = request->len;
	memcpy(upload->record.sha, request->sha.p, SLOTS_SHA_BYTES);
	if (!err)
		err = slots_upload_begin(&hal->flash, &hal->layout,
					 &upload->record);
	upload->is_open = !err;
	upload->off = 0;
	return agent_rc(err);
}

/* The sector that ends at upload->off is complete: into flash with it. */
static int flush(struct agent *agent)
{
	struct agent_upload *upload = &agent->upload;
	const struct hal *hal = agent->hal;
	const struct flash *flash = &hal->flash;
	uint32_t done = upload->record.done_bytes, n = upload->off - done;
	uint32_t at = hal->layout.slot[upload->record.slot] + done;
	uint32_t unit = flash->unit_bytes;
	uint32_t padded = (n + unit - 1) & ~(unit - 1);
	int err;

	memset(upload->sector + n, FLASH_ERASED, padded - n);
	err = flash->erase(flash->ctx, at);
	if (!err)
		err = flash->program(flash->ctx, at, upload->sector, padded);
	if (!err && memcmp(flash->base + at, upload->sector, padded) != 0)
		err = ERR_DEVICE;
	if (!err)
		err = slots_upload_mark(flash, &hal->layout, &upload->record);
	hal->feed(hal->ctx);
	return err;
}

static int store(struct agent *agent, const uint8_t *p, size_t n)
{
	struct agent_upload *upload = &agent->upload;
	uint32_t sector = agent->hal->flash.sector_bytes;
	int err = 0;

	while (!err && n > 0) {
		uint32_t at = upload->off - upload->record.done_bytes;
		size_t part = sector - at < n ? sector - at : n;

		memcpy(upload->sector + at, p, part);
		upload->off += (uint32_t)part;
		p += part;
		n -= part;
		if (at + part == sector ||
		    upload->off == upload->record.total_bytes)
			err = flush(agent);
	}
	return err;
}

/* Everything has arrived: may it run here? */
static unsigned finish(struct agent *agent)
{
	struct agent_upload *upload = &agent->upload;
	const struct hal *hal = agent->hal;
	uint8_t slot = upload->record.slot, sha[SHA256_BYTES];
	struct mcuboot_image image;
	int err;

	sha256(hal->flash.base + hal->layout.slot[slot],
	       upload->record.total_bytes, sha);
	hal->feed(hal->ctx);
	err = memcmp(sha, upload->record.sha, sizeof(sha)) ? ERR_FORMAT : 0;
	if (!err)
		err = agent_verify(agent, slot, &image);
	if (!err && image.total_bytes != upload->record.total_bytes)
		err = ERR_FORMAT;
	if (!err)
		err = rt_check(agent->rt, image.payload, image.payload_bytes);
	if (err) {
		upload->is_open = false;
		slots_upload_end(&hal->flash, &hal->layout, &upload->record);
	}
	return agent_rc(err);
}

static unsigned take(struct agent *agent, const struct wire_upload *request)
{
	struct agent_upload *upload = &agent->upload;
	int err;

	if (request->data.n > upload->record.total_bytes - upload->off)
		return SMP_INVAL;
	err = store(agent, request->data.p, request->data.n);
	if (err) {	/* go on at the last whole sector */
		upload->is_open = false;
		return agent_rc(err);
	}
	if (upload->off == upload->record.total_bytes && request->data.n > 0)
		return finish(agent);
	return SMP_OK;
}

unsigned agent_image_upload(struct agent *agent,
			    const struct smp_packet *packet,
			    struct cbor_out *out)
{
	struct agent_upload *upload = &agent->upload;
	struct wire_upload request;
	struct wire_offset answer;
	unsigned rc = SMP_OK;

	if (wire_decode_upload(packet, &request))
		return SMP_INVAL;
	if (request.off == 0 && request.image != WIRE_IMAGE_MODEL)
		return SMP_NOTSUP;
	if (!upload->is_open)
		resume(agent);
	if (request.off == 0 && request.sha.n != SLOTS_SHA_BYTES)
		return SMP_INVAL;
	if (request.off == 0 && (!is_same(upload, &request) ||
				 upload->off == 0))
		rc = begin(agent, &request);
	if (rc == SMP_OK && upload->is_open && request.off == upload->off)
		rc = take(agent, &request);
	if (rc != SMP_OK)
		return rc;
	answer.off = upload->off;
	wire_encode_offset(out, &answer);
	return SMP_OK;
}

/* ---- erase ---- */

unsigned agent_image_erase(struct agent *agent,
			   const struct smp_packet *packet,
			   struct cbor_out *out)
{
	const struct wire_nothing nothing = { true };
	const struct hal *hal = agent->hal;
	struct wire_erase request;
	uint8_t slot;
	int err;

	if (wire_decode_erase(packet, &request))
		return SMP_INVAL;
	if (request.slot < FIRST_MODEL_SLOT ||
	    request.slot >= FIRST_MODEL_SLOT + SLOT_COUNT)
		return SMP_NOTSUP;
	slot = (uint8_t)(request.slot - FIRST_MODEL_SLOT);
	if (slot != slots_spare(&agent->slots))
		return SMP_BADSTATE;
	agent->upload.is_open = false;
	agent->verified[slot] = false;
	err = slots_reject(&hal->flash, &hal->layout, &agent->slots);
	if (!err)
		err = slots_upload_end(&hal->flash, &hal->layout,
				       &agent->upload.record);
	for (uint32_t at = 0; !err && at < hal->layout.slot_bytes;
	     at += hal->flash.sector_bytes) {
		err = hal->flash.erase(hal->flash.ctx,
				       hal->layout.slot[slot] + at);
		hal->feed(hal->ctx);
	}
	wire_encode_nothing(out, &nothing);
	return agent_rc(err);
}
