#include "link/smp_link.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	READ_BYTES = 512,
	/* of an upload message: header, keys, heads and a 32-byte hash */
	PIECE_AROUND = 112,
	PIECE_MIN = 16
};

struct smp_link {
	struct link *link;
	struct session session;
	struct smp_feed feed;
	smp_link_pushed *pushed;
	void *pushed_ctx;
	unsigned rc;
	bool once;		/* the next request */
	size_t piece;		/* 0: not asked yet */
	uint64_t heard;		/* bytes of packets in this call, of any kind */
	uint32_t requests;
	uint64_t bytes_out, bytes_in;
	uint8_t out[SMP_PACKET_MAX], in[SMP_PACKET_MAX];
	uint8_t answer[SMP_PACKET_MAX];
	uint8_t bytes[READ_BYTES];	/* read, not yet fed: at ... n */
	size_t at, n;
};

/* ---- opening ------------------------------------------------------------ */

int smp_link_wrap(struct smp_link **out, struct link *link, struct err *err)
{
	struct smp_link *sl = calloc(1, sizeof(*sl));

	*out = sl;
	if (!sl) {
		link_close(link);
		return err_nomem(err);
	}
	sl->link = link;
	session_init(&sl->session, SMP_LINK_TIMEOUT_MS, SMP_LINK_RETRIES,
		     (uint8_t)(link_now_ms() ^ (uint32_t)getpid() * 37));
	smp_link_patience(sl, SMP_LINK_TIMEOUT_MS, SMP_LINK_RETRIES);
	return 0;
}

int smp_link_open(struct smp_link **out, const char *at,
		  const struct link_options *options, struct err *err)
{
	struct link *link;
	int ret = link_open(&link, at, options, err);

	*out = NULL;
	return ret ? ret : smp_link_wrap(out, link, err);
}

void smp_link_close(struct smp_link *sl)
{
	if (!sl)
		return;
	link_close(sl->link);
	free(sl);
}

/* How many tries after the first fit into this time. */
static uint8_t datagram_retries(uint32_t total_ms)
{
	uint32_t wait = SMP_LINK_DATAGRAM_MS, tries = 0;

	for (uint32_t ms = wait; ms < total_ms && tries < UINT8_MAX;
	     ms += wait, tries++)
		wait = 2 * wait < SMP_LINK_DATAGRAM_MAX_MS ?
			2 * wait : SMP_LINK_DATAGRAM_MAX_MS;
	return (uint8_t)tries;
}

void smp_link_patience(struct smp_link *sl, uint32_t timeout_ms,
		       uint8_t retries)
{
	if (link_is_datagram(sl->link)) {
		retries = datagram_retries(timeout_ms * (retries + 1u));
		timeout_ms = SMP_LINK_DATAGRAM_MS;
		sl->session.longest_ms = SMP_LINK_DATAGRAM_MAX_MS;
	}
	sl->session.timeout_ms = timeout_ms;
	sl->session.retries = retries;
}

void smp_link_once(struct smp_link *sl)
{
	sl->once = true;
}

int smp_link_reopen(struct smp_link *sl, uint32_t within_ms, struct err *err)
{
	sl->feed = (struct smp_feed){ 0 };
	sl->at = sl->n = 0;
	return link_reopen(sl->link, within_ms, err);
}

void smp_link_on_push(struct smp_link *sl, smp_link_pushed *pushed, void *ctx)
{
	sl->pushed = pushed;
	sl->pushed_ctx = ctx;
}

/* ---- sending ------------------------------------------------------------ */

static int send_packet(struct smp_link *sl, size_t n, struct err *err)
{
	uint8_t line[SMP_LINE_MAX];
	struct smp_framer framer;
	int ret = 0;

	sl->bytes_out += n;
	if (link_framing(sl->link) == SMP_RAW)
		return link_write(sl->link, sl->out, n, err);
	framer = smp_framer_init(sl->out, n, SMP_LINE_MAX);
	while (!ret && (n = smp_framer_line(&framer, line)))
		ret = link_write(sl->link, line, n, err);
	return ret;
}

static int put_request(struct smp_link *sl, const struct smp_question *q,
		       size_t *n, struct err *err)
{
	struct cbor_out out = cbor_out_init(sl->out, sizeof(sl->out));
	struct smp_header header = { .version = SMP_VERSION_MAX, .op = q->op,
				     .group = q->group, .id = q->id };

	session_start(&sl->session, &header, link_now_ms());
	if (sl->once)
		sl->session.tries = 0;
	sl->once = false;
	smp_begin(&out, &header);
	if (q->request)
		wire_encode(q->ask, &out, q->request);
	else
		cbor_put_map(&out, 0);
	*n = out.len;
	if (smp_end(&out))
		return err_set(err, ERR_LIMIT, "a request to '%s' is longer "
			       "than %d bytes", link_name(sl->link),
			       SMP_PACKET_MAX);
	return 0;
}

/* ---- receiving ---------------------------------------------------------- */

/* Feed what was read until a packet is whole. Its length, or 0. */
static size_t next_packet(struct smp_link *sl)
{
	size_t n = 0;

	while (sl->at < sl->n && !n)
		n = smp_feed(&sl->feed, link_framing(sl->link),
			     sl->bytes[sl->at++], sl->in, sizeof(sl->in));
	return n;
}

/* A datagram is a packet by itself; half a one must not stay in the feed. */
static int read_datagram(struct smp_link *sl, uint32_t timeout_ms, size_t *n,
			 struct err *err)
{
	int ret = link_read(sl->link, sl->in, sizeof(sl->in), timeout_ms, n,
			    err);

	sl->bytes_in += *n;
	return ret;
}

/* A whole packet into sl->in within timeout_ms; *n is 0 when none came. */
static int receive(struct smp_link *sl, uint32_t timeout_ms, size_t *n,
		   struct err *err)
{
	uint32_t start = link_now_ms(), passed = 0;
	int ret;

	if (link_is_datagram(sl->link))
		return read_datagram(sl, timeout_ms, n, err);
	while (!(*n = next_packet(sl)) && passed <= timeout_ms) {
		sl->at = sl->n = 0;
		ret = link_read(sl->link, sl->bytes, sizeof(sl->bytes),
				timeout_ms - passed, &sl->n, err);
		if (ret)
			return ret;
		sl->bytes_in += sl->n;
		passed = link_now_ms() - start;
		if (sl->n == 0 && passed >= timeout_ms)
			break;
	}
	return 0;
}

/* Take one arrived packet to where it belongs. */
static enum session_event dispatch(struct smp_link *sl, size_t n,
				   struct smp_packet *packet)
{
	enum session_event event;

	if (smp_packet_open(packet, sl->in, n))
		return SESSION_STALE;
	sl->heard += n;
	event = session_receive(&sl->session, packet);
	if (event == SESSION_PUSHED && sl->pushed)
		sl->pushed(sl->pushed_ctx, packet);
	if (event == SESSION_ANSWER) {
		/* keep it while later packets arrive */
		memcpy(sl->answer, sl->in, n);
		packet->payload = sl->answer + SMP_HEADER_BYTES;
	}
	return event;
}

static int no_answer(struct smp_link *sl, uint64_t bytes_before,
		     struct err *err)
{
	uint64_t bytes = sl->bytes_in - bytes_before;

	if (bytes == 0) {
		err_set(err, ERR_TIMEOUT, "the board at '%s' does not answer",
			link_name(sl->link));
		err_hint(err, "is it on, does it run tinyml's agent, and is "
			 "this its port?");
		return ERR_TIMEOUT;
	}
	/* noise holds packets too, by chance; console lines are twice as long
	 * as what they carry */
	if (sl->heard > bytes / 4) {
		err_set(err, ERR_TIMEOUT, "the board at '%s' answers other "
			"requests than ours", link_name(sl->link));
		err_hint(err, "does another program use the same link?");
		return ERR_TIMEOUT;
	}
	err_set(err, ERR_DEVICE, "the board at '%s' answers garbage: %llu "
		"bytes that are not SMP", link_name(sl->link),
		(unsigned long long)(bytes - sl->heard));
	err_hint(err, "is the baud rate right, and does the board run "
		 "tinyml's agent?");
	return ERR_DEVICE;
}

/* Until the answer is there, asking again as the session says. */
static int wait_answer(struct smp_link *sl, size_t request_n,
		       struct smp_packet *answer, struct err *err)
{
	uint64_t before = sl->bytes_in;
	enum session_event event = SESSION_WAIT;
	size_t n;
	int ret = 0;

	sl->heard = 0;
	while (!ret && event != SESSION_ANSWER) {
		ret = receive(sl, session_left_ms(&sl->session,
						  link_now_ms()), &n, err);
		if (ret)
			return ret;
		event = n ? dispatch(sl, n, answer) : SESSION_WAIT;
		if (event == SESSION_ANSWER)
			break;
		event = session_tick(&sl->session, link_now_ms());
		if (event == SESSION_AGAIN)
			ret = send_packet(sl, request_n, err);
		else if (event == SESSION_LOST)
			return no_answer(sl, before, err);
	}
	return ret;
}

/* ---- asking ------------------------------------------------------------- */

static int kind_of(unsigned rc)
{
	switch (rc) {
	case SMP_NOENT:
	case SMP_RC_NO_MODEL:
		return ERR_MISSING;
	case SMP_RC_TRUST:
	case SMP_RC_COUNTER:
	case SMP_DENIED:
		return ERR_TRUST;
	case SMP_NOTSUP:
	case SMP_RC_KERNELS:
	case SMP_RC_TARGET:
		return ERR_UNSUPPORTED;
	case SMP_RC_NOFIT:
		return ERR_NOFIT;
	case SMP_BUSY:
		return ERR_BUSY;
	case SMP_CORRUPT:
		return ERR_FORMAT;
	default:
		return ERR_DEVICE;
	}
}

static int refused(const struct smp_link *sl, struct err *err)
{
	const char *text = smp_rc_text(sl->rc);

	if (text)
		err_set(err, kind_of(sl->rc), "the board at '%s' refuses: %s",
			link_name(sl->link), text);
	else
		err_set(err, ERR_DEVICE, "the board at '%s' refuses with code "
			"%u", link_name(sl->link), sl->rc);
	return kind_of(sl->rc);
}

static int read_answer(struct smp_link *sl, const struct smp_question *q,
		       const struct smp_packet *packet, struct err *err)
{
	struct smp_status status;
	int ret = smp_status(packet, &status);

	if (!ret && status.rc) {
		sl->rc = status.rc;
		return refused(sl, err);
	}
	if (!ret && q->answer)
		ret = wire_decode(q->tell, packet, q->answer);
	if (!ret)
		return 0;
	err_set(err, ERR_DEVICE, "the board at '%s' answers with a message "
		"that is not as it should be: %s", link_name(sl->link),
		err_kind_text(ret));
	err_at(err, "group %u, command %u", q->group, q->id);
	return ERR_DEVICE;
}

int smp_link_call(struct smp_link *sl, const struct smp_question *question,
		  struct err *err)
{
	struct smp_packet answer;
	size_t n;
	int ret = put_request(sl, question, &n, err);

	sl->rc = SMP_OK;
	sl->requests++;
	if (!ret)
		ret = send_packet(sl, n, err);
	if (!ret)
		ret = wait_answer(sl, n, &answer, err);
	if (!ret)
		ret = read_answer(sl, question, &answer, err);
	return ret;
}

int smp_link_listen(struct smp_link *sl, uint32_t timeout_ms, bool *pushed,
		    struct err *err)
{
	uint32_t start = link_now_ms(), passed = 0;
	struct smp_packet packet;
	size_t n;
	int ret = 0;

	*pushed = false;
	while (!ret && !*pushed && passed <= timeout_ms) {
		ret = receive(sl, timeout_ms - passed, &n, err);
		if (!ret && n)
			*pushed = dispatch(sl, n, &packet) == SESSION_PUSHED;
		passed = link_now_ms() - start;
		if (!n && passed >= timeout_ms)
			break;
	}
	return ret;
}

unsigned smp_link_rc(const struct smp_link *sl)
{
	return sl->rc;
}

int smp_link_piece(struct smp_link *sl, size_t *bytes, struct err *err)
{
	struct wire_params params;
	int ret;

	if (!sl->piece) {
		ret = smp_link_ask(sl, SMP_READ, SMP_GROUP_OS, WIRE_OS_PARAMS,
				   err, nothing, NULL, params, &params);
		if (ret)
			return ret;
		if (params.buf_size < PIECE_AROUND + PIECE_MIN)
			return err_set(err, ERR_DEVICE, "the board at '%s' "
				       "takes packets of %u bytes, too small "
				       "to use", link_name(sl->link),
				       params.buf_size);
		if (params.buf_size > SMP_PACKET_MAX)
			params.buf_size = SMP_PACKET_MAX;
		sl->piece = params.buf_size - PIECE_AROUND;
	}
	*bytes = sl->piece;
	return 0;
}

struct link *smp_link_link(const struct smp_link *sl)
{
	return sl->link;
}

struct smp_link_stats smp_link_stats(const struct smp_link *sl)
{
	return (struct smp_link_stats){
		.requests = sl->requests,
		.repeated = sl->session.repeated,
		.stale = sl->session.stale,
		.skipped_bytes = sl->feed.skipped,
		.damaged_frames = sl->feed.damaged,
		.bytes_out = sl->bytes_out,
		.bytes_in = sl->bytes_in,
	};
}
