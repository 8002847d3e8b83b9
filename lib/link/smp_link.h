/*
 * smp_link - ask a board and get its answer.
 *
 *     struct wire_info info;
 *
 *     smp_link_open(&sl, "tcp:127.0.0.1:1337", NULL, &err);
 *     smp_link_ask(sl, SMP_READ, WIRE_GROUP_MODEL, WIRE_MODEL_INFO, &err,
 *                  nothing, NULL, info, &info);
 *     smp_link_close(sl);
 *
 * What is borrowed in an answer (texts, bytes) lives until the next call.
 *
 * Each way a board can fail has its own sentence and hint:
 *     ERR_TIMEOUT   does not answer: no byte came
 *     ERR_DEVICE    answers garbage: bytes came, none of them SMP; or what
 *                   came was SMP and not what the message must be
 *     ERR_DEVICE    disappeared: the link closed
 *     the board said no: ERR_MISSING (NOENT), ERR_TRUST (TRUST, COUNTER,
 *     DENIED), ERR_UNSUPPORTED (NOTSUP, KERNELS, TARGET), ERR_NOFIT, ERR_BUSY,
 *     ERR_FORMAT (CORRUPT), otherwise ERR_DEVICE; smp_link_rc has the number
 */
#ifndef TINYML_LINK_SMP_LINK_H
#define TINYML_LINK_SMP_LINK_H

#include "link/link.h"
#include "wire/messages.h"
#include "wire/session.h"

enum { SMP_LINK_TIMEOUT_MS = 1000, SMP_LINK_RETRIES = 4,
       SMP_LINK_DATAGRAM_MS = 100, SMP_LINK_DATAGRAM_MAX_MS = 300 };

struct smp_link;

/* Called for each packet of stream data that arrives, during any call. */
typedef void smp_link_pushed(void *ctx, const struct smp_packet *packet);

/* Open at and wrap it; nothing is sent yet. */
int smp_link_open(struct smp_link **out, const char *at,
		  const struct link_options *options, struct err *err);

/* Wrap an open link, which is then owned; closed also on failure. */
int smp_link_wrap(struct smp_link **out, struct link *link, struct err *err);

void smp_link_close(struct smp_link *sl);

/*
 * Other patience than the two constants above: an erase may take long.  The
 * time in all is what counts where packets get lost: by datagrams a request
 * is sent again after SMP_LINK_DATAGRAM_MS, then after twice the time and so
 * on up to SMP_LINK_DATAGRAM_MAX_MS, until that time is over.  Of 5 seconds
 * that makes 18 tries: at 30 % loss each way 5 in a million requests stay
 * without an answer.
 */
void smp_link_patience(struct smp_link *sl, uint32_t timeout_ms,
		       uint8_t retries);

void smp_link_on_push(struct smp_link *sl, smp_link_pushed *pushed,
		      void *ctx);

/* One question: see smp_link_ask. request or answer may be NULL (nothing
 * there / nothing of interest). */
struct smp_question {
	uint8_t op;
	uint16_t group;
	uint8_t id;
	const struct wire_shape *ask;
	const void *request;
	const struct wire_shape *tell;
	void *answer;
};

int smp_link_call(struct smp_link *sl, const struct smp_question *question,
		  struct err *err);

/* The same, checked by the compiler: request is a const struct wire_ASK *,
 * answer a struct wire_TELL *. */
#define smp_link_ask(sl, op, group, id, err, ASK, request, TELL, answer) \
	smp_link_call(sl, &(struct smp_question){ op, group, id, \
		&wire_shape_##ASK, \
		1 ? (request) : (const struct wire_##ASK *)NULL, \
		&wire_shape_##TELL, \
		1 ? (answer) : (struct wire_##TELL *)NULL }, err)

/* Send the next request once only, whatever the patience: one that restarts
 * the board must not reach it again when it is up. */
void smp_link_once(struct smp_link *sl);

/* link_reopen; what had arrived is forgotten. */
int smp_link_reopen(struct smp_link *sl, uint32_t within_ms, struct err *err);

/* Only listen for pushed packets, until timeout_ms have passed without any
 * (*pushed false) or after the first one (true). */
int smp_link_listen(struct smp_link *sl, uint32_t timeout_ms, bool *pushed,
		    struct err *err);

/* What the board said to the last call: SMP_OK when it did not refuse. */
unsigned smp_link_rc(const struct smp_link *sl);

/* Bytes of data that fit one upload, input or read message: asked of the
 * board once (os params), then remembered. */
int smp_link_piece(struct smp_link *sl, size_t *bytes, struct err *err);

struct link *smp_link_link(const struct smp_link *sl);

/* How the conversation went, for reports. */
struct smp_link_stats {
	uint32_t requests, repeated, stale;
	uint32_t skipped_bytes, damaged_frames;
	uint64_t bytes_out, bytes_in;
};

struct smp_link_stats smp_link_stats(const struct smp_link *sl);

#endif
