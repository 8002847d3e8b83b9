#include <criterion/criterion.h>
#include <string.h>

#include "command/relay.h"

static char lines[512], ticks[512];

static void line(void *ctx, const char *text)
{
	(void)ctx;
	strcat(strcat(lines, text), "/");
}

static void tick(void *ctx, const char *what, double done, double total,
		 const char *note)
{
	(void)ctx, (void)done, (void)total;
	cr_assert_str_eq(what, "train");
	strcat(strcat(ticks, note), "/");
}

static const struct progress progress = { tick, line, NULL };

static void say(struct relay *r, const char *text)
{
	*r = (struct relay){ .progress = &progress, .what = "train" };
	lines[0] = ticks[0] = '\0';
	for (; *text; text++)		/* however it arrives */
		relay_add(r, text, 1);
	relay_finish(r);
}

Test(relay, lines_are_handed_on_and_the_last_remembered)
{
	struct relay r;
	char tail[100];

	say(&r, "one\ntwo\n\nthree  \nfour");
	cr_assert_str_eq(lines, "one/two/three/four/");
	cr_assert_str_eq(relay_tail(&r, tail, sizeof(tail)),
			 "two | three | four");
	say(&r, "");
	cr_assert_str_eq(relay_tail(&r, tail, sizeof(tail)), "");
}

Test(relay, a_bar_that_is_painted_over_is_a_tick)
{
	struct relay r;
	char tail[100];

	say(&r, "10%\r20%\rdone\r\nend\n");
	cr_assert_str_eq(ticks, "10%/20%/");
	cr_assert_str_eq(lines, "done/end/");
	cr_assert_str_eq(relay_tail(&r, tail, sizeof(tail)), "done | end");
}

Test(relay, endless_lines_and_zero_bytes_are_cut_and_shown)
{
	struct relay r = { .progress = NULL, .what = "train" };
	char tail[RELAY_LINE * RELAY_TAIL], small[8];

	for (int i = 0; i < 100000; i++)
		relay_add(&r, "x", 1);
	relay_add(&r, "\na\0b\n", 5);
	relay_finish(&r);
	cr_assert_eq(strlen(relay_tail(&r, tail, sizeof(tail))),
		     RELAY_LINE - 1 + 3 + 3);
	cr_assert_str_eq(tail + RELAY_LINE - 1, " | a?b");
	cr_assert_str_eq(relay_tail(&r, small, sizeof(small)), "xxxxxxx");
}
