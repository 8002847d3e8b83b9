#include "flash/ask.h"

#include <string.h>

#include "base/text.h"
#include "bits/le.h"
#include "image/mcuboot.h"
#include "image/model_image.h"

/* What is sent while a board restarts is lost: ask often, and for half a
 * minute, which is what the slowest check of a signature takes. */
enum { WAKE_MS = 200, WAKE_RETRIES = 150, BACK_MS = 10000 };

static void copy_text(char *out, size_t room, struct wire_text text)
{
	size_t n = text.p && text.n < room ? text.n : 0;

	if (n)
		memcpy(out, text.p, n);
	out[n] = '\0';
	text_neutralise(out);
}

static void copy_info(struct ask_info *info, const struct wire_info *w)
{
	*info = (struct ask_info){
		.ram = w->ram, .flash = w->flash, .arena = w->arena,
		.slots = w->slots, .slot_bytes = w->slot_bytes,
		.page = w->page, .runtime = w->runtime,
		.has_model = w->slot != WIRE_NONE,
		.counter = w->counter, .floor = w->floor, .slot = w->slot,
		.trial = w->trial, .confirmed = w->confirmed,
		.pcm = w->pcm, .rate_hz = w->rate_hz,
		.input = w->input, .output = w->output,
	};
	copy_text(info->board, sizeof(info->board), w->board);
	copy_text(info->core, sizeof(info->core), w->core);
	copy_text(info->kernels, sizeof(info->kernels), w->kernels);
	copy_text(info->name, sizeof(info->name), w->name);
	copy_text(info->version, sizeof(info->version), w->version);
	if (w->identity.n == DIGEST_BYTES)
		memcpy(info->identity.bytes, w->identity.p, DIGEST_BYTES);
}

int ask_info(struct smp_link *sl, struct ask_info *info, struct err *err)
{
	struct wire_info answer = { 0 };
	int ret = smp_link_ask(sl, SMP_READ, WIRE_GROUP_MODEL, WIRE_MODEL_INFO,
			       err, nothing, NULL, info, &answer);

	if (!ret)
		copy_info(info, &answer);
	return ret;
}

int ask_slots(struct smp_link *sl, struct ask_slot slots[2], struct err *err)
{
	struct wire_images images = { 0 };
	int ret = smp_link_ask(sl, SMP_READ, SMP_GROUP_IMAGE, WIRE_IMAGE_STATE,
			       err, nothing, NULL, images, &images);

	memset(slots, 0, 2 * sizeof(*slots));
	for (uint32_t i = 0; i < images.image_count && !ret; i++) {
		const struct wire_image *w = &images.images[i];

		if (w->image != WIRE_IMAGE_MODEL || w->slot > 1 ||
		    w->hash.n != DIGEST_BYTES)
			continue;
		slots[w->slot] = (struct ask_slot){
			.present = true, .bootable = w->bootable,
			.pending = w->pending, .active = w->active,
			.confirmed = w->confirmed,
		};
		memcpy(slots[w->slot].hash.bytes, w->hash.p, DIGEST_BYTES);
	}
	return ret;
}

int ask_key(struct smp_link *sl, const uint8_t key[32], struct err *err)
{
	struct wire_key mine = { .key = { key, 32 } }, has = { 0 };
	int ret = smp_link_ask(sl, SMP_READ, WIRE_GROUP_MODEL, WIRE_MODEL_KEY,
			       err, nothing, NULL, key, &has);

	if (ret)
		return ret;
	if (has.key.n == 32 && memcmp(has.key.p, key, 32) == 0)
		return 0;
	if (has.key.n == 32) {
		err_set(err, ERR_TRUST, "the board believes another device "
			"key");
		err_hint(err, "sign with the key it was first flashed with, or "
			 "erase the board");
		return ERR_TRUST;
	}
	return smp_link_ask(sl, SMP_WRITE, WIRE_GROUP_MODEL, WIRE_MODEL_KEY,
			    err, key, &mine, nothing, NULL);
}

/* One piece from *off on; *off becomes where the board wants to go on. */
static int send_piece(struct smp_link *sl, const struct wire_upload *up,
		      uint32_t *off, size_t n, struct err *err)
{
	struct wire_offset next = { .off = WIRE_NONE };
	int ret = smp_link_ask(sl, SMP_WRITE, SMP_GROUP_IMAGE,
			       WIRE_IMAGE_UPLOAD, err, upload, up, offset,
			       &next);

	if (!ret && (next.off == WIRE_NONE || next.off > n))
		ret = err_set(err, ERR_DEVICE, "the board wants the image from "
			      "a place that it does not have");
	*off = next.off;
	return ret;
}

/* The header alone asks where to go on; no other piece crosses a page, so that
 * a cut costs one page at most. */
static size_t piece_at(const struct ask_container *c, uint32_t off,
		       size_t piece)
{
	size_t most = off ? c->page - off % c->page : MCUBOOT_HEADER_BYTES;

	if (most > piece)
		most = piece;
	return c->n - off < most ? c->n - off : most;
}

int ask_upload(struct smp_link *sl, const struct ask_container *container,
	       const struct progress *progress, size_t *sent, struct err *err)
{
	size_t n = container->n, piece, total = 0;
	struct digest sha = digest_of(container->bytes, n);
	uint32_t off = 0;
	int ret = smp_link_piece(sl, &piece, err);

	while (!ret && off < n) {
		size_t part = piece_at(container, off, piece);
		struct wire_upload up = {
			.off = off, .data = { container->bytes + off, part },
		};

		if (off == 0) {
			up.image = WIRE_IMAGE_MODEL;
			up.len = (uint32_t)n;
			up.sha = (struct wire_bytes){ sha.bytes, DIGEST_BYTES };
		}
		total += part;
		ret = send_piece(sl, &up, &off, n, err);
		if (!ret && total > 4 * n + 16 * piece)
			ret = err_set(err, ERR_DEVICE, "the board does not "
				      "take the image: it keeps asking for the "
				      "same pieces");
		progress_tick(progress, "sending", ret ? 0 : (double)off,
			      (double)n, NULL);
	}
	if (sent)
		*sent = total;
	return ret;
}

static int select_image(struct smp_link *sl, const uint8_t *hash, bool confirm,
			struct err *err)
{
	struct wire_select select = { .confirm = confirm };

	if (hash)
		select.hash = (struct wire_bytes){ hash, DIGEST_BYTES };
	return smp_link_ask(sl, SMP_WRITE, SMP_GROUP_IMAGE, WIRE_IMAGE_STATE,
			    err, select, &select, images, NULL);
}

int ask_try(struct smp_link *sl, const uint8_t hash[32], struct err *err)
{
	return select_image(sl, hash, false, err);
}

int ask_confirm(struct smp_link *sl, struct err *err)
{
	return select_image(sl, NULL, true, err);
}

/* Until it answers an echo. */
static int wake(struct smp_link *sl, struct err *err)
{
	const struct wire_echo echo = { .d = wire_text("tinyml") };
	struct wire_echoed echoed = { 0 };
	int ret;

	smp_link_patience(sl, WAKE_MS, WAKE_RETRIES);
	ret = smp_link_ask(sl, SMP_WRITE, SMP_GROUP_OS, WIRE_OS_ECHO, err,
			   echo, &echo, echoed, &echoed);
	smp_link_patience(sl, ASK_PATIENCE_MS, ASK_RETRIES);
	if (!ret && !wire_text_is(echoed.r, "tinyml"))
		ret = err_set(err, ERR_DEVICE, "it echoes something else");
	return ret;
}

int ask_reset(struct smp_link *sl, struct err *err)
{
	struct err last = { 0 };
	int ret;

	smp_link_once(sl);
	ret = smp_link_ask(sl, SMP_WRITE, SMP_GROUP_OS, WIRE_OS_RESET, &last,
			   nothing, NULL, nothing, NULL);
	if (ret && ret != ERR_TIMEOUT && !link_is_gone(smp_link_link(sl))) {
		if (err && !err->kind)
			*err = last;
		return ret;
	}
	last = (struct err){ 0 };
	ret = wake(sl, &last);
	if (ret && link_is_gone(smp_link_link(sl))) {
		last = (struct err){ 0 };
		ret = smp_link_reopen(sl, BACK_MS, &last);
		if (!ret)
			ret = wake(sl, &last);
	}
	if (ret)
		err_set(err, ret, "the board did not come back after a "
			"restart: %s", last.text);
	return ret;
}

int ask_selftest(struct smp_link *sl, uint32_t *vectors, struct err *err)
{
	const struct wire_selftest ask = { .slot = WIRE_NONE };
	struct wire_selftested told = { .failed = WIRE_NONE };
	int ret = smp_link_ask(sl, SMP_WRITE, WIRE_GROUP_MODEL,
			       WIRE_MODEL_SELFTEST, err, selftest, &ask,
			       selftested, &told);

	*vectors = told.vectors;
	if (ret || told.passed == told.vectors)
		return ret;
	return err_set(err, ERR_NO, "the board answers golden vector %u of "
		       "%u wrongly", told.failed, told.vectors);
}

static int send_input(struct smp_link *sl, enum wire_kind kind,
		      const uint8_t *bytes, size_t n, struct err *err)
{
	size_t piece;
	uint32_t off = 0;
	int ret = smp_link_piece(sl, &piece, err);

	while (!ret && off < n) {
		size_t part = n - off < piece ? n - off : piece;
		const struct wire_input in = {
			.kind = kind, .off = off, .len = (uint32_t)n,
			.data = { bytes + off, part },
		};
		struct wire_offset next = { .off = WIRE_NONE };

		ret = smp_link_ask(sl, SMP_WRITE, WIRE_GROUP_MODEL,
				   WIRE_MODEL_INPUT, err, input, &in, offset,
				   &next);
		if (!ret && next.off != off + part)
			return err_set(err, ERR_DEVICE, "the board lost a "
				       "piece of the input");
		off += (uint32_t)part;
	}
	return ret;
}

/* The piece from off on, of a result that was first said to have len bytes. */
static int check_piece(const struct wire_piece *piece, uint32_t off,
		       uint32_t len, struct err *err)
{
	if (piece->len > ASK_RESULT_BYTES_MAX)
		return err_set(err, ERR_DEVICE, "the board announces a result "
			       "of %u bytes, more than %u", piece->len,
			       (unsigned)ASK_RESULT_BYTES_MAX);
	if (piece->len != len || piece->off != off || off > len ||
	    piece->data.n > len - off || (piece->data.n == 0 && len > off))
		return err_set(err, ERR_DEVICE, "the board sends a piece of "
			       "its result that was not asked for");
	return 0;
}

static int read_result(struct smp_link *sl, enum wire_kind kind,
		       struct buf *out, struct err *err)
{
	uint32_t off = 0, len = 0;
	int ret;

	do {
		const struct wire_result_query q = { .kind = kind,
						     .off = off };
		struct wire_piece piece = { 0 };

		ret = smp_link_ask(sl, SMP_READ, WIRE_GROUP_MODEL,
				   WIRE_MODEL_RESULT, err, result_query, &q,
				   piece, &piece);
		if (ret)
			return ret;
		ret = check_piece(&piece, off, off ? len : piece.len, err);
		if (ret)
			return ret;
		buf_add(out, piece.data.p, piece.data.n);
		off += (uint32_t)piece.data.n;
		len = piece.len;
	} while (off < len);
	return out->failed ? err_nomem(err) : 0;
}

/* Without the silence at the end, which the board adds by itself. */
static size_t sound_bytes(const uint8_t *pcm, size_t n)
{
	while (n > 2 && pcm[n - 1] == 0 && pcm[n - 2] == 0)
		n -= 2;
	return n;
}

int ask_run(struct smp_link *sl, enum wire_kind kind, const void *input,
	    size_t n, struct ask_answer *answer, struct err *err)
{
	struct wire_ran ran = { 0 };
	int ret;

	if (kind == WIRE_PCM)
		n = sound_bytes(input, n);
	ret = send_input(sl, kind, input, n, err);
	if (!ret)
		ret = smp_link_ask(sl, SMP_WRITE, WIRE_GROUP_MODEL,
				   WIRE_MODEL_RUN, err, nothing, NULL, ran,
				   &ran);
	if (!ret && ran.guard)
		ret = err_set(err, ERR_DEVICE, "the board wrote outside its "
			      "arena: its results are void");
	answer->us = ran.us;
	if (!ret)
		ret = read_result(sl, WIRE_TENSOR, &answer->output, err);
	if (!ret && kind == WIRE_PCM)
		ret = read_result(sl, WIRE_FEATURES, &answer->features, err);
	return ret;
}

void ask_answer_release(struct ask_answer *answer)
{
	buf_release(&answer->output);
	buf_release(&answer->features);
}

static int take_ticks(struct ask_profile *profile,
		      const struct wire_profile *told, struct err *err)
{
	size_t first = profile->ticks.len / 4, n = told->ticks.n / 4;

	if (first == 0)
		profile->ops = told->ops;
	if (told->ops != profile->ops || told->ops > MODEL_IMAGE_OPS_MAX ||
	    n == 0 || told->ticks.n % 4 || n > profile->ops - first ||
	    told->hz == 0)
		return err_set(err, ERR_DEVICE, "the board's profile does not "
			       "fit together");
	profile->hz = told->hz;
	profile->features = told->features;
	for (size_t i = 0; i < n; i++) {
		uint32_t ticks = le_u32(told->ticks.p + 4 * i);

		buf_add(&profile->ticks, &ticks, sizeof(ticks));
	}
	return profile->ticks.failed ? err_nomem(err) : 0;
}

static int next_ticks(struct smp_link *sl, struct ask_profile *profile,
		      struct err *err)
{
	const struct wire_profile_query ask = {
		(uint32_t)(profile->ticks.len / 4) };
	struct wire_profile told = { 0 };
	struct err why = { 0 };
	int ret = smp_link_ask(sl, SMP_WRITE, WIRE_GROUP_MODEL,
			       WIRE_MODEL_PROFILE, &why, profile_query, &ask,
			       profile, &told);

	if (ret && smp_link_rc(sl) == SMP_NOTSUP)
		return err_set(err, ERR_UNSUPPORTED, "the board cannot count "
			       "what an operation takes");
	if (ret && err && !err->kind)
		*err = why;
	return ret ? ret : take_ticks(profile, &told, err);
}

int ask_profile(struct smp_link *sl, enum wire_kind kind, const void *input,
		size_t n, struct ask_profile *profile, struct err *err)
{
	int ret = send_input(sl, kind, input, n, err);

	while (!ret && (!profile->ticks.len ||
			profile->ticks.len / 4 < profile->ops))
		ret = next_ticks(sl, profile, err);
	return ret;
}

void ask_profile_release(struct ask_profile *profile)
{
	buf_release(&profile->ticks);
	*profile = (struct ask_profile){ 0 };
}

int ask_read_slot(struct smp_link *sl, uint32_t slot, size_t n,
		  struct buf *out, const struct progress *progress,
		  struct err *err)
{
	uint32_t off = 0;
	int ret = 0;

	if (n > ASK_SLOT_BYTES_MAX)
		return err_set(err, ERR_DEVICE, "the board's slot is said to "
			       "hold %zu bytes, more than %u", n,
			       (unsigned)ASK_SLOT_BYTES_MAX);
	while (!ret && off < n) {
		const struct wire_read ask = { .slot = slot, .off = off,
					       .n = (uint32_t)(n - off) };
		struct wire_piece piece = { 0 };

		ret = smp_link_ask(sl, SMP_READ, WIRE_GROUP_MODEL,
				   WIRE_MODEL_READ, err, read, &ask, piece,
				   &piece);
		if (!ret && (piece.off != off || !piece.data.n ||
			     piece.data.n > n - off))
			return err_set(err, ERR_DEVICE, "the board does not "
				       "read back what was asked for");
		buf_add(out, piece.data.p, piece.data.n);
		off += (uint32_t)piece.data.n;
		progress_tick(progress, "reading back", (double)off, (double)n,
			      NULL);
	}
	return !ret && out->failed ? err_nomem(err) : ret;
}
