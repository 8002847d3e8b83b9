#include "peer.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static bool due(unsigned n, unsigned every)
{
	return every && n % every == 0;
}

static void send_all(struct peer *peer, const void *bytes, size_t n)
{
	if (send(peer->fd, bytes, n, MSG_NOSIGNAL) < 0)
		return;
}

static void send_packet(struct peer *peer, uint8_t *packet, size_t n,
			bool damage)
{
	uint8_t line[SMP_LINE_MAX];
	struct smp_framer framer;

	if (peer->framing == SMP_RAW) {
		if (damage)
			packet[2] = 0xff;	/* a length no packet has */
		send_all(peer, packet, n);
		return;
	}
	framer = smp_framer_init(packet, n, SMP_LINE_MAX);
	while ((n = smp_framer_line(&framer, line))) {
		if (damage)
			line[n / 2] ^= 1;
		send_all(peer, line, n);
	}
}

static void push(struct peer *peer)
{
	struct smp_header header = { .version = 1, .op = SMP_READ_RSP,
		.group = WIRE_GROUP_STREAM, .id = WIRE_STREAM_DATA };
	struct wire_data data = { .seq = peer->answers,
		.data = { (const uint8_t *)"\1\2", 2 } };
	uint8_t room[128];
	struct cbor_out out = cbor_out_init(room, sizeof(room));

	smp_begin(&out, &header);
	wire_encode_data(&out, &data);
	smp_end(&out);
	send_packet(peer, room, out.len, false);
}

static void put_upload(struct peer *peer, const struct smp_packet *request,
		       struct cbor_out *out)
{
	struct wire_upload up;
	struct wire_offset answer;

	if (!wire_decode_upload(request, &up) && up.off == peer->upload_n &&
	    up.data.n <= PEER_UPLOAD_MAX - peer->upload_n) {
		memcpy(peer->upload + up.off, up.data.p, up.data.n);
		peer->upload_n += (uint32_t)up.data.n;
	}
	answer.off = peer->upload_n;
	wire_encode_offset(out, &answer);
}

static void put_answer(struct peer *peer, const struct smp_packet *request,
		       struct cbor_out *out)
{
	struct smp_header header = smp_answer(&request->header);
	struct wire_echo echo;
	struct wire_echoed echoed;
	struct wire_params params = { 512, 1 };

	if (peer->refuse) {
		smp_put_status(out, &request->header, peer->refuse);
		return;
	}
	smp_begin(out, &header);
	if (header.group == SMP_GROUP_IMAGE) {
		put_upload(peer, request, out);
	} else if (header.id == WIRE_OS_PARAMS) {
		wire_encode_params(out, &params);
	} else if (!wire_decode_echo(request, &echo)) {
		echoed.r = echo.d;
		wire_encode_echoed(out, &echoed);
	}
	smp_end(out);
}

/* False: hang up. */
static bool answer(struct peer *peer, const uint8_t *bytes, size_t n)
{
	uint8_t room[SMP_PACKET_MAX];
	struct cbor_out out = cbor_out_init(room, sizeof(room));
	struct smp_packet request;

	if (peer->silent || smp_packet_open(&request, bytes, n))
		return true;
	if (++peer->answers == peer->die_at)
		return false;
	if (peer->garbage) {
		send_all(peer, "AT+ERROR\r\n", 10);
		return true;
	}
	put_answer(peer, &request, &out);
	if (due(peer->answers, peer->lose_every))
		return true;
	if (due(peer->answers, peer->talk_every))
		send_all(peer, "I (123) app: hello\r\n", 20);
	if (due(peer->answers, peer->push_every))
		push(peer);
	send_packet(peer, room, out.len,
		    due(peer->answers, peer->damage_every));
	if (due(peer->answers, peer->repeat_every))
		send_packet(peer, room, out.len, false);
	return true;
}

static void *run(void *arg)
{
	struct peer *peer = arg;
	struct smp_feed feed = { 0 };
	static uint8_t room[SMP_PACKET_MAX];
	uint8_t bytes[256];
	bool open = true;
	ssize_t n;

	peer->fd = accept(peer->listener, NULL, NULL);
	while (open && (n = recv(peer->fd, bytes, sizeof(bytes), 0)) > 0)
		for (ssize_t i = 0; i < n && open; i++) {
			size_t got = smp_feed(&feed, peer->framing, bytes[i],
					      room, sizeof(room));

			if (got)
				open = answer(peer, room, got);
		}
	close(peer->fd);
	return NULL;
}

void peer_start(struct peer *peer)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	static int number;

	snprintf(peer->path, sizeof(peer->path), "/tmp/tinyml-peer-%ld-%d",
		 (long)getpid(), number++);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s",
		 peer->path);
	snprintf(peer->at, sizeof(peer->at), "%sunix:%s",
		 peer->framing == SMP_RAW ? "" : "console+", peer->path);
	unlink(peer->path);
	peer->listener = socket(AF_UNIX, SOCK_STREAM, 0);
	cr_assert_eq(bind(peer->listener, (struct sockaddr *)&address,
			  sizeof(address)), 0);
	cr_assert_eq(listen(peer->listener, 1), 0);
	cr_assert_eq(pthread_create(&peer->thread, NULL, run, peer), 0);
}

void peer_stop(struct peer *peer)
{
	pthread_join(peer->thread, NULL);
	close(peer->listener);
	unlink(peer->path);
}
