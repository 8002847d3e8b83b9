/*
 * seeds_agent DIR - what fuzz_agent starts from: a board that gets its key and
 * a model, is asked everything, takes a second model, streams; and each request
 * alone.
 */
#include "bits/le.h"
#include "fuzz_agent.h"
#include "seed.h"
#include "tiny_image.h"
#include "wire/messages.h"

struct story {
	uint8_t bytes[16384];
	size_t n;
};

static void add(struct story *story, enum fuzz_agent_kind kind, const void *p,
		size_t n)
{
	uint8_t *at = story->bytes + story->n;

	at[0] = (uint8_t)kind;
	le_put16(at + 1, (uint16_t)n);
	if (n)
		memcpy(at + 3, p, n);
	story->n += 3 + n;
}

/* A request; its answer is the board's affair. */
#define SAY(story, op, group, id, name, ...) do { \
	const struct wire_##name message = { __VA_ARGS__ }; \
	uint8_t room[1024] = { op, group, id }; \
	struct cbor_out out = cbor_out_init(room + 3, sizeof(room) - 3); \
	wire_encode_##name(&out, &message); \
	add(story, FUZZ_AGENT_BODY, room, 3 + out.len); \
} while (0)

static void ask_all(struct story *s)
{
	SAY(s, 2, SMP_GROUP_OS, WIRE_OS_ECHO, echo, wire_text("hello"));
	SAY(s, 0, SMP_GROUP_OS, WIRE_OS_PARAMS, nothing, true);
	SAY(s, 0, SMP_GROUP_OS, WIRE_OS_APP, nothing, true);
	SAY(s, 0, SMP_GROUP_OS, WIRE_OS_BOOTLOADER, bootloader_query,
	    wire_text("MCUbootMode"));
	SAY(s, 0, SMP_GROUP_OS, WIRE_OS_BOOTLOADER, nothing, true);
	SAY(s, 0, SMP_GROUP_STAT, WIRE_STAT_DATA, stat_query,
	    wire_text("tinyml"));
	SAY(s, 0, SMP_GROUP_STAT, WIRE_STAT_LIST, nothing, true);
	SAY(s, 0, SMP_GROUP_IMAGE, WIRE_IMAGE_STATE, nothing, true);
	SAY(s, 0, WIRE_GROUP_MODEL, WIRE_MODEL_INFO, nothing, true);
	SAY(s, 0, WIRE_GROUP_MODEL, WIRE_MODEL_KEY, nothing, true);
	SAY(s, 0, WIRE_GROUP_MODEL, WIRE_MODEL_READ, read, 0, 0, 64);
	SAY(s, 2, WIRE_GROUP_MODEL, WIRE_MODEL_SELFTEST, selftest, WIRE_NONE);
	SAY(s, 2, WIRE_GROUP_MODEL, WIRE_MODEL_PROFILE, profile_query, 0);
}

static void ask_key(struct story *s)
{
	static const uint8_t key[FUZZ_AGENT_KEY_BYTES] = FUZZ_AGENT_KEY;

	SAY(s, 2, WIRE_GROUP_MODEL, WIRE_MODEL_KEY, key,
	    { key, sizeof(key) });
}

static void ask_run(struct story *s, uint32_t n)
{
	static const uint8_t zeros[128];

	SAY(s, 2, WIRE_GROUP_MODEL, WIRE_MODEL_INPUT, input, 0, 0, n,
	    { zeros, n / 2 });
	SAY(s, 2, WIRE_GROUP_MODEL, WIRE_MODEL_INPUT, input, 0, n / 2, n,
	    { zeros, n - n / 2 });
	SAY(s, 2, WIRE_GROUP_MODEL, WIRE_MODEL_RUN, nothing, true);
	SAY(s, 0, WIRE_GROUP_MODEL, WIRE_MODEL_RESULT, result_query, 0, 0);
}

static void ask_rest(struct story *s)
{
	SAY(s, 0, WIRE_GROUP_STREAM, WIRE_STREAM_LIST, nothing, true);
	SAY(s, 2, WIRE_GROUP_STREAM, WIRE_STREAM_START, start, 0, 0, 300);
	add(s, FUZZ_AGENT_PUSH, NULL, 0);
	add(s, FUZZ_AGENT_PUSH, NULL, 0);
	SAY(s, 2, WIRE_GROUP_STREAM, WIRE_STREAM_STOP, nothing, true);
	SAY(s, 2, SMP_GROUP_IMAGE, WIRE_IMAGE_ERASE, erase, 2);
	SAY(s, 2, SMP_GROUP_IMAGE, WIRE_IMAGE_ERASE, erase, 3);
	SAY(s, 2, SMP_GROUP_OS, WIRE_OS_RESET, reset, 0);
	add(s, FUZZ_AGENT_BOOT, NULL, 0);
}

/* A packet as it stands, and a container that is none. */
static void add_raw(struct story *s)
{
	static const uint8_t echo[] = { 10, 0, 0, 1, 0, 0, 1, 0, 0xa0 };
	static const uint8_t container[64] = { 0x3d, 0xb8, 0xf3, 0x96 };

	add(s, FUZZ_AGENT_PACKET, echo, sizeof(echo));
	add(s, FUZZ_AGENT_UPLOAD, container, sizeof(container));
}

int main(int argc, char **argv)
{
	static _Alignas(16) uint8_t tiny[2][TINY_IMAGE_BYTES];
	static struct story bare, whole;

	tiny_image(tiny[0], 1, 0, 64);
	tiny_image(tiny[1], 2, 0, 64);
	ask_all(&bare);
	ask_rest(&bare);
	add_raw(&bare);
	ask_key(&whole);
	add(&whole, FUZZ_AGENT_INSTALL, tiny[0], sizeof(tiny[0]));
	ask_all(&whole);
	ask_run(&whole, TINY_IN);
	add(&whole, FUZZ_AGENT_INSTALL, tiny[1], sizeof(tiny[1]));
	ask_run(&whole, TINY_IN);
	add_raw(&whole);
	ask_rest(&whole);
	return argc != 2 ||
	       seed_save(argv[1], "bare", bare.bytes, bare.n) ||
	       seed_save(argv[1], "whole", whole.bytes, whole.n);
}
