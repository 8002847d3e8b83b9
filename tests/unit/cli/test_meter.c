#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/meter.h"

/* Standard error becomes a terminal of so many columns; returns its screen. */
static int terminal(unsigned short columns)
{
	struct winsize size = { .ws_row = 24, .ws_col = columns };
	int screen = posix_openpt(O_RDWR | O_NOCTTY), line;

	cr_assert_geq(screen, 0);
	cr_assert_eq(grantpt(screen) || unlockpt(screen), 0);
	line = open(ptsname(screen), O_RDWR | O_NOCTTY);
	cr_assert_geq(line, 0);
	cr_assert_eq(ioctl(line, TIOCSWINSZ, &size), 0);
	cr_assert_eq(dup2(line, STDERR_FILENO), STDERR_FILENO);
	close(line);
	return screen;
}

/* What one tick puts onto the line. */
static void shown(int screen, struct meter *meter, const char *note, char *out)
{
	ssize_t n;

	progress_tick(&meter->progress, "reading", 1, 4, note);
	n = read(screen, out, 300);
	cr_assert_gt(n, 0);
	out[n] = '\0';
}

Test(meter, a_line_stays_within_the_terminal)
{
	static const char *const notes[] = {
		NULL, "a long name that leads out of the terminal's line",
		"\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4",
	};
	int screen = terminal(52);

	for (size_t i = 0; i < sizeof(notes) / sizeof(*notes); i++) {
		struct meter meter;
		char text[301];
		size_t n;

		meter_init(&meter, false);
		shown(screen, &meter, notes[i], text);
		cr_assert_eq(strncmp(text, "\r\033[Kreading [", 13), 0, "%s",
			     text);
		n = strlen(text);
		cr_assert_leq(n, 4 + 51, "%zu", n);
		cr_assert_neq(text[n - 1], '\xc3', "half a letter");
	}
}

Test(meter, the_first_line_claims_no_rate)
{
	int screen = terminal(200);
	struct meter meter;
	char text[301];

	meter_init(&meter, false);
	shown(screen, &meter, NULL, text);
	cr_assert_str_eq(text,
			 "\r\033[Kreading [######..................] 1/4");
}

Test(meter, quiet_shows_nothing)
{
	int screen = terminal(80);
	struct meter meter;
	char text[8];

	cr_assert_eq(fcntl(screen, F_SETFL, O_NONBLOCK), 0);
	meter_init(&meter, true);
	progress_tick(&meter.progress, "reading", 1, 4, NULL);
	meter_finish(&meter);
	cr_assert_lt(read(screen, text, sizeof(text)), 0);
}
