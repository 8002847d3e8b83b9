/*
 * messages - what hosts and boards say to each other: one struct for each map.
 * tinyml-wire(5) shows every message byte by byte.
 *
 *     struct wire_upload up;
 *
 *     if (wire_decode_upload(&packet, &up))       board: take a request apart
 *     wire_encode_offset(&out, &answer);          and put its answer together
 *
 * wire_decode_NAME(const struct smp_packet *, struct wire_NAME *): 0;
 * ERR_FORMAT for a wrong kind, a key that stands there twice or a needed key
 * missing; ERR_RANGE for a number over 32 bits; ERR_LIMIT for a list longer
 * than its struct holds.  Unknown keys are skipped.
 * wire_encode_NAME(struct cbor_out *, const struct wire_NAME *): a failure
 * stays in out->err.
 *
 * Marks on fields, read and written alike:
 *     (none)  always there
 *     [0]     left out when 0, false or without bytes; absent reads as that
 *     [N]     left out when WIRE_NONE; absent reads as WIRE_NONE
 * Strings and bytes are borrowed: from the packet when decoded.
 *
 * Group and number of each message stand beside its struct as
 * "G/ID op -> ...".  G is os 0, image 1, stat 2, stream 64, model 65.
 */
#ifndef TINYML_WIRE_MESSAGES_H
#define TINYML_WIRE_MESSAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/smp.h"

#define WIRE_NONE UINT32_MAX

enum { WIRE_UDP_PORT = 1337 };

/* Groups of our own, and the numbers in all groups. */
enum { WIRE_GROUP_STREAM = SMP_GROUP_USER, WIRE_GROUP_MODEL };

enum { WIRE_OS_ECHO = 0, WIRE_OS_RESET = 5, WIRE_OS_PARAMS = 6,
       WIRE_OS_APP = 7, WIRE_OS_BOOTLOADER = 8 };
enum { WIRE_IMAGE_STATE = 0, WIRE_IMAGE_UPLOAD = 1, WIRE_IMAGE_ERASE = 5 };
enum { WIRE_STAT_DATA = 0, WIRE_STAT_LIST = 1 };
enum { WIRE_STREAM_LIST, WIRE_STREAM_START, WIRE_STREAM_DATA,
       WIRE_STREAM_STOP };
enum { WIRE_MODEL_INFO, WIRE_MODEL_INPUT, WIRE_MODEL_RUN, WIRE_MODEL_RESULT,
       WIRE_MODEL_SELFTEST, WIRE_MODEL_READ, WIRE_MODEL_KEY,
       WIRE_MODEL_PROFILE };

/* Images of the image group: 0 is the firmware, 1 the model slots. */
enum { WIRE_IMAGE_FIRMWARE = 0, WIRE_IMAGE_MODEL = 1 };

enum { WIRE_HASH_BYTES = 32, WIRE_IMAGES_MAX = 4, WIRE_SENSORS_MAX = 8,
       WIRE_STATS_MAX = 16 };

/* Text of UTF-8, not NUL-terminated; p NULL: absent. */
struct wire_text {
	const char *p;
	size_t n;
};

struct wire_bytes {
	const uint8_t *p;
	size_t n;
};

struct wire_text wire_text(const char *text);	/* of a C string or NULL */
bool wire_text_is(struct wire_text text, const char *word);

/* {} : requests and answers without content */
struct wire_nothing {
	bool nothing;
};

/* ---- os ----------------------------------------------------------------- */

/* 0/0 write: the board sends d back as r */
struct wire_echo {
	struct wire_text d;
};
struct wire_echoed {
	struct wire_text r;
};

/* 0/5 write: restart after the answer -> nothing */
struct wire_reset {
	uint32_t force;			/* [0] */
};

/* 0/6 read, nothing -> */
struct wire_params {
	uint32_t buf_size;		/* largest packet the board takes */
	uint32_t buf_count;
};

/* 0/7 read: which facts, as letters of Zephyr's os info -> output */
struct wire_app_query {
	struct wire_text format;	/* [0] */
};
struct wire_app {
	struct wire_text output;	/* "tinyml mps2-an386 1" */
};

/* 0/8 read */
struct wire_bootloader_query {
	struct wire_text query;		/* [0] "MCUbootMode" or nothing */
};
struct wire_bootloader {
	struct wire_text bootloader;	/* [0] to no query */
	uint32_t mode;			/* [N] to "MCUbootMode": 4 direct-XIP */
	bool no_downgrade;		/* [0] "no-downgrade" */
};

/* ---- image: firmware and models ----------------------------------------- */

/* 1/0 read: nothing -> wire_images.  1/0 write -> wire_images */
struct wire_select {
	struct wire_bytes hash;		/* [0] of the image meant; absent: the
					   running one (confirm only) */
	bool confirm;			/* [0] false: try it at the next boot;
					   true: it is good, keep it */
};

struct wire_image {
	uint32_t image;			/* [0] WIRE_IMAGE_... */
	uint32_t slot;			/* 0 or 1 */
	struct wire_text version;	/* "1.2.0" */
	struct wire_bytes hash;		/* [0] SHA-256 of header and body, as in
					   the image's TLV 0x10 */
	bool bootable;			/* [0] its signature was checked */
	bool pending;			/* [0] is tried at the next boot */
	bool confirmed;			/* [0] */
	bool active;			/* [0] runs now */
	bool permanent;			/* [0] */
};

struct wire_images {
	struct wire_image images[WIRE_IMAGES_MAX];
	uint32_t image_count;
};

/*
 * 1/1 write: n bytes at off -> wire_offset.  The first piece (off 0) carries
 * len and sha.  A model goes to the slot that is not active.  When off is not
 * what the board wants, or off is 0 and the same sha is half there already,
 * nothing is written and the answer says where to go on: so an upload is
 * resumed by starting it again.
 */
struct wire_upload {
	uint32_t image;			/* [0] with off 0 */
	uint32_t off;
	struct wire_bytes data;
	uint32_t len;			/* [0] of the whole, with off 0 */
	struct wire_bytes sha;		/* [0] SHA-256 of all, with off 0 */
	bool upgrade;			/* [0] accept only a higher version */
};
struct wire_offset {
	uint32_t off;			/* [N] the next one wanted; len: done */
};

/* 1/5 write -> nothing */
struct wire_erase {
	uint32_t slot;			/* [N] 2 * image + slot; absent: 1 */
};

/* ---- stat --------------------------------------------------------------- */

/* 2/0 read */
struct wire_stat_query {
	struct wire_text name;
};
struct wire_counter {
	struct wire_text name;
	uint32_t value;
};
struct wire_stats {
	struct wire_text name;
	struct wire_counter fields[WIRE_STATS_MAX];
	uint32_t field_count;
};

/* 2/1 read, nothing -> */
struct wire_stat_list {
	struct wire_text stat_list[WIRE_STATS_MAX];
	uint32_t stat_count;
};

/* ---- stream: sensors ---------------------------------------------------- */

enum wire_sample { WIRE_S16, WIRE_F32, WIRE_U8, WIRE_S8 };

/* Bytes of one sample, 0 for an unknown kind. */
size_t wire_sample_bytes(uint32_t kind);

struct wire_sensor {
	uint32_t id;
	struct wire_text name;		/* "microphone" */
	struct wire_text unit;		/* [0] "m/s2" */
	uint32_t rate_mhz;		/* samples per 1000 s and channel:
					   16 kHz is 16000000 */
	uint32_t channels;
	uint32_t kind;			/* enum wire_sample */
};

/* 64/0 read, nothing -> */
struct wire_sensors {
	struct wire_sensor sensors[WIRE_SENSORS_MAX];
	uint32_t sensor_count;
};

/* 64/1 write -> wire_started, or SMP_RC_NOFIT */
struct wire_start {
	uint32_t sensor;
	uint32_t bps;			/* [0] what the link carries; the board
					   refuses what does not fit. 0: the
					   host has checked */
	uint32_t frames;		/* [0] stop after so many sample frames
					   (one sample of each channel);
					   0: go on until stopped */
};
struct wire_started {
	uint32_t rate_mhz, channels, kind;
	uint32_t data;			/* bytes of samples in each message */
};

/* 64/2, pushed by the board: SMP_READ_RSP whose header seq is the low byte of
 * seq.  A gap in seq is what the link lost; lost is what the board had to
 * drop, in sample frames, since the start. */
struct wire_data {
	uint32_t seq;			/* 0, 1, 2 ... */
	uint32_t t_us;			/* board's clock at the first sample,
					   wrapping */
	struct wire_bytes data;		/* little-endian, interleaved */
	uint32_t lost;			/* [0] */
	bool last;			/* [0] nothing follows */
};

/* 64/3 write, nothing -> */
struct wire_stopped {
	uint32_t frames;		/* sample frames taken */
	uint32_t lost;			/* of these, dropped by the board */
};

/* ---- model: inference --------------------------------------------------- */

/* 65/0 read, nothing -> */
struct wire_info {
	struct wire_text board;		/* a type of the board database */
	struct wire_text core;		/* "cortex-m4" */
	uint32_t ram, flash;		/* bytes */
	uint32_t arena;			/* bytes a model's arena may take */
	uint32_t slots, slot_bytes;	/* model slots */
	uint32_t page;			/* erase unit of the slots, bytes */
	struct wire_text kernels;	/* kernel set, as in plans: "m4" */
	uint32_t runtime;		/* version of the loop in lib/run */
	/* the model that runs; absent without one */
	struct wire_bytes identity;	/* [0] SHA-256 identity of the artifact
					   it was made from */
	struct wire_text name;		/* [0] */
	struct wire_text version;	/* [0] */
	uint32_t counter;		/* [0] its security counter */
	uint32_t floor;			/* [0] lowest counter still accepted */
	uint32_t slot;			/* [N] */
	bool trial;			/* [0] not confirmed yet */
	bool confirmed;			/* [0] */
	uint32_t pcm;			/* [0] samples of s16 it computes its
					   features from; 0: tensors only */
	uint32_t rate_hz;		/* [0] of these samples */
	uint32_t input, output;		/* [0] bytes of its tensors */
};

/* What an input is, or what a result is wanted. */
enum wire_kind { WIRE_TENSOR = 0, WIRE_PCM = 1, WIRE_FEATURES = 2 };

/* 65/1 write: n bytes at off into the input buffer -> wire_offset.  off 0
 * begins a new input; pieces come in order. */
struct wire_input {
	uint32_t kind;			/* [0] WIRE_TENSOR (int8 as the model
					   wants it) or WIRE_PCM (s16 LE) */
	uint32_t off;
	uint32_t len;			/* of the whole input */
	struct wire_bytes data;
};

/* 65/2 write, nothing -> wire_ran: after a complete input */
struct wire_ran {
	uint32_t us;			/* time of features and model, by the
					   board's clock */
	uint32_t output;		/* bytes of the result */
	uint32_t top;			/* [N] index of the largest output */
	struct wire_text label;		/* [0] its class */
	bool guard;			/* [0] bytes around the arena were
					   overwritten: a fault of the board's
					   code, the result is not to be used */
};

/* 65/3 read: a piece of the last run's result */
struct wire_result_query {
	uint32_t kind;			/* [0] WIRE_TENSOR: output;
					   WIRE_FEATURES: the model's input as
					   computed from PCM */
	uint32_t off;
};
struct wire_piece {
	uint32_t off;
	uint32_t len;			/* of the whole */
	struct wire_bytes data;		/* as much as fits a packet */
};

/* 65/4 write: run the golden vectors of a slot -> */
struct wire_selftest {
	uint32_t slot;			/* [N] absent: the active one */
};
struct wire_selftested {
	uint32_t vectors, passed;
	uint32_t failed;		/* [N] the first that differs */
};

/* 65/5 read: bytes of a model slot as they stand in flash -> wire_piece whose
 * len is the slot's size */
struct wire_read {
	uint32_t slot, off;
	uint32_t n;			/* wanted at most */
};

/*
 * 65/6 read, nothing -> wire_key.  65/6 write: give the board the public key
 * that signs its models -> nothing.  Taken once, while it has none (trust on
 * first use); later only the same key is, and another is SMP_DENIED.
 */
struct wire_key {
	struct wire_bytes key;		/* [0] 32 bytes of Ed25519 */
};

/*
 * 65/7 write: run the model again on the last complete input and count ticks
 * of the board's fastest clock, operation by operation -> wire_profile.  The
 * run is also 65/2's, whose result may be read afterwards.  SMP_NOTSUP from a
 * board without such a clock.
 */
struct wire_profile_query {
	uint32_t first;			/* [0] operation that ticks start at */
};
struct wire_profile {
	uint32_t ops;			/* operations of the model */
	uint32_t hz;			/* ticks a second */
	uint32_t features;		/* [0] ticks of features from PCM */
	struct wire_bytes ticks;	/* u32 little-endian of each operation
					   from first on, as many as fit a
					   packet */
};

/* ---- encode and decode -------------------------------------------------- */

#define WIRE_MESSAGES(M) \
	M(nothing) M(echo) M(echoed) M(reset) M(params) M(app_query) M(app) \
	M(bootloader_query) M(bootloader) M(select) M(images) M(upload) \
	M(offset) M(erase) M(stat_query) M(stats) M(stat_list) M(sensors) \
	M(start) M(started) M(data) M(stopped) M(info) M(input) M(ran) \
	M(result_query) M(piece) M(selftest) M(selftested) M(read) M(key) \
	M(profile_query) M(profile)

/* The fields of one message; the tables are in messages.c. */
struct wire_shape;

int wire_decode(const struct wire_shape *shape,
		const struct smp_packet *packet, void *message);
void wire_encode(const struct wire_shape *shape, struct cbor_out *out,
		 const void *message);

#define WIRE_CODEC(name) \
extern const struct wire_shape wire_shape_##name; \
static inline int wire_decode_##name(const struct smp_packet *packet, \
				     struct wire_##name *message) \
{ \
	return wire_decode(&wire_shape_##name, packet, message); \
} \
static inline void wire_encode_##name(struct cbor_out *out, \
				      const struct wire_##name *message) \
{ \
	wire_encode(&wire_shape_##name, out, message); \
}
WIRE_MESSAGES(WIRE_CODEC)
#undef WIRE_CODEC

/* ---- does a stream fit -------------------------------------------------- */

struct wire_stream {
	uint32_t rate_mhz, channels, kind;	/* as in wire_sensor */
	uint32_t data;			/* bytes of samples in each message */
	uint32_t bps;			/* what the link carries: bits/s on the
					   line (115200), start and stop bits
					   included where bits_per_byte is 10 */
	uint32_t bits_per_byte;		/* 10 on serial lines, else 8 */
	bool console;			/* framed as SMP_CONSOLE */
};

/*
 * need_bps = bits of one message on the line * messages per second, rounded
 * up, with header, keys and framing counted at their longest.
 * 16 kHz x 16 bit in 256-byte messages on a serial console: 535 kbit/s.
 * 0; ERR_NOFIT when need_bps > bps; ERR_RANGE for a stream of nothing.
 * *need_bps is set in both of the first cases.
 */
int wire_stream_fits(const struct wire_stream *stream, uint64_t *need_bps);

#endif
