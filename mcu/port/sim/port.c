#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "sim.h"

enum {
	KIB = 1024,
	SECTOR = 4 * KIB,
	SLOT_BYTES = 376 * KIB,
	FLASH_BYTES = 768 * KIB,
	UNIT = 8,
};

/* How a reset hands the open link and the operations so far to the process
 * that follows. */
static const char state_name[] = "TINYML_BOARDSIM_STATE";

static struct sim sim;

void sim_die(const char *fmt, ...)
{
	va_list args;

	fprintf(stderr, "boardsim: ");
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fprintf(stderr, "\n");
	exit(4);
}

uint64_t sim_now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

static size_t rx(void *ctx, uint8_t *bytes, size_t room)
{
	struct sim *s = ctx;

	return sim_link_rx(&s->link, bytes, room);
}

static void tx(void *ctx, const uint8_t *bytes, size_t n)
{
	struct sim *s = ctx;

	sim_link_tx(&s->link, bytes, n);
}

static void idle(void *ctx, uint32_t ms)
{
	struct sim *s = ctx;

	sim_link_wait(&s->link, (int)ms);
}

static uint32_t now_us(void *ctx)
{
	struct sim *s = ctx;

	return (uint32_t)(sim_now_us() - s->start_us);
}

static uint32_t now_ms(void *ctx)
{
	struct sim *s = ctx;

	return (uint32_t)((sim_now_us() - s->start_us) / 1000);
}

static void feed(void *ctx)
{
	(void)ctx;
	alarm(10);	/* a model that hangs ends the process, as a watchdog */
}

static void __attribute__((noreturn)) reset(void *ctx)
{
	struct sim *s = ctx;
	char state[80];

	if (s->hangs_up && s->link.kind == SIM_TCP)
		sim_link_hang_up(&s->link);

	snprintf(state, sizeof(state), "%d %d %d %d %ld", s->link.in,
		 s->link.out, s->link.listener, (int)s->link.kind,
		 s->flash.count);
	setenv(state_name, state, 1);
	execv("/proc/self/exe", s->argv);
	sim_die("cannot reset");
}

static int mic_start(void *ctx)
{
	struct sim *s = ctx;

	sim_mic_start(&s->mic);
	return 0;
}

static void mic_stop(void *ctx)
{
	(void)ctx;
}

static size_t mic_read(void *ctx, int16_t *samples, size_t n, uint32_t *lost)
{
	struct sim *s = ctx;

	return sim_mic_read(&s->mic, samples, n, lost);
}

/* ---- options ---- */

enum { FLASH = 1, TYPE, TCP, UDP, PTY, CONSOLE, REPLAY, SPEED, DIE_AT, TORN,
       SLOW_US, HANG_UP };

static const struct option options[] = {
	{ "flash", 1, NULL, FLASH }, { "type", 1, NULL, TYPE },
	{ "tcp", 1, NULL, TCP }, { "udp", 1, NULL, UDP },
	{ "pty", 0, NULL, PTY },
	{ "serial-framing", 0, NULL, CONSOLE },
	{ "replay", 1, NULL, REPLAY }, { "speed", 1, NULL, SPEED },
	{ "die-at", 1, NULL, DIE_AT }, { "torn", 1, NULL, TORN },
	{ "slow-us", 1, NULL, SLOW_US }, { "hang-up", 0, NULL, HANG_UP },
	{ NULL, 0, NULL, 0 }
};

struct args {
	const char *flash, *type, *replay;
	long tcp_port, udp_port;
	bool is_pty, is_console;
};

static enum sim_torn torn_kind(const char *word)
{
	static const char *const words[] = { "none", "half", "bits", "all" };

	for (unsigned i = 0; i < 4; i++)
		if (strcmp(word, words[i]) == 0)
			return i;
	sim_die("--torn is none, half, bits or all");
}

static long number(const char *text)
{
	char *end;
	long value = strtol(text, &end, 10);

	if (*end || end == text || value < 0)
		sim_die("'%s' is not a number", text);
	return value;
}

static void take_option(struct args *args, int which)
{
	switch (which) {
	case FLASH: args->flash = optarg; break;
	case TYPE: args->type = optarg; break;
	case TCP: args->tcp_port = number(optarg); break;
	case UDP: args->udp_port = number(optarg); break;
	case PTY: args->is_pty = true; break;
	case CONSOLE: args->is_console = true; break;
	case REPLAY: args->replay = optarg; break;
	case SPEED: sim.mic.speed = number(optarg); break;
	case DIE_AT: sim.flash.die_at = number(optarg); break;
	case TORN: sim.flash.torn = torn_kind(optarg); break;
	case SLOW_US: sim.flash.slow_us = number(optarg); break;
	case HANG_UP: sim.hangs_up = true; break;
	default: exit(2);
	}
}

static void read_options(struct args *args, int argc, char **argv)
{
	int which;

	while ((which = getopt_long(argc, argv, "", options, NULL)) != -1)
		take_option(args, which);
	if (!args->flash || optind != argc) {
		fprintf(stderr, "usage: tinyml-boardsim --flash FILE "
			"[--type NAME]\n"
			"       [--tcp PORT | --udp PORT | --pty] "
			"[--serial-framing] [--replay DIR]\n"
			"       [--speed N] [--die-at N] [--torn KIND] "
			"[--slow-us N]\n"
			"       [--hang-up]\n");
		exit(2);
	}
}

static void open_link(const struct args *args)
{
	const char *state = getenv(state_name);
	int kind;

	sim.link = (struct sim_link){ SIM_STDIO, 0, 1, .listener = -1 };
	if (state && sscanf(state, "%d %d %d %d %ld", &sim.link.in,
			    &sim.link.out, &sim.link.listener, &kind,
			    &sim.flash.count) == 5)
		sim.link.kind = (enum sim_link_kind)kind;
	else if (args->tcp_port >= 0)
		sim_link_tcp(&sim.link, args->tcp_port);
	else if (args->udp_port >= 0)
		sim_link_udp(&sim.link, args->udp_port);
	else if (args->is_pty)
		sim_link_pty(&sim.link);
	unsetenv(state_name);
}

static void fill_hal(struct hal *hal, const struct args *args)
{
	*hal = (struct hal){
		.info = { args->type, "host", 256 * KIB, KIB * KIB, 0, 0,
			  64 * KIB, 0, 10000, 0,
			  { 's', 'i', 'm', 0, 0, 0, 0, 1 } },
		.flash = { .bytes = FLASH_BYTES, .sector_bytes = SECTOR,
			   .unit_bytes = UNIT },
		.layout = { { 0, SECTOR }, 2 * SECTOR, 3 * SECTOR,
			    { 4 * SECTOR, 4 * SECTOR + SLOT_BYTES },
			    SLOT_BYTES },
		.rx = rx, .tx = tx, .idle = idle, .now_ms = now_ms,
		.now_us = now_us, .feed = feed, .reset = reset,
		.ctx = &sim,
	};
	hal->info.is_raw_link = args->udp_port >= 0 ||
		(!args->is_console && !args->is_pty);
}

void hal_init(struct hal *hal, int argc, char **argv)
{
	struct args args = { .type = "sim", .tcp_port = -1,
			     .udp_port = -1 };

	sim.hal = hal;
	sim.argv = argv;
	sim.start_us = sim_now_us();
	sim.mic.speed = 1;
	signal(SIGPIPE, SIG_IGN);
	read_options(&args, argc, argv);
	fill_hal(hal, &args);
	open_link(&args);
	sim_flash_open(&sim, args.flash);
	if (args.replay) {
		sim_mic_open(&sim.mic, args.replay);
		sim.mic_ops = (struct hal_mic){ sim.mic.rate_hz, mic_start,
						mic_stop, mic_read };
		hal->mic = &sim.mic_ops;
	}
}
