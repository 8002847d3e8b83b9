#include <criterion/criterion.h>

#include "wire/messages.h"
#include "wire/session.h"

static struct smp_packet answer_to(const struct smp_header *request)
{
	return (struct smp_packet){ .header = smp_answer(request) };
}

Test(session, an_answer_is_found_by_all_that_names_it)
{
	struct smp_header header = { .op = SMP_WRITE, .group = 1, .id = 1 };
	struct smp_packet good, bad;
	struct session session;

	session_init(&session, 100, 2, 7);
	session_start(&session, &header, 0);
	cr_assert_eq(header.seq, 7);
	good = bad = answer_to(&header);
	bad.header.seq++;
	cr_assert_eq(session_receive(&session, &bad), SESSION_STALE);
	bad = good;
	bad.header.id = 5;
	cr_assert_eq(session_receive(&session, &bad), SESSION_STALE);
	bad = good;
	bad.header.op = SMP_READ_RSP;
	cr_assert_eq(session_receive(&session, &bad), SESSION_STALE);
	cr_assert_eq(session_receive(&session, &good), SESSION_ANSWER);
	cr_assert_eq(session_receive(&session, &good), SESSION_STALE);
	cr_assert_eq(session.stale, 4);
}

Test(session, our_own_request_coming_back_is_no_answer)
{
	struct smp_header header = { .op = SMP_READ, .group = 1 };
	struct smp_packet echo;
	struct session session;

	session_init(&session, 100, 2, 0);
	session_start(&session, &header, 0);
	echo.header = header;
	cr_assert_eq(session_receive(&session, &echo), SESSION_STALE);
}

Test(session, asks_again_then_gives_up)
{
	struct smp_header header = { .op = SMP_READ };
	struct session session;
	uint32_t now = UINT32_MAX - 150;	/* the clock wraps on the way */

	session_init(&session, 100, 2, 0);
	session_start(&session, &header, now);
	cr_assert_eq(session_tick(&session, now + 99), SESSION_WAIT);
	cr_assert_eq(session_left_ms(&session, now + 99), 1);
	cr_assert_eq(session_tick(&session, now + 100), SESSION_AGAIN);
	cr_assert_eq(session_tick(&session, now + 199), SESSION_WAIT);
	cr_assert_eq(session_tick(&session, now + 200), SESSION_AGAIN);
	cr_assert_eq(session_tick(&session, now + 300), SESSION_LOST);
	cr_assert_eq(session_tick(&session, now + 900), SESSION_WAIT);
	cr_assert_eq(session.repeated, 2);
}

Test(session, tries_that_are_told_to_wait_longer_each_time)
{
	static const uint32_t at[] = { 100, 300, 700, 1200, 1700 };
	struct smp_header header = { .op = SMP_READ };
	struct session session;

	session_init(&session, 100, 4, 0);
	session.longest_ms = 500;
	for (int request = 0; request < 2; request++) {
		session_start(&session, &header, 0);
		for (int i = 0; i < 5; i++) {
			cr_assert_eq(session_left_ms(&session, at[i] - 1), 1);
			cr_assert_eq(session_tick(&session, at[i]), i < 4 ?
				     SESSION_AGAIN : SESSION_LOST);
		}
	}
}

Test(session, sequence_numbers_wrap)
{
	struct smp_header header = { .op = SMP_READ };
	struct session session;

	session_init(&session, 100, 0, 255);
	session_start(&session, &header, 0);
	cr_assert_eq(header.seq, 255);
	session_start(&session, &header, 0);
	cr_assert_eq(header.seq, 0);
}

Test(session, stream_data_passes_by_any_request)
{
	struct smp_packet data = { .header = { .op = SMP_READ_RSP,
		.group = WIRE_GROUP_STREAM, .id = WIRE_STREAM_DATA } };
	struct smp_header header = { .op = SMP_WRITE };
	struct session session;

	session_init(&session, 100, 0, 0);
	session_start(&session, &header, 0);
	cr_assert_eq(session_receive(&session, &data), SESSION_PUSHED);
	cr_assert(session.waiting);
}
