/*
 * sim - the board as a host process: tinyml-boardsim.
 *
 *     tinyml-boardsim --flash FILE [--type NAME]
 *                     [--tcp PORT | --udp PORT | --pty] [--serial-framing]
 *                     [--replay DIR] [--speed N]
 *                     [--die-at N] [--torn none|half|bits|all] [--slow-us N]
 *                     [--hang-up]
 *
 * --flash    the flash: created erased when missing.  Every operation is in
 *            the file at once, so kill -9 is a power cut.
 * link       standard input and output unless --tcp or --udp (127.0.0.1, PORT 0
 *            chooses one) or --pty; the port or pty name is the first line on
 *            standard output then.  By UDP it answers whoever asked last, and
 *            --serial-framing means nothing.  Bare packets, or console lines
 *            with --pty or --serial-framing.  On standard input and output the
 *            end of input ends the board.
 * --replay   a microphone that plays the s16 mono WAV files of DIR, in order
 *            of their names, again and again, at the first one's rate
 * --speed    the microphone's clock runs N times as fast
 * --die-at   lose power at flash operation N (1: the first since the process
 *            was started; resets do not count anew): do as much of it as
 *            --torn says and exit with status 99
 * --slow-us  time that every flash operation takes
 * --hang-up  a reset ends the connection of --tcp, as a radio's would
 *
 * A reset executes the process anew with its link kept open.  Rules of
 * image/flash.h that are broken end the process with a message and status 98.
 */
#ifndef TINYML_PORT_SIM_SIM_H
#define TINYML_PORT_SIM_SIM_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>

#include "hal/hal.h"

enum { SIM_STATUS_BROKEN = 98, SIM_STATUS_POWER_CUT = 99,
       SIM_DATAGRAM_MAX = 2048 };

enum sim_torn { SIM_TORN_NONE, SIM_TORN_HALF, SIM_TORN_BITS, SIM_TORN_ALL };

struct sim_flash {
	uint8_t *bytes;		/* writable mapping */
	const struct flash *contract;
	long count, die_at, slow_us;
	enum sim_torn torn;
};

enum sim_link_kind { SIM_STDIO, SIM_TCP, SIM_PTY, SIM_UDP };

struct sim_link {
	enum sim_link_kind kind;
	int in, out;
	int listener;		/* -1: none */
	struct sockaddr_in peer;	/* who asked last, by UDP */
	uint8_t datagram[SIM_DATAGRAM_MAX];
	size_t at, n;		/* of it, not yet taken */
};

struct sim_mic {
	int16_t *samples;
	size_t count;
	uint32_t rate_hz;
	long speed;
	uint64_t start_us, taken;	/* samples given since start */
};

struct sim {
	struct hal *hal;
	char **argv;
	bool hangs_up;
	uint64_t start_us;
	struct sim_flash flash;
	struct sim_link link;
	struct sim_mic mic;
	struct hal_mic mic_ops;
};

/* Print "boardsim: ..." and exit with status 4. */
void sim_die(const char *fmt, ...)
	__attribute__((format(printf, 1, 2), noreturn));

uint64_t sim_now_us(void);

/* Map path of hal->flash.bytes bytes and fill hal->flash. */
void sim_flash_open(struct sim *sim, const char *path);

void sim_link_tcp(struct sim_link *link, long port);
void sim_link_udp(struct sim_link *link, long port);
void sim_link_pty(struct sim_link *link);
size_t sim_link_rx(struct sim_link *link, uint8_t *bytes, size_t room);
void sim_link_tx(struct sim_link *link, const uint8_t *bytes, size_t n);
void sim_link_hang_up(struct sim_link *link);
void sim_link_wait(struct sim_link *link, int ms);

void sim_mic_open(struct sim_mic *mic, const char *folder);
void sim_mic_start(struct sim_mic *mic);
size_t sim_mic_read(struct sim_mic *mic, int16_t *samples, size_t n,
		    uint32_t *lost);

#endif
