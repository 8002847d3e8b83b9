#include <criterion/criterion.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include "link/link.h"

static void check_loop(struct link *link, const char *text)
{
	struct err err = { 0 };
	char back[64] = "";
	size_t n, done = 0;

	cr_assert_eq(link_write(link, text, strlen(text), &err), 0);
	while (done < strlen(text)) {
		cr_assert_eq(link_read(link, back + done,
				       sizeof(back) - done, 2000, &n, &err),
			     0, "%s", err.text);
		cr_assert_neq(n, 0);
		done += n;
	}
	cr_assert_str_eq(back, text);
}

Test(link, a_child_talks_on_its_standard_input_and_output)
{
	struct err err = { 0 };
	struct link *link;

	cr_assert_eq(link_open(&link, "exec:cat -u", NULL, &err), 0);
	cr_assert_eq(link_framing(link), SMP_RAW);
	check_loop(link, "hello");
	link_close(link);
}

Test(link, a_child_that_ends_has_disappeared)
{
	struct err err = { 0 };
	struct link *link;
	char byte;
	size_t n;

	cr_assert_eq(link_open(&link, "exec:true", NULL, &err), 0);
	cr_assert_eq(link_read(link, &byte, 1, 2000, &n, &err), ERR_DEVICE);
	cr_assert_str_eq(err.text, "the board at 'exec:true' disappeared");
	cr_assert_eq(link_write(link, "x", 1, NULL), ERR_DEVICE);
	link_close(link);
}

Test(link, writing_to_one_that_ended_raises_no_signal)
{
	struct err err = { 0 };
	struct link *link;
	int ret = 0;

	cr_assert_eq(link_open(&link, "exec:true", NULL, &err), 0);
	for (int i = 0; i < 1000 && !ret; i++) {
		usleep(1000);
		ret = link_write(link, "x", 1, &err);
	}
	cr_assert_eq(ret, ERR_DEVICE);
	link_close(link);
}

Test(link, a_program_that_is_not_there_says_so)
{
	struct err err = { 0 };
	struct link *link;

	cr_assert_eq(link_open(&link, "exec:/nowhere/at-all", NULL, &err),
		     ERR_TOOL);
	cr_assert_not_null(strstr(err.text, "/nowhere/at-all"));
}

Test(link, spellings_that_mean_nothing_are_wrong_usage)
{
	static const char *const wrong[] = { "", "tcp", "tcp:", "bogus:1",
		"tcp:host", "tcp:1337", "console+udp:a:1", "exec:  ",
		"/dev/ttyACM0" };
	struct link *link;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct err err = { 0 };

		cr_expect_eq(link_open(&link, wrong[i], NULL, &err),
			     ERR_USAGE, "'%s'", wrong[i]);
		cr_expect_null(link);
	}
}

Test(link, a_port_that_is_not_there_is_missing)
{
	struct err err = { 0 };
	struct link *link;

	cr_assert_eq(link_open(&link, "serial:/dev/ttyNONE7", NULL, &err),
		     ERR_MISSING);
	err = (struct err){ 0 };
	cr_assert_eq(link_open(&link, "pty:/dev/pts/none", NULL, &err),
		     ERR_MISSING);
}

/* Bytes that a line discipline would change arrive as they are. */
Test(link, a_pty_is_raw)
{
	static const uint8_t bytes[] = { 0, 3, 4, 10, 13, 17, 19, 26, 127,
					 255 };
	int master = posix_openpt(O_RDWR | O_NOCTTY);
	uint8_t back[sizeof(bytes)];
	struct err err = { 0 };
	struct link *link;
	char at[128];
	size_t n, done = 0;

	grantpt(master);
	unlockpt(master);
	snprintf(at, sizeof(at), "pty:%s", ptsname(master));
	cr_assert_eq(link_open(&link, at, NULL, &err), 0, "%s", err.text);
	cr_assert_eq(link_framing(link), SMP_CONSOLE);
	cr_assert_eq(link_write(link, bytes, sizeof(bytes), &err), 0);
	while (done < sizeof(bytes)) {
		ssize_t got = read(master, back + done, sizeof(back) - done);

		cr_assert_gt(got, 0);
		done += (size_t)got;
	}
	cr_assert_eq(memcmp(back, bytes, sizeof(bytes)), 0);
	cr_assert_eq(write(master, bytes, sizeof(bytes)), sizeof(bytes));
	for (done = 0; done < sizeof(bytes); done += n)
		cr_assert_eq(link_read(link, back + done,
				       sizeof(back) - done, 2000, &n, &err),
			     0);
	cr_assert_eq(memcmp(back, bytes, sizeof(bytes)), 0);
	close(master);
	cr_assert_eq(link_read(link, back, 1, 2000, &n, &err), ERR_DEVICE);
	link_close(link);
}

static int bound(int type, char *at, size_t room, const char *kind)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(address);
	int fd = socket(AF_INET, type, 0);

	cr_assert_eq(bind(fd, (struct sockaddr *)&address, n), 0);
	getsockname(fd, (struct sockaddr *)&address, &n);
	snprintf(at, room, "%s:127.0.0.1:%d", kind, ntohs(address.sin_port));
	return fd;
}

Test(link, tcp_carries_bytes_both_ways)
{
	char at[64], bytes[8];
	int listener = bound(SOCK_STREAM, at, sizeof(at), "tcp"), fd;
	struct err err = { 0 };
	struct link *link;
	size_t n;

	listen(listener, 1);
	cr_assert_eq(link_open(&link, at, NULL, &err), 0);
	fd = accept(listener, NULL, NULL);
	cr_assert_eq(link_write(link, "ping", 4, &err), 0);
	cr_assert_eq(read(fd, bytes, 8), 4);
	cr_assert_eq(write(fd, "pong!", 5), 5);
	cr_assert_eq(link_read(link, bytes, 8, 2000, &n, &err), 0);
	cr_assert_eq(n, 5);
	cr_assert_eq(link_read(link, bytes, 8, 20, &n, &err), 0);
	cr_assert_eq(n, 0);
	close(fd);
	cr_assert_eq(link_read(link, bytes, 8, 2000, &n, &err), ERR_DEVICE);
	link_close(link);
	close(listener);
	err = (struct err){ 0 };
	cr_assert_eq(link_open(&link, at, NULL, &err), ERR_IO);
}

Test(link, udp_keeps_datagrams_whole)
{
	char at[64], bytes[16];
	int fd = bound(SOCK_DGRAM, at, sizeof(at), "udp");
	struct sockaddr_storage from;
	socklen_t from_n = sizeof(from);
	struct err err = { 0 };
	struct link *link;
	size_t n;

	cr_assert_eq(link_open(&link, at, NULL, &err), 0);
	cr_assert(link_is_datagram(link));
	cr_assert_eq(link_write(link, "abc", 3, &err), 0);
	cr_assert_eq(recvfrom(fd, bytes, 16, 0, (struct sockaddr *)&from,
			      &from_n), 3);
	sendto(fd, "de", 2, 0, (struct sockaddr *)&from, from_n);
	sendto(fd, "f", 1, 0, (struct sockaddr *)&from, from_n);
	cr_assert_eq(link_read(link, bytes, 16, 2000, &n, &err), 0);
	cr_assert_eq(n, 2);
	cr_assert_eq(link_read(link, bytes, 16, 2000, &n, &err), 0);
	cr_assert_eq(n, 1);
	link_close(link);
	close(fd);
}

Test(link, a_declared_rate_is_kept)
{
	const struct link_options options = { .bits_per_second = 100000 };
	static char bytes[2000], back[2000];
	struct err err = { 0 };
	struct link *link;
	uint32_t start, passed;
	size_t n;

	cr_assert_eq(link_open(&link, "exec:cat -u", &options, &err), 0);
	cr_assert_eq(link_bits_per_second(link), 100000);
	start = link_now_ms();
	cr_assert_eq(link_write(link, bytes, sizeof(bytes), &err), 0);
	for (size_t done = 0; done < sizeof(back); done += n)
		cr_assert_eq(link_read(link, back + done, sizeof(back) - done,
				       2000, &n, &err), 0);
	passed = link_now_ms() - start;
	/* 2,000 bytes of ten bits are 200 ms each way, less one slice */
	cr_assert_geq(passed, 370, "%u ms", passed);
	link_close(link);
}
