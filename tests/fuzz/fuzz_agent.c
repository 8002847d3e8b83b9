/*
 * A board as a whole: sequences of requests, restarts and models given to the
 * agent over a flash in memory that obeys image/flash.h.
 *
 * Input: records of kind u8, length u16 and bytes; fuzz_agent.h says which.
 * Signatures count as right here when their first byte says so (the check
 * itself is compared with libsodium elsewhere): models that nobody would sign
 * are opened, too.
 *
 * An answer is itself a packet to the same request; no rule of the flash is
 * broken; no guard beside the arena is touched.
 */
#include <stdlib.h>

#include "agent/agent.h"
#include "bits/crc.h"
#include "bits/cursor.h"
#include "bits/le.h"
#include "crypto/ed25519.h"
#include "fuzz_agent.h"
#include "nor.h"

enum {
	SECTOR = 512, SLOT = 32 * SECTOR, UNIT = 16,
	FLASH = 4 * SECTOR + 2 * SLOT, STEPS = 64,
};

struct board {
	struct nor nor;
	struct hal hal;
	struct rt rt;
	struct agent agent;
	uint8_t out[4096];
	uint32_t us;
	uint8_t seq;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

uint32_t ed25519_verify(const uint8_t signature[static ED25519_SIGNATURE_BYTES],
			const void *message, size_t n,
			const uint8_t key[static ED25519_KEY_BYTES])
{
	(void)message;
	(void)n;
	(void)key;
	return signature[0] == FUZZ_AGENT_SIGNED ? ED25519_VALID : 0;
}

static void feed(void *ctx)
{
	(void)ctx;
}

static uint32_t now(void *ctx)
{
	struct board *board = ctx;

	return board->us += 1000;
}

static int mic_start(void *ctx)
{
	(void)ctx;
	return 0;
}

static size_t mic_read(void *ctx, int16_t *samples, size_t n, uint32_t *lost)
{
	struct board *board = ctx;

	*lost += 1;
	n = board->us / 1000 % (n + 1);
	for (size_t i = 0; i < n; i++)
		samples[i] = (int16_t)i;
	return n;
}

static const struct hal_mic mic = { 16000, mic_start, feed, mic_read };

static void boot(struct board *board)
{
	rt_init(&board->rt, feed, board);
	agent_init(&board->agent, &board->hal, &board->rt);
}

static void ask(struct board *board, const uint8_t *packet, size_t n)
{
	struct smp_packet request, answer;
	uint8_t *copy = malloc(n + 1);	/* of its own, to see reads beyond */
	size_t got;

	if (!copy)
		abort();
	memcpy(copy, packet, n);
	got = agent_request(&board->agent, copy, n, board->out,
			    sizeof(board->out));
	if (got && (smp_packet_open(&answer, board->out, got) ||
		    smp_packet_open(&request, copy, n) ||
		    answer.header.seq != request.header.seq ||
		    answer.header.op != (request.header.op | 1)))
		abort();
	free(copy);
	if (board->agent.wants_reset)
		boot(board);
}

/* op, group, id and the body; the length is put right. */
static void ask_body(struct board *board, const uint8_t *p, size_t n)
{
	uint8_t packet[AGENT_PACKET_BYTES] = { 0 };

	if (n < 3 || n - 3 > sizeof(packet) - SMP_HEADER_BYTES)
		return;
	packet[0] = (uint8_t)(8 | (p[0] & 7));
	packet[2] = (uint8_t)((n - 3) >> 8);
	packet[3] = (uint8_t)(n - 3);
	packet[5] = p[1];
	packet[6] = ++board->seq;
	packet[7] = p[2];
	memcpy(packet + SMP_HEADER_BYTES, p + 3, n - 3);
	ask(board, packet, SMP_HEADER_BYTES + n - 3);
}

#define SEND(board, op, group, id, name, message) do { \
	uint8_t room[AGENT_PACKET_BYTES]; \
	struct cbor_out put = cbor_out_init(room, sizeof(room)); \
	struct smp_header header = { 1, op, 0, 0, group, ++(board)->seq, id }; \
	smp_begin(&put, &header); \
	wire_encode_##name(&put, message); \
	if (smp_end(&put)) \
		abort(); \
	ask(board, room, put.len); \
} while (0)

static int seal(void *ctx, const uint8_t *bytes, size_t n, uint8_t *hash,
		uint8_t *signature)
{
	(void)ctx;
	sha256(bytes, n, hash);
	memset(signature, 0, ED25519_SIGNATURE_BYTES);
	signature[0] = FUZZ_AGENT_SIGNED;
	return 0;
}

static void upload(struct board *board, const uint8_t *bytes, size_t n)
{
	uint8_t sha[SHA256_BYTES];
	size_t piece = 1000;

	sha256(bytes, n, sha);
	for (size_t off = 0; off < n; off += piece) {
		struct wire_upload up = {
			.image = WIRE_IMAGE_MODEL, .off = (uint32_t)off,
			.data = { bytes + off,
				  n - off < piece ? n - off : piece },
		};

		if (off == 0) {
			up.len = (uint32_t)n;
			up.sha = (struct wire_bytes){ sha, sizeof(sha) };
		}
		SEND(board, SMP_WRITE, SMP_GROUP_IMAGE, WIRE_IMAGE_UPLOAD,
		     upload, &up);
	}
}

/* A model image, put right and signed, is uploaded, tried and confirmed. */
static void install(struct board *board, const uint8_t *p, size_t n)
{
	static const uint8_t key[FUZZ_AGENT_KEY_BYTES] = FUZZ_AGENT_KEY;
	static const uint8_t counter[4], identity[32];
	const struct mcuboot_entry entries[] = {
		{ MCUBOOT_TLV_COUNTER, 4, counter },
		{ MCUBOOT_TLV_IDENTITY, 32, identity },
	};
	uint8_t der[MCUBOOT_KEY_DER_BYTES], hash[SHA256_BYTES], *image, *out;
	struct mcuboot_param param = { 32, { 1, 0, 0, 0 }, entries, 2, hash,
				       seal, NULL };
	size_t bytes = mcuboot_bytes(&param, n);
	struct mcuboot_image found;
	struct wire_select select = { .confirm = false };

	mcuboot_key_der(der, key);
	sha256(der, sizeof(der), hash);
	image = malloc(n + 1);
	out = malloc(bytes + 1);
	if (!image || !out)
		abort();
	memcpy(image, p, n);
	if (n >= 64 && le_u32(image + 8) <= n && le_u32(image + 8) >= 16)
		le_put32(image + 12, crc32(0, image + 16,
					   le_u32(image + 8) - 16));
	if (bytes && !mcuboot_write(&param, image, n, out, bytes)) {
		upload(board, out, bytes);
		if (mcuboot_read(out, bytes, &found))
			abort();
		select.hash = (struct wire_bytes){ found.hash, 32 };
		SEND(board, SMP_WRITE, SMP_GROUP_IMAGE, WIRE_IMAGE_STATE,
		     select, &select);
		boot(board);
		select.confirm = true;
		SEND(board, SMP_WRITE, SMP_GROUP_IMAGE, WIRE_IMAGE_STATE,
		     select, &select);
	}
	free(image);
	free(out);
}

static void step(struct board *board, uint8_t kind, const uint8_t *p, size_t n)
{
	switch (kind % FUZZ_AGENT_KINDS) {
	case FUZZ_AGENT_PACKET: ask(board, p, n); break;
	case FUZZ_AGENT_BODY: ask_body(board, p, n); break;
	case FUZZ_AGENT_UPLOAD: upload(board, p, n); break;
	case FUZZ_AGENT_INSTALL: install(board, p, n); break;
	case FUZZ_AGENT_BOOT: boot(board); break;
	default:
		agent_push(&board->agent, board->out, sizeof(board->out));
	}
	if (board->nor.broken || board->rt.guard_broken)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor cur = cursor_init(data, size);
	struct board *board = calloc(1, sizeof(*board));

	if (!board)
		abort();
	nor_init(&board->nor, FLASH, SECTOR, UNIT);
	board->hal = (struct hal){
		.info = { .board = "test", .core = "host" },
		.flash = board->nor.flash,
		.layout = { { 0, SECTOR }, 2 * SECTOR, 3 * SECTOR,
			    { 4 * SECTOR, 4 * SECTOR + SLOT }, SLOT },
		.now_ms = now, .now_us = now, .ticks = now,
		.feed = feed, .mic = &mic,
		.ctx = board,
	};
	boot(board);
	for (int i = 0; i < STEPS && cursor_left(&cur) >= 3; i++) {
		uint8_t kind = cursor_u8(&cur);
		size_t n = cursor_u16(&cur);

		if (n > cursor_left(&cur))
			n = cursor_left(&cur);
		step(board, kind, cursor_take(&cur, n), n);
	}
	nor_release(&board->nor);
	free(board);
	return 0;
}
