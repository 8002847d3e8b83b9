#include "cli/meter.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"

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

static void show(struct meter *m, double done, double total, const char *note)
{
	double spent = now_s() - m->start_s;
	double rate = spent > 0 ? done / spent : 0;
	char cells[32] = "", left[48] = "", line[400];

	if (total > 0) {
		bar(cells, done < total ? done / total : 1);
		if (rate > 0)
			snprintf(left, sizeof(left), " %.0f s left",
				 (total - done) / rate);
	}
	snprintf(line, sizeof(line), "%s [%s] %.0f/%.0f, %.4g/s%s%s%s", m->what,
		 cells, done, total, rate, left, note ? ", " : "",
		 note ? note : "");
	text_neutralise(line);
	line[100] = '\0';
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
