/*
 * agent - the board's end of SMP: packets in, packets out.
 *
 *     agent_init(&agent, &hal, &rt);          boots: chooses the model to run
 *     for (;;) {
 *         n = agent_request(&agent, packet, n, out, room)   answer, or 0
 *         n = agent_push(&agent, out, room)                 sensor data, or 0
 *         if (agent.wants_reset) hal.reset()                after sending
 *     }
 *
 * No link I/O and no framing here; the flash, the clock and the microphone are
 * reached through struct hal.  Every byte of a packet is untrusted, and SMP
 * knows no authentication: what protects the board is that a model runs only
 * when its container is signed (boot/boot.h).
 *
 * Model update, as the host drives it:
 *
 *     upload 0 ... len    the header is judged with the first piece, the whole
 *                         (hash, key, signature twice, counter, records,
 *                         kernels, memory, board type) with the last;
 *                         resumable at any byte, after a reset at the last
 *                         whole sector
 *     state write hash    verified again, then tried at the next boot
 *     reset               attempt consumed, container verified, golden vectors
 *                         answered; failing: the old model runs at once
 *     state write confirm from then on it is the model; the minimum security
 *                         counter rises.  A reset before: the old model
 */
#ifndef TINYML_AGENT_AGENT_H
#define TINYML_AGENT_AGENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "boot/boot.h"
#include "crypto/sha256.h"
#include "hal/hal.h"
#include "rt/rt.h"
#include "wire/messages.h"

enum {
	AGENT_PACKET_BYTES = 2048,	/* largest request: os params */
	AGENT_STREAM_SAMPLES = 256,	/* in each message */
	AGENT_VERSION_BYTES = 24,	/* "255.255.65535+4294967295" less NUL
					   is 24: never terminated */
};

/* An upload going on; gone after a reset, unlike its record in flash. */
struct agent_upload {
	bool is_open;
	struct slots_upload record;
	uint32_t off;			/* next byte wanted */
	uint8_t sector[HAL_SECTOR_MAX];	/* off % sector bytes of it */
};

struct agent_stream {
	bool is_on;
	uint32_t seq, frames, limit, lost;	/* limit 0: until stopped */
	uint32_t start_us;
};

struct agent_input {
	uint32_t kind, off, len;	/* len 0: none begun */
};

struct agent {
	const struct hal *hal;
	struct rt *rt;
	struct slots_state slots;
	struct mcuboot_image image;	/* of the running model */
	bool verified[SLOT_COUNT];	/* container, since last write */
	bool wants_reset;
	struct agent_upload upload;
	struct agent_stream stream;
	struct agent_input input;
	uint32_t requests, refused, runs;	/* stat "tinyml" */
};

/* Board facts in hal and layout must have passed slots_check_layout.  From then
 * on rt takes models only that are made for hal's board. */
void agent_init(struct agent *agent, const struct hal *hal, struct rt *rt);

/* Answer a request of n bytes. The answer's length; 0 when it deserves none
 * (not SMP, or itself an answer). room is at least AGENT_PACKET_BYTES. */
size_t agent_request(struct agent *agent, const uint8_t *packet, size_t n,
		     uint8_t *out, size_t room);

/* The next packet the board sends by itself; 0: nothing now. */
size_t agent_push(struct agent *agent, uint8_t *out, size_t room);

#endif
