#include <criterion/criterion.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "link/smp_link.h"
#include "peer.h"

static struct peer peer;
static struct err err;

static struct smp_link *connected(void)
{
	struct smp_link *sl;

	peer_start(&peer);
	cr_assert_eq(smp_link_open(&sl, peer.at, NULL, &err), 0, "%s",
		     err.text);
	smp_link_patience(sl, 100, 6);
	return sl;
}

static void finish(struct smp_link *sl)
{
	smp_link_close(sl);
	peer_stop(&peer);
}

static int echo(struct smp_link *sl, const char *text)
{
	struct wire_echo ask = { wire_text(text) };
	struct wire_echoed answer;
	int ret = smp_link_ask(sl, SMP_WRITE, SMP_GROUP_OS, WIRE_OS_ECHO, &err,
			       echo, &ask, echoed, &answer);

	if (!ret)
		cr_assert(wire_text_is(answer.r, text));
	return ret;
}

static void echo_many(struct smp_link *sl, int n)
{
	char text[200];

	for (int i = 0; i < n; i++) {
		memset(text, 'a' + i % 26, sizeof(text) - 1);
		text[i % (int)sizeof(text)] = '\0';
		cr_assert_eq(echo(sl, text), 0, "%d: %s", i, err.text);
	}
}

Test(smp_link, asks_and_is_answered_in_both_framings)
{
	for (int framing = 0; framing < 2; framing++) {
		struct smp_link *sl;
		size_t piece;

		memset(&peer, 0, sizeof(peer));
		peer.framing = (enum smp_framing)framing;
		sl = connected();
		echo_many(sl, 250);
		cr_assert_eq(smp_link_piece(sl, &piece, &err), 0);
		cr_assert_eq(piece, 400);
		cr_assert_eq(smp_link_stats(sl).repeated, 0);
		finish(sl);
	}
}

Test(smp_link, lives_with_lost_repeated_and_damaged_answers)
{
	struct smp_link *sl;

	peer.lose_every = 7;
	peer.repeat_every = 5;
	peer.damage_every = 11;
	peer.talk_every = 3;
	sl = connected();
	echo_many(sl, 60);
	cr_assert_gt(smp_link_stats(sl).repeated, 5);
	cr_assert_gt(smp_link_stats(sl).stale, 5);
	cr_assert_gt(smp_link_stats(sl).skipped_bytes, 100);
	finish(sl);
}

Test(smp_link, an_upload_over_a_bad_link_is_whole)
{
	static uint8_t bytes[20000];
	struct wire_upload up = { .image = 1, .len = sizeof(bytes) };
	struct wire_offset answer = { 0 };
	struct smp_link *sl;

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 31 >> 3);
	peer.lose_every = 13;
	peer.repeat_every = 4;
	peer.damage_every = 17;
	sl = connected();
	while (answer.off < sizeof(bytes)) {
		up.off = answer.off;
		up.data.p = bytes + up.off;
		up.data.n = sizeof(bytes) - up.off < 300 ?
			sizeof(bytes) - up.off : 300;
		cr_assert_eq(smp_link_ask(sl, SMP_WRITE, SMP_GROUP_IMAGE,
					  WIRE_IMAGE_UPLOAD, &err, upload,
					  &up, offset, &answer), 0);
	}
	cr_assert_eq(peer.upload_n, sizeof(bytes));
	cr_assert_eq(memcmp(peer.upload, bytes, sizeof(bytes)), 0);
	finish(sl);
}

static int pushed_count;

static void count_pushed(void *ctx, const struct smp_packet *packet)
{
	struct wire_data data;

	cr_assert_eq(ctx, &pushed_count);
	cr_assert_eq(wire_decode_data(packet, &data), 0);
	pushed_count++;
}

Test(smp_link, stream_data_reaches_its_handler_during_requests)
{
	struct smp_link *sl;

	peer.push_every = 2;
	sl = connected();
	smp_link_on_push(sl, count_pushed, &pushed_count);
	echo_many(sl, 20);
	cr_assert_eq(pushed_count, 10);
	finish(sl);
}

Test(smp_link, a_silent_board_does_not_answer)
{
	struct smp_link *sl;

	peer.silent = true;
	sl = connected();
	smp_link_patience(sl, 20, 2);
	cr_assert_eq(echo(sl, "x"), ERR_TIMEOUT);
	cr_assert_not_null(strstr(err.text, "does not answer"));
	cr_assert_neq(err.hint[0], '\0');
	cr_assert_eq(smp_link_stats(sl).repeated, 2);
	finish(sl);
}

Test(smp_link, a_board_that_is_none_answers_garbage)
{
	struct smp_link *sl;

	peer.garbage = true;
	sl = connected();
	smp_link_patience(sl, 20, 2);
	cr_assert_eq(echo(sl, "x"), ERR_DEVICE);
	cr_assert_not_null(strstr(err.text, "answers garbage: 30 bytes"),
			   "%s", err.text);
	finish(sl);
}

Test(smp_link, a_board_that_goes_has_disappeared)
{
	struct smp_link *sl;

	peer.die_at = 3;
	sl = connected();
	cr_assert_eq(echo(sl, "x"), 0);
	cr_assert_eq(echo(sl, "x"), 0);
	cr_assert_eq(echo(sl, "x"), ERR_DEVICE);
	cr_assert_not_null(strstr(err.text, "disappeared"), "%s", err.text);
	finish(sl);
}

Test(smp_link, a_refusal_has_its_kind_and_number)
{
	static const struct { unsigned rc; int kind; } cases[] = {
		{ SMP_NOENT, ERR_MISSING }, { SMP_RC_TRUST, ERR_TRUST },
		{ SMP_NOTSUP, ERR_UNSUPPORTED }, { SMP_RC_NOFIT, ERR_NOFIT },
		{ 4711, ERR_DEVICE },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct smp_link *sl;

		memset(&peer, 0, sizeof(peer));
		peer.refuse = cases[i].rc;
		err = (struct err){ 0 };
		sl = connected();
		cr_expect_eq(echo(sl, "x"), cases[i].kind);
		cr_expect_eq(smp_link_rc(sl), cases[i].rc);
		cr_expect_eq(err.kind, cases[i].kind);
		finish(sl);
	}
}

/* Where nobody answers: how often a request was sent. */
static int datagrams_sent(uint32_t timeout_ms, uint8_t retries, bool once)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(at);
	int fd = socket(AF_INET, SOCK_DGRAM, 0), sent = 0;
	char place[64], bytes[64];
	struct smp_link *sl;

	cr_assert_eq(bind(fd, (struct sockaddr *)&at, size), 0);
	getsockname(fd, (struct sockaddr *)&at, &size);
	snprintf(place, sizeof(place), "udp:127.0.0.1:%d", ntohs(at.sin_port));
	err = (struct err){ 0 };
	cr_assert_eq(smp_link_open(&sl, place, NULL, &err), 0);
	smp_link_patience(sl, timeout_ms, retries);
	if (once)
		smp_link_once(sl);
	cr_assert_eq(echo(sl, "hello"), ERR_TIMEOUT);
	while (recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
		sent++;
	smp_link_close(sl);
	close(fd);
	return sent;
}

Test(smp_link, by_datagrams_a_request_is_repeated_within_the_same_time)
{
	uint32_t start = link_now_ms(), passed;

	/* after 100 and 300 ms; 600 is the end */
	cr_assert_eq(datagrams_sent(300, 1, false), 3);
	passed = link_now_ms() - start;
	cr_assert(passed >= 600 && passed < 2000, "%u ms", passed);
}

Test(smp_link, what_must_not_be_repeated_is_sent_once)
{
	cr_assert_eq(datagrams_sent(300, 1, true), 1);
}

Test(smp_link, only_the_next_request_is_sent_once)
{
	struct smp_link *sl;

	peer = (struct peer){ .lose_every = 2 };
	sl = connected();
	smp_link_patience(sl, 1000, 3);	/* the machine may be busy */
	smp_link_once(sl);
	cr_assert_eq(echo(sl, "answered"), 0);
	cr_assert_eq(echo(sl, "lost, then answered"), 0);
	smp_link_once(sl);
	cr_assert_eq(echo(sl, "lost"), ERR_TIMEOUT);
	finish(sl);
}
