#include "cli/meter.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"

enum { COLUMNS_MAX = 100 };
static const double SURE_S = 0.2;

static double now_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

static void wipe(struct meter *m)
{
	if (m->shown)
		fputs("\r\033[K", stderr);
	m->shown = false;
}

static void bar(char *out, double part)
{
	enum { WIDTH = 24 };
	int full = (int)(part * WIDTH);

	for (int i = 0; i < WIDTH; i++)
		out[i] = i < full ? '#' : '.';
	out[WIDTH] = '\0';
}

/* ", 12.5/s 3 s left"; nothing until there is something to judge by. */
static void pace(char *out, size_t room, const struct meter *m, double done,
		 double total)
{
	double spent = now_s() - m->start_s;
	double rate = (done - m->start_done) / spent;
	int n;

	out[0] = '\0';
	if (spent < SURE_S || !(rate > 0))
		return;
	n = snprintf(out, room, rate < 1000 ? ", %.3g/s" : ", %.0f/s", rate);
	if (total > 0)
		snprintf(out + n, room - (size_t)n, " %.0f s left",
			 total > done ? (total - done) / rate : 0);
}

/* Cut to what the terminal shows in one line, between characters. */
static void fit(char *line)
{
	struct winsize size;
	size_t n = COLUMNS_MAX;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 &&
	    size.ws_col <= n)
		n = (size_t)size.ws_col - 1;
	if (strlen(line) <= n)
		return;
	while (n && ((unsigned char)line[n] & 0xc0) == 0x80)
		n--;
	line[n] = '\0';
}

static void show(struct meter *m, double done, double total, const char *note)
{
	char cells[32] = "", how_fast[80], line[400];

	if (total > 0)
		bar(cells, done < total ? done / total : 1);
	pace(how_fast, sizeof(how_fast), m, done, total);
	if (total > 0 || done > 0)
		snprintf(line, sizeof(line), "%s [%s] %.0f/%.0f%s%s%s",
			 m->what, cells, done, total, how_fast,
			 note ? ", " : "", note ? note : "");
	else			/* only the note says how far it is */
		snprintf(line, sizeof(line), "%s: %s", m->what,
			 note ? note : "");
	text_neutralise(line);
	fit(line);
	fprintf(stderr, "\r\033[K%s", line);
	fflush(stderr);
	m->shown = true;
}

static void tick(void *ctx, const char *what, double done, double total,
		 const char *note)
{
	struct meter *m = ctx;
	double now = now_s();

	if (strncmp(what, m->what, sizeof(m->what) - 1) != 0) {
		snprintf(m->what, sizeof(m->what), "%s", what);
		m->start_s = now;
		m->start_done = done;
		m->last_s = 0;
	}
	if (m->quiet || !m->terminal || now - m->last_s < 0.1)
		return;
	m->last_s = now;
	show(m, done, total, note);
}

static void line(void *ctx, const char *text)
{
	struct meter *m = ctx;
	char safe[400];

	if (m->quiet)
		return;
	snprintf(safe, sizeof(safe), "%s", text);
	text_neutralise(safe);
	wipe(m);
	fprintf(stderr, "%s\n", safe);
}

void meter_init(struct meter *meter, bool quiet)
{
	memset(meter, 0, sizeof(*meter));
	meter->progress = (struct progress){ tick, line, meter };
	meter->terminal = isatty(STDERR_FILENO);
	meter->quiet = quiet;
}

void meter_finish(struct meter *meter)
{
	wipe(meter);
}
