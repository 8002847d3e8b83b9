#include "flash/deliver.h"

#include <stdio.h>
#include <string.h>

#include "board/board.h"

enum { SLOTS = 2, NO_SLOT = -1, RESTARTS = 8 };

struct delivery {
	struct smp_link *sl;
	const struct firmware *firmware;
	const struct progress *progress;
	struct deliver_report *report;
	struct err *err;
};

/* The board would find out only when it has all of the image. */
static int check_counter(struct delivery *d, const struct ask_info *info)
{
	uint32_t counter = d->firmware->image.counter;

	if (counter >= info->floor)
		return 0;
	err_set(d->err, ERR_TRUST, "the board refuses an older model: it "
		"confirmed one with security counter %u, this one has %u",
		info->floor, counter);
	err_hint(d->err, "if it shall run nevertheless, raise 'counter' in "
		 "tinyml.yaml to %u", info->floor);
	return ERR_TRUST;
}

static int check_board(struct delivery *d, const struct ask_info *info)
{
	const struct firmware *f = d->firmware;

	if (strcmp(info->board, f->target) != 0) {
		err_set(d->err, ERR_UNSUPPORTED, "the model was planned for "
			"'%s', this board is a '%s'", f->target, info->board);
		err_hint(d->err, "add '%s' to 'targets' and correct its type "
			 "in tinyml.yaml", info->board);
		return ERR_UNSUPPORTED;
	}
	if (info->runtime < f->runtime) {
		err_set(d->err, ERR_UNSUPPORTED, "the board's runtime is "
			"version %u, the model needs %u", info->runtime,
			f->runtime);
		err_hint(d->err, "put newer firmware on the board first");
		return ERR_UNSUPPORTED;
	}
	if (info->page == 0)
		return err_set(d->err, ERR_DEVICE, "the board says that its "
			       "flash has no pages");
	if (f->container_bytes > info->slot_bytes)
		return err_set(d->err, ERR_NOFIT, "the model does not fit a "
			       "slot: it has %zu bytes, the slot %u, %zu are "
			       "missing", f->container_bytes, info->slot_bytes,
			       f->container_bytes - info->slot_bytes);
	return check_counter(d, info);
}

/* The slot that holds our container, or NO_SLOT. */
static int find_ours(struct delivery *d, struct ask_slot slots[SLOTS],
		     int *ours)
{
	int ret = ask_slots(d->sl, slots, d->err);

	*ours = NO_SLOT;
	for (int i = 0; i < SLOTS && !ret; i++)
		if (slots[i].present &&
		    memcmp(slots[i].hash.bytes, d->firmware->image.hash,
			   DIGEST_BYTES) == 0)
			*ours = i;
	return ret;
}

static int send(struct delivery *d)
{
	const struct ask_container container = {
		d->firmware->container, d->firmware->container_bytes,
		d->report->before.page,
	};

	return ask_upload(d->sl, &container, d->progress,
			  &d->report->sent_bytes, d->err);
}

/* A restart is asked for once each time; over a link that loses packets it
 * may not have come to the board, and is asked for again. */
static int end_trial(struct smp_link *sl, struct err *err)
{
	struct ask_info info = { .trial = true };
	int ret = 0;

	for (int i = 0; i < RESTARTS && !ret && info.trial; i++) {
		ret = ask_reset(sl, err);
		if (!ret)
			ret = ask_info(sl, &info, err);
	}
	return ret;
}

/* find_ours; but another model on trial leaves no slot free, and a restart
 * ends its trial. */
static int find_room(struct delivery *d, struct ask_slot slots[SLOTS],
		     int *ours)
{
	int ret = find_ours(d, slots, ours);

	if (ret || !d->report->before.trial ||
	    (*ours != NO_SLOT && slots[*ours].active))
		return ret;
	ret = end_trial(d->sl, d->err);
	return ret ? ret : find_ours(d, slots, ours);
}

/* Until our container, which is pending, has been tried. */
static int restart(struct delivery *d, struct ask_slot slots[SLOTS],
		   int *ours)
{
	int ret = 0;

	for (int i = 0; i < RESTARTS && !ret && *ours != NO_SLOT &&
	     !slots[*ours].active && (i == 0 || slots[*ours].pending); i++) {
		ret = ask_reset(d->sl, d->err);
		if (!ret)
			ret = find_ours(d, slots, ours);
	}
	return ret;
}

/* Step by step until our container runs, on trial or confirmed. */
static int bring_up(struct delivery *d)
{
	struct ask_slot slots[SLOTS];
	int ours, ret = find_room(d, slots, &ours);

	d->report->was_there = !ret && ours != NO_SLOT &&
			       slots[ours].active && slots[ours].confirmed;
	if (!ret && (ours == NO_SLOT || !slots[ours].bootable)) {
		ret = send(d);
		if (!ret)
			ret = find_ours(d, slots, &ours);
	}
	if (!ret && ours == NO_SLOT)
		ret = err_set(d->err, ERR_DEVICE, "the board took the image "
			      "and does not have it");
	if (!ret && !slots[ours].active && !slots[ours].pending)
		ret = ask_try(d->sl, d->firmware->image.hash, d->err);
	if (!ret)
		ret = restart(d, slots, &ours);
	if (ret || (ours != NO_SLOT && slots[ours].active))
		return ret;
	err_set(d->err, ERR_NO, "the board gave the new model up during its "
		"first start");
	err_hint(d->err, "its old model runs again; see 'tinyml device info'");
	return ERR_NO;
}

/* Not confirmed: after a restart the old model runs. */
static void give_up(struct delivery *d)
{
	struct err later = { 0 };

	if (end_trial(d->sl, &later) == 0)
		err_hint(d->err, "the board has gone back to its old model");
	else
		err_hint(d->err, "the board goes back to its old model at the "
			 "next start");
}

static int prove_and_confirm(struct delivery *d)
{
	struct deliver_report *r = d->report;
	struct ask_info info;
	int ret = ask_info(d->sl, &info, d->err);
	bool trial = !ret && info.trial;

	if (!ret)
		ret = ask_selftest(d->sl, &r->self_vectors, d->err);
	if (!ret)
		ret = deliver_golden(d->sl, d->firmware, d->progress,
				     &r->host_vectors, &r->run_us, d->err);
	if (!ret && !info.confirmed)
		ret = ask_confirm(d->sl, d->err);
	if (ret && trial)
		give_up(d);
	return ret;
}

int deliver(struct smp_link *sl, const struct firmware *firmware,
	    const struct progress *progress, struct deliver_report *report,
	    struct err *err)
{
	struct delivery d = { sl, firmware, progress, report, err };
	int ret = ask_info(sl, &report->before, err);

	if (!ret)
		ret = check_board(&d, &report->before);
	if (!ret)
		ret = ask_key(sl, firmware->key, err);
	if (!ret)
		ret = bring_up(&d);
	if (!ret)
		ret = prove_and_confirm(&d);
	if (!ret)
		ret = ask_info(sl, &report->after, err);
	return ret;
}
