/*
 * link - bytes to a board and back, whatever is in between.
 *
 *     serial:/dev/ttyACM0    a serial port            console frames
 *     pty:/dev/pts/3         a pseudo-terminal, or    console frames
 *                            a tty libserialport
 *                            does not know
 *     tcp:HOST:PORT          a stream                 raw frames
 *     unix:PATH              a stream                 raw frames
 *     udp:HOST:PORT          a packet per datagram    raw frames
 *     exec:PROGRAM ARG...    a child that speaks on   raw frames
 *                            its standard input and
 *                            output (cut at blanks,
 *                            no quoting)
 *
 * `console+` in front of tcp, unix or exec means console frames there: a
 * serial port behind a network bridge, an emulator's serial line.
 *
 * A link never blocks longer than told, except in link_write, which gives up
 * after LINK_WRITE_MS without progress.  Losing the other side is ERR_DEVICE
 * on the next read or write and stays so.
 */
#ifndef TINYML_LINK_LINK_H
#define TINYML_LINK_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "wire/smp_frame.h"

enum { LINK_BAUD = 115200, LINK_WRITE_MS = 5000 };

struct link_options {
	uint32_t baud;		/* of real ports; 0: LINK_BAUD */
	/* Declared rate, both directions, each byte counted as ten bits: the
	 * link is slowed down to it.  0: as fast as it goes. */
	uint32_t bits_per_second;
	/* File for what a child says on its standard error, begun anew by it;
	 * its last line is told when the link is lost.  NULL: the terminal. */
	const char *log;
	/* Keep a child on one processor: the threads of an emulator wake each
	 * other for every byte, which costs twice as much across two. */
	bool one_cpu;
	/* An emulator counts: every instruction takes a nanosecond of the
	 * board's time (QEMU's -icount shift=0), which slows it down. */
	bool counts;
};

struct link;

/* options may be NULL.  ERR_USAGE (spelling), ERR_MISSING (no such port),
 * ERR_BUSY, ERR_IO, ERR_TOOL (child). */
int link_open(struct link **out, const char *at,
	      const struct link_options *options, struct err *err);

/* A program to talk to. */
struct link_child {
	const char *name;		/* for messages */
	const char *const *argv;	/* a path or a name for PATH first */
	enum smp_framing framing;
	/* Stays open in the child, a lock that lives as long as it does; -1:
	 * nothing does. */
	int keep_fd;
};

/*
 * Start child with a socket as standard input and output.  It gets SIGKILL
 * when the link is closed, or when this process dies, however it dies.
 */
int link_spawn(struct link **out, const struct link_child *child,
	       const struct link_options *options, struct err *err);

/* Up to room bytes that arrive within timeout_ms; *n is 0 when none did.
 * ERR_DEVICE: the other side is gone. */
int link_read(struct link *link, void *bytes, size_t room,
	      uint32_t timeout_ms, size_t *n, struct err *err);

int link_write(struct link *link, const void *bytes, size_t n,
	       struct err *err);

enum smp_framing link_framing(const struct link *link);
bool link_is_datagram(const struct link *link);

/* What a stream may use: the declared rate, or a real port's baud rate; 0
 * when nothing limits it. */
uint32_t link_bits_per_second(const struct link *link);

/* As given, for messages. */
const char *link_name(const struct link *link);

/* Did the other side vanish? */
bool link_is_gone(const struct link *link);

/*
 * Close it and open the same place again, trying until within_ms are over: a
 * board that restarts takes its USB port or its connection with it.  A board
 * that is a child of this process, or emulated, does not come back by itself:
 * ERR_DEVICE at once.
 */
int link_reopen(struct link *link, uint32_t within_ms, struct err *err);

void link_close(struct link *link);	/* NULL is fine */

/* A steady clock in milliseconds, wrapping at 2^32. */
uint32_t link_now_ms(void);

#endif
