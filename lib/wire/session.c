#include "wire/session.h"

#include "wire/messages.h"

void session_init(struct session *session, uint32_t timeout_ms,
		  uint8_t retries, uint8_t first_seq)
{
	*session = (struct session){ .timeout_ms = timeout_ms,
				     .retries = retries, .seq = first_seq };
}

void session_start(struct session *session, struct smp_header *header,
		   uint32_t now_ms)
{
	header->seq = session->seq++;
	session->request = *header;
	session->waiting = true;
	session->tries = session->retries;
	session->wait_ms = session->timeout_ms;
	session->since_ms = now_ms;
}

static bool answers(const struct smp_header *request,
		    const struct smp_header *answer)
{
	return answer->seq == request->seq && answer->id == request->id &&
	       answer->group == request->group &&
	       answer->op == (request->op | 1);
}

/* Stream data: a read's answer that nobody asked for. */
static bool is_pushed(const struct smp_header *header)
{
	return header->group == WIRE_GROUP_STREAM &&
	       header->id == WIRE_STREAM_DATA &&
	       header->op == SMP_READ_RSP;
}

enum session_event session_receive(struct session *session,
				   const struct smp_packet *packet)
{
	if (is_pushed(&packet->header))
		return SESSION_PUSHED;
	if (session->waiting && answers(&session->request, &packet->header)) {
		session->waiting = false;
		return SESSION_ANSWER;
	}
	session->stale++;
	return SESSION_STALE;
}

uint32_t session_left_ms(const struct session *session, uint32_t now_ms)
{
	uint32_t passed = now_ms - session->since_ms;

	return passed < session->wait_ms ? session->wait_ms - passed : 0;
}

static void wait_longer(struct session *session)
{
	if (session->longest_ms <= session->wait_ms)
		return;
	session->wait_ms = session->longest_ms - session->wait_ms <
		session->wait_ms ? session->longest_ms : 2 * session->wait_ms;
}

enum session_event session_tick(struct session *session, uint32_t now_ms)
{
	if (!session->waiting || session_left_ms(session, now_ms))
		return SESSION_WAIT;
	if (session->tries == 0) {
		session->waiting = false;
		return SESSION_LOST;
	}
	session->tries--;
	session->repeated++;
	session->since_ms = now_ms;
	wait_longer(session);
	return SESSION_AGAIN;
}
